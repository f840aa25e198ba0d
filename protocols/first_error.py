"""The first error in a solution: a critic goes through its steps until it finds one."""

from __future__ import annotations

from typing import Any

from arena.annotations import AnnotationStatus, Answer, AuthorKind, Place, Verdict
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.tasks.task import PublicTask
from protocols.shared.steps import (
    CRITIC,
    CRITIC_ROLE,
    confidence,
    critic_choice,
    criticise,
    step_text,
    steps_of,
)


class FirstError(Protocol):
    """A critic is asked of each step of a solution whether it is correct, until it says that one is not.

    The task of Zheng et al. 2024, "ProcessBench: Identifying process errors in mathematical reasoning", put
    step by step, as Chen et al. 2025 put it to their critic: each step with those before it, just as in the
    game `sneaky-critic`, and what was said of other steps not in view. Without `stop` every step is asked
    about, so that scores of single steps rest on all of them. With `marks` the critic reads GSM8K's
    ``<<...>>``.

    Whether it is right is for scorers, so nobody wins. The outcome's ``details["detection"]``::

        steps          how many there are
        said           of each step that was asked about, in order: correct, incorrect or None
        confidences    of each, from 0 to 1, or None
        statuses       of each, how the reply could be read
        first_error    the index from 0 of the first step called incorrect; -1 if none was; None if that
                       cannot be told, because there was no usable reply before

    If no reply could be used, the episode has failed.

    Args:
        stop: Whether to ask no more once a step is called incorrect. Otherwise every step is asked about.
        marks: Whether the critic reads GSM8K's ``<<...>>`` marks.
    """

    stop: bool = True
    marks: bool = False

    @property
    def seats(self) -> tuple[str, ...]:
        """``critic``."""
        return (CRITIC,)

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        return frozenset({"critique"})

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the problem, and what a critic is there for."""
        return f"{super().brief(seat, task)}\n\n{CRITIC_ROLE}"

    async def play(self, episode: Episode) -> Outcome:
        """Ask of one step after the other."""
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
    """Return the annotation of the first step that was called incorrect, from 0; -1 is none."""
    if place is None:
        reason = "a reply before it could not be used"
        return Answer("first_error", status=AnnotationStatus.UNKNOWN, reason=reason)
    return Answer("first_error", str(place), comparison="number")


def first_error(said: list[str | None]) -> int | None:
    """Return the index of the first ``incorrect``, -1 if all is ``correct``, None if a gap comes before.

    >>> first_error(["correct", "incorrect"]), first_error(["correct"]), first_error([None, "incorrect"])
    (1, -1, None)
    """
    for place, verdict in enumerate(said):
        if verdict != "correct":
            return None if verdict is None else place
    return -1
