"""Shared parts of protocols about steps of solutions: types of errors, texts of steps, and critiques.

Tasks are those of `arena.tasks.solutions`. A critic's prompt depends only on the problem, the
steps before and the step itself. Every step is shown in the same way, so that the prompt does not reveal who
wrote the step, or whether it was altered.

The nine types of errors in solutions of word problems are those of Li et al. 2024, "Evaluating mathematical
reasoning of large language models: a focus on error identification and correction" (EIC-Math). The generator
of Chen et al. 2025 also chooses a type from a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from arena.annotations import Place
from arena.annotations import Verdict as FoundVerdict
from arena.core.errors import UsageError
from arena.core.text import printable
from arena.episode.episode import Episode
from arena.forms import Decision, Verdict
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.tasks.arithmetic import without_marks
from arena.tasks.task import PublicTask

_PROMPTS = Prompts(__file__)

CRITIC = "critic"
CORRECT, INCORRECT = "Correct", "Incorrect"
CRITIQUE = Verdict(options=(CORRECT, INCORRECT), public=("choice", "confidence", "reasons"))


# The docstring is sent to generators, so changing it changes their prompts.
class ErrorType(StrEnum):
    """How a step can be wrong."""

    CALCULATION = "calculation"
    COUNTING = "counting"
    CONTEXT_VALUE = "context value"
    HALLUCINATION = "hallucination"
    UNIT_CONVERSION = "unit conversion"
    OPERATOR = "operator"
    FORMULA_CONFUSION = "formula confusion"
    MISSING_STEP = "missing step"
    CONTRADICTORY_STEP = "contradictory step"


MEANINGS: Mapping[ErrorType, str] = MappingProxyType(
    {
        ErrorType.CALCULATION: "a result is not what the numbers come to",
        ErrorType.COUNTING: "things are miscounted",
        ErrorType.CONTEXT_VALUE: "a number of the problem is taken for another",
        ErrorType.HALLUCINATION: "something is used that the problem does not say",
        ErrorType.UNIT_CONVERSION: "one unit is turned into another by a wrong factor",
        ErrorType.OPERATOR: "one operation is done instead of another",
        ErrorType.FORMULA_CONFUSION: "a formula is used that is not the one for this",
        ErrorType.MISSING_STEP: "something is left out that the rest needs",
        ErrorType.CONTRADICTORY_STEP: "the step contradicts what was found before",
    }
)
"""The meaning of each type of error."""


def steps_of(task: PublicTask) -> tuple[str, ...]:
    """Return the steps of a task's solution, unchanged.

    Raises:
        UsageError: if the task has no steps.
    """
    steps = task.data.get("steps")
    if not isinstance(steps, list | tuple) or not steps or not all(isinstance(one, str) for one in steps):
        raise UsageError(f"The task {task.id} has no steps; use one of `arena.tasks.solutions`.")
    return tuple(steps)


def step_text(step: str, marks: bool) -> str:
    """Return a step as every seat reads it: with tidy lines, and with its marks only if `marks` is set."""
    text = step if marks else without_marks(step)
    lines = (" ".join(line.split()) for line in printable(text).splitlines())
    return "\n".join(line for line in lines if line)


def so_far(before: Sequence[str]) -> str:
    """Return the text of the earlier steps, quoted, as every seat reads it."""
    return fenced("\n".join(before) or "(nothing yet)")


def critic_role() -> str:
    """Return the role of the critic of steps."""
    return _PROMPTS.text("critic")


async def criticise(
    episode: Episode, before: Sequence[str], step: str, truth: str | None = None
) -> Response[Decision]:
    """Ask the critic whether the last step that it is shown is correct. Nobody hears its verdict.

    The critic's view does not hold its verdicts on other steps. Its verdict is recorded as an annotation
    called ``step``, about the index of the step, from 0.

    Args:
        episode: the episode.
        before: the texts of the steps before it.
        step: the text of the step.
        truth: `CORRECT` or `INCORRECT`, if the protocol knows it. The critic is not told.
    """
    finds = FoundVerdict("step", about=Place(unit=len(before)), truth=truth, graded=truth is not None)
    question = _PROMPTS.text("critique", steps=so_far(before), step=fenced(step))
    fields = {"asks": "critique", "before": list(before), "step": step}
    return await episode.ask(
        CRITIC, CRITIQUE, question, audience=(), remember=False, fields=fields, finds=finds
    )


def critic_choice(answer: Response[Decision]) -> str | None:
    """Return a critic's choice, ``correct`` or ``incorrect``. None if its reply could not be used."""
    return answer.value.choice.lower() if answer.ok else None


def confidence(answer: Response[Decision]) -> float | None:
    """Return the critic's confidence, from 0 to 1. None if it gave none."""
    return answer.value.confidence if answer.ok else None
