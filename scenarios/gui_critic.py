"""GUI-Critic-R1: a critic judges an action on a screen before it is executed, and suggests what is right.

The system is that of Wanyan et al. 2025, "Look before you leap: a GUI-Critic-R1 model for pre-operative error
diagnosis in GUI automation". The screens are drawn from a tree of widgets, with the touch point marked. The
reward ``critic`` is 0.8 for a right score, 0.1 for a suggestion like the right action, and 0.1 for the form.
A suggestion is like the right action if it names the right target and no other on the screen, where the paper
asks a model. The agent ``scenarios.gui_critic:Diagnosing`` needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any, NamedTuple

from arena import Episode, Outcome, Protocol, Request, Reward, Scenario, Score, Task, Verdict
from arena.annotations import Annotation, AnnotationStatus, status_of
from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.prompts import Prompts
from arena.seat.agent import Agent, Reply
from arena.seat.transcript import NOBODY
from scenarios.gui_app import HOME_SCREEN, MENUS, AppState, targets_named
from scenarios.lookers import pictures_seen
from scenarios.tagged import WholeOutput, is_sequence, tagged

_CRITIC = "critic"
_PROMPTS = Prompts(__file__)
_PARTS = ("think", "score", "suggestion")
_RIGHT_WEIGHT, _SUGGESTION_WEIGHT, _FORM_WEIGHT = 0.8, 0.1, 0.1


def screening_reward(*, is_right: bool, is_like: bool, is_formed: bool) -> float:
    """Return ``0.1 * format + 0.1 * suggestion + 0.8 * accuracy``.

    >>> screening_reward(is_right=True, is_like=False, is_formed=True)
    0.9
    >>> screening_reward(is_right=False, is_like=True, is_formed=True)
    0.2
    """
    return _FORM_WEIGHT * is_formed + _SUGGESTION_WEIGHT * is_like + _RIGHT_WEIGHT * is_right


class ActionScore(StrEnum):
    """What a critic says of an action."""

    CORRECT = "Correct"
    INCORRECT = "Incorrect"


class Screening(NamedTuple):
    """What a critic's reply holds: its score, its suggestion, and whether its form is kept."""

    score: str | None
    suggestion: str
    is_formed: bool


def read_screening(text: str) -> Screening:
    """Return what stands between a reply's tags; the score is None if it is neither Correct nor Incorrect.

    >>> read_screening("<think>a</think><score>Incorrect</score><suggestion>Tap Back.</suggestion>")
    Screening(score='Incorrect', suggestion='Tap Back.', is_formed=True)
    """
    parts = tagged(text, _PARTS)
    scores = {part.said for part in parts if part.tag == "score"}
    suggestions = [part.said for part in parts if part.tag == "suggestion"]
    score = scores.pop() if len(scores) == 1 and scores <= {*ActionScore} else None
    is_formed = score is not None and is_sequence(text, _PARTS)
    return Screening(score, suggestions[-1] if suggestions else "", is_formed)


class ActionCritic(Protocol):
    """A critic judges an action that is proposed, and suggests what is right.

    ``data`` has the ``screen``, the switches that are ``on``, the ``goal``, and the ``target`` that is about
    to be tapped; the truth is Correct or Incorrect. A score that cannot be read is wrong.
    """

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``critic``."""
        return (_CRITIC,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"action": Verdict, "critic": Reward, "format": Score, "suggestion": Score}

    async def play(self, episode: Episode) -> Outcome:
        """Ask once, and record the score, the suggestion and the reward."""
        data = episode.task.data
        state = AppState(data["screen"], frozenset(data["on"]))
        right = state.right_target(data["goal"])
        said = await episode.ask(_CRITIC, WholeOutput(), _PROMPTS.text("critic"), audience=NOBODY)
        truth = ActionScore.CORRECT if data["target"] == right else ActionScore.INCORRECT
        read = read_screening(said.value) if said.ok else Screening(None, "", False)
        unread = AnnotationStatus.UNPARSEABLE if said.ok else status_of(said.status)
        status = AnnotationStatus.OK if read.score else unread
        about = said.place
        told: dict[str, Any] = {"about": about, "author": _CRITIC, "truth": truth, "reason": said.reason}
        episode.annotate(Verdict("action", read.score, status=status, **told))
        if not said.ok:
            return Outcome.failed(said.reason or "there was no reply", _CRITIC)
        is_like = targets_named(read.suggestion, state.widgets()) == {right}
        is_right = read.score == truth
        reward = screening_reward(is_right=is_right, is_like=is_like, is_formed=read.is_formed)
        episode.annotate(
            Reward("critic", reward, about=about),
            Score("format", float(read.is_formed), low=0, high=1, about=about),
            Score("suggestion", float(is_like), low=0, high=1, about=about),
        )
        return Outcome.completed({_CRITIC: float(is_right)})


def proposed_actions(n: int, seed: int) -> list[Task]:
    """Return `n` proposed actions on drawn screens, of which every other one is right.

    The program is on its home screen, in the menu of the goal, or in another.
    """
    return [_proposed(seed, place) for place in range(n)]


def _proposed(seed: int, place: int) -> Task:
    rng = Random(derive(seed, "action", place))
    menu = rng.choice(tuple(MENUS))
    goal = rng.choice(MENUS[menu])
    others = sorted({switch for switches in MENUS.values() for switch in switches} - {goal})
    screen = rng.choice((HOME_SCREEN, menu, rng.choice(sorted(set(MENUS) - {menu}))))
    state = AppState(screen, frozenset(rng.sample(others, 6)))
    right = state.right_target(goal)
    target = right if place % 2 == 0 else rng.choice(sorted({*state.targets} - {right}))
    text = "\n".join(
        [
            _PROMPTS.text("task", goal=goal),
            _PROMPTS.text("proposed", history=[] if screen == HOME_SCREEN else [screen], target=target),
        ]
    )
    return Task(
        id=f"action-{seed}-{place}",
        text=text,
        data={"screen": screen, "on": sorted(state.on), "goal": goal, "target": target},
        pictures=(state.picture(target),),
        truth=ActionScore.CORRECT if target == right else ActionScore.INCORRECT,
    )


scenario = Scenario(
    name="gui-critic",
    protocol=ActionCritic(),
    tasks=proposed_actions(n=200, seed=7),
    first=4,
    seats={_CRITIC: "local?reproducible=false&temperature=1"},
)

_PLACES = {(task.text, task.pictures): place for place, task in enumerate(scenario.tasks)}


@dataclass
class Diagnosing(Agent):
    """Judges as its courses say, the first of them the first action.

    The first letter of a course is the score: ``r`` right, ``w`` wrong, ``c`` always Correct, ``?`` none. The
    second is the suggestion: ``r`` right, ``w`` wrong. An ``x`` behind it leaves the thought out. In a
    specification: ``scenarios.gui_critic:Diagnosing?of=rr,rw,wr,?w``.

    Args:
        of: The courses, with commas between them. After the last the first follows again.
    """

    of: str

    def __post_init__(self) -> None:
        self._courses = self.of.split(",")
        if wrong := [one for one in self._courses if not re.fullmatch("[rwc?][rw]x?", one)]:
            raise UsageError(f"A course has a letter of rwc? and one of rw, as in rw, not {wrong[0]!r}.")

    async def reply(self, request: Request) -> Reply:
        """Return the thought, the score and the suggestion."""
        place = _PLACES[request.brief, tuple(pictures_seen(request))]
        task = scenario.tasks[place]
        course = self._courses[place % len(self._courses)]
        score, suggestion, left_out = course[0], course[1], course[2:]
        scores = {"r": str(task.truth), "c": ActionScore.CORRECT, "?": "Perhaps"}
        scores["w"] = ActionScore.INCORRECT if task.truth == ActionScore.CORRECT else ActionScore.CORRECT
        state = AppState(task.data["screen"], frozenset(task.data["on"]))
        right = state.right_target(task.data["goal"])
        target = right if suggestion == "r" else next(one for one in state.targets if one != right)
        thought = "" if left_out else "<think>I see the screen.</think>"
        return Reply(f"{thought}<score>{scores[score]}</score><suggestion>Tap on {target}.</suggestion>")
