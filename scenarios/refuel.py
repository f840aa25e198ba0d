"""REFUEL: an assistant talks with a simulated user, and a turn drawn at random is played again.

The system is that of Gao et al. 2024, "Regressing the relative future: efficient policy optimization for
multi-turn RLHF". A dialogue has five turns of the assistant. A length and a turn up to it are drawn for each
dialogue. The turn is marked, and its reward is that of the dialogue up to the length. A fork plays the marked
turn and all after it again:

    arena run refuel --agents POLICY --out A
    arena fork A --at-label fork -n 1 --out B
    arena export A B --to trl-dpo --seat assistant --reward "annotation:at length" --advantage none

`scenarios.refuel_pairs.refuel_rows` makes the rows of the authors' code. The tasks are sums, of which the
user is to ask one after the other, and the reward is the number of right answers. With ``--set
protocol.rated=true`` a judge rates the dialogue instead. In ``refuel-win-rate`` the user talks with a policy
and with the policy that it began as, and a judge says after each turn which dialogue is better. The agents in
`scenarios.refuel_agents` need no model.
"""

from __future__ import annotations

from collections.abc import Mapping

from arena import Episode, Label, Outcome, Protocol, Reward, Scenario, Score
from arena.annotations import Annotation, Place
from arena.core.ranges import Rounds, Words
from arena.forms import Number
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from protocols.shared.breaking import broken_off
from scenarios.simulated_user import (
    ASSISTANT,
    DIALOGUE_PROMPTS,
    DIALOGUES_OF_SUMS,
    USER,
    Dialogue,
    dialogue_brief,
)

_JUDGE = "judge"
_BEST = 10
REWARD = "annotation:at length"
"""The name of the reward in exports."""


class SimulatedUser(Protocol):
    """An assistant answers the user's first question, which is the task's text, and those that follow.

    The user's seat is sent the dialogue so far, gives its reasons and asks one question. The assistant reads
    the question alone. A length from 0 to ``turns - 1`` and a turn from 0 to that length are drawn by the
    episode's chance, so that a fork of the episode has the same. The label ``fork`` marks the turn, and the
    reward ``at length`` at that turn is the number of right answers up to the turn of the length, or with
    `rated` a judge's rating of the dialogue up to it. If it is not known, there is no reward.

    Args:
        turns: The number of turns of the assistant.
        rated: Whether a judge rates the dialogue, and right answers are not counted.
        words: The most words of an answer.
    """

    turns: Rounds = 5
    rated: bool = False
    words: Words = 500

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``assistant`` and ``user``, and ``judge`` if the dialogue is rated."""
        return (ASSISTANT, USER, _JUDGE) if self.rated else (ASSISTANT, USER)

    @property
    def players(self) -> tuple[str, ...]:
        """The seat ``assistant``."""
        return (ASSISTANT,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"right": Label, "length": Score, "fork": Label, "at length": Reward}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the role of the seat."""
        return dialogue_brief(seat, task)

    async def play(self, episode: Episode) -> Outcome:
        """Hold the dialogue."""
        length = episode.random.randrange(self.turns)
        turn = episode.random.randrange(length + 1)
        dialogue = Dialogue(episode, ASSISTANT, self.words)
        marked = Place()
        for place in range(self.turns):
            failed = await dialogue.turn()
            if failed is not None:
                return broken_off(failed)
            said = dialogue.place
            if not self.rated:
                is_right = dialogue.right[-1]
                value = None if is_right is None else "yes" if is_right else "no"
                episode.annotate(Label("right", value, about=said, turn=place + 1))
            if place == turn:
                marked = said
                episode.annotate(Label("fork", "yes", about=marked), Score("length", length))
            if place == length:
                await self._reward(episode, dialogue, marked)
        known = [is_right for is_right in dialogue.right if is_right is not None]
        return Outcome.completed({ASSISTANT: float(sum(known))} if len(known) == self.turns else {})

    async def _reward(self, episode: Episode, dialogue: Dialogue, marked: Place) -> None:
        """Record what the dialogue so far earns, at the turn that is marked."""
        if not self.rated:
            if None not in dialogue.right:
                earned = float(sum(map(bool, dialogue.right)))
                episode.annotate(Reward("at length", earned, about=marked))
            return
        asked = DIALOGUE_PROMPTS.text("rate", dialogue=fenced(dialogue.text()))
        await episode.ask(
            _JUDGE,
            Number(0, _BEST),
            asked,
            audience=NOBODY,
            remember=False,
            finds=Reward("at length", about=marked),
            fields={"asks": "rate", "dialogue": dialogue.text()},
        )


scenario = Scenario(
    name="refuel",
    protocol=SimulatedUser(),
    tasks=DIALOGUES_OF_SUMS,
    first=5,
    seats={ASSISTANT: "local", USER: "local?temperature=0.8"},
)
