"""REFUEL's win rate: a policy and the policy that it began as talk with a user, and a judge compares them.

The figure is that of Gao et al. 2024, "Regressing the relative future: efficient policy optimization for
multi-turn RLHF": how often the policy wins after each of five turns, and the mean over the turns.
``--set seats.base=AGENT`` says what it is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from arena import Episode, Outcome, Protocol, Scenario, Score
from arena.annotations import Annotation, status_of
from arena.core.ranges import Rounds, Words
from arena.forms import Choice
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from protocols.shared.breaking import broken_off
from scenarios.simulated_user import (
    ASSISTANT,
    BASE,
    DIALOGUE_PROMPTS,
    DIALOGUES_OF_SUMS,
    USER,
    Dialogue,
    dialogue_brief,
)

_JUDGE = "judge"


class WinRate(Protocol):
    """The user talks with a policy and, apart from it, with the policy that it began as; a judge compares.

    After each turn a judge reads both dialogues up to it, in both orders, and says which assistant is better.
    The score ``win, turn N`` is the share of the two that the policy won, a tie being a half, and ``win`` has
    all turns.

    Args:
        turns: The number of turns of each assistant.
        words: The most words of an answer.
    """

    turns: Rounds = 5
    words: Words = 500

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``assistant``, ``base``, ``user`` and ``judge``."""
        return ASSISTANT, BASE, USER, _JUDGE

    @property
    def players(self) -> tuple[str, ...]:
        """The seats ``assistant`` and ``base``."""
        return ASSISTANT, BASE

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds, for the default number of turns."""
        return {"win": Score, **{f"win, turn {turn}": Score for turn in range(1, self.turns + 1)}}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the role of the seat."""
        return dialogue_brief(seat, task)

    async def play(self, episode: Episode) -> Outcome:
        """Hold both dialogues turn by turn, and have them compared after each."""
        both = [Dialogue(episode, seat, self.words) for seat in self.players]
        points: list[float | None] = []
        for turn in range(1, self.turns + 1):
            for dialogue in both:
                failed = await dialogue.turn()
                if failed is not None:
                    return broken_off(failed)
            points.append(await self._compare(episode, both, turn))
        won = [one for one in points if one is not None]
        if len(won) < self.turns:
            return Outcome.completed({})
        share = sum(won) / self.turns
        return Outcome.completed({ASSISTANT: share, BASE: 1 - share})

    async def _compare(self, episode: Episode, both: list[Dialogue], turn: int) -> float | None:
        """Return what the policy won after a turn, and record it; None if a verdict cannot be used."""
        won, failed = 0.0, None
        for first, second in (both, both[::-1]):
            said = await episode.ask(
                _JUDGE,
                Choice(("first", "second", "tie")),
                DIALOGUE_PROMPTS.text("compare", one=fenced(first.text()), two=fenced(second.text())),
                audience=NOBODY,
                remember=False,
                fields={"asks": "compare", "first": first.text(), "second": second.text()},
            )
            if not said.ok:
                failed = said
            elif said.value == "tie":
                won += 0.25
            elif (first if said.value == "first" else second).seat == ASSISTANT:
                won += 0.5
        value = None if failed else won
        score = Score("win", value, low=0, high=1, turn=turn)
        if failed:
            score = replace(score, status=status_of(failed.status), reason=failed.reason)
        episode.annotate(score, replace(score, name=f"win, turn {turn}"))
        return value


scenario = Scenario(
    name="refuel-win-rate",
    protocol=WinRate(),
    tasks=DIALOGUES_OF_SUMS,
    first=5,
    seats={ASSISTANT: "local", BASE: "local", USER: "local?temperature=0.8", _JUDGE: "local"},
)
