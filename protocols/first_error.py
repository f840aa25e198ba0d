"""The first error in a solution: a critic checks one step after the other until it finds an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.annotations import Annotation, AnnotationStatus, Answer, AuthorKind, Place, Verdict
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.tasks.task import PublicTask
from protocols.shared.steps import (
    CRITIC,
    confidence,
    critic_choice,
    critic_role,
    criticise,
    step_text,
    steps_of,
)


class FirstError(Protocol):
    """A critic says of each step of a solution whether it is correct, until it calls one incorrect.

    The task is that of Zheng et al. 2024, "ProcessBench: Identifying process errors in mathematical
    reasoning". The critic is asked step by step, as in Chen et al. 2025. It sees each step with the steps
    before it, as in the game `sneaky-critic`, but not its own verdicts on other steps. Without `stop` it is
    asked about every step, so that scores of single steps cover all of them. With `marks` the critic reads
    GSM8K's ``<<...>>``. A task's truth is the index of the first error, or the text of a list of all wrong
    steps, such as ``[2, 5]`` (He et al. 2025, "Can large language models detect errors in long
    chain-of-thought reasoning?", DeltaBench). The latter needs ``stop=False``.

    Scorers decide whether the critic is right, so nobody wins. The outcome's ``details["detection"]`` holds::

        steps          the number of steps
        said           for each step that was asked about, in order: correct, incorrect or None
        confidences    for each of these steps: the confidence from 0 to 1, or None
        statuses       for each of these steps: how the reply could be read
        first_error    the index from 0 of the first step called incorrect; -1 if there is no such step; None
                       if it is unknown, because an earlier reply could not be used

    If no reply can be used, the episode fails.

    Args:
        stop: Whether to stop after the first step called incorrect. If not, the critic is asked about all.
        marks: Whether the critic reads GSM8K's ``<<...>>`` marks.
    """

    stop: bool = True
    marks: bool = False

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``critic``."""
        return (CRITIC,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"step": Verdict, "first_error": Answer}

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        return frozenset({"critique"})

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the problem, and the role of the critic."""
        return f"{super().brief(seat, task)}\n\n{critic_role()}"

    async def play(self, episode: Episode) -> Outcome:
        """Ask about one step after the other."""
        steps = [step_text(step, self.marks) for step in steps_of(episode.task)]
        answers = []
        for place, step in enumerate(steps):
            answers.append(await criticise(episode, steps[:place], step))
            if self.stop and critic_choice(answers[-1]) == "incorrect":
                break
        unreached = range(len(answers), len(steps))
        episode.annotate(
            *(
                Verdict(
                    "step",
                    about=Place(unit=place),
                    author=CRITIC,
                    by=AuthorKind.SEAT,
                    status=AnnotationStatus.NOT_ASKED,
                )
                for place in unreached
            )
        )
        verdicts = [critic_choice(answer) for answer in answers]
        details: dict[str, Any] = {
            "steps": len(steps),
            "said": verdicts,
            "confidences": [confidence(answer) for answer in answers],
            "statuses": [answer.status.value for answer in answers],
            "first_error": first_error(verdicts),
        }
        episode.annotate(_found(details["first_error"]))
        if not any(verdicts):
            return Outcome(Ending.FAILED, {}, (CRITIC,), "no reply could be used", {"detection": details})
        return Outcome.completed({}, detection=details)


def _found(place: int | None) -> Answer:
    """Return the annotation of the first step called incorrect, counted from 0. -1 means no step."""
    if place is None:
        reason = "a reply before it could not be used"
        return Answer("first_error", status=AnnotationStatus.UNKNOWN, reason=reason)
    return Answer("first_error", str(place), comparison="number")


def first_error(said: list[str | None]) -> int | None:
    """Return the index of the first ``incorrect``. -1 means that all are ``correct``.

    It is None if a verdict is missing before the first ``incorrect``.

    >>> first_error(["correct", "incorrect"]), first_error(["correct"]), first_error([None, "incorrect"])
    (1, -1, None)
    """
    for place, verdict in enumerate(said):
        if verdict != "correct":
            return None if verdict is None else place
    return -1
