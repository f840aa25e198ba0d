"""Questions with answers: what makes a task of one, and whether its answers and its truth fit together."""

from __future__ import annotations

from typing import Any

from arena.core.errors import UsageError
from arena.tasks.grading import known_truth
from arena.tasks.task import Task

CLAIM = ("true", "false")
"""The answers to a claim."""

_SHOWN = 200
"""How many characters of the answers an error shows."""


def check_answers(answers: list[str] | None, right: str | None) -> None:
    """Check that answers differ, and that the right one is among them.

    Raises:
        ValueError: if two are the same, or the right one is not among them.
    """
    known = answers or list(CLAIM)
    if len(set(known)) < len(known):
        raise ValueError("two of the answers are the same")
    if right is not None and right not in known:
        raise ValueError(f"the right answer {right!r} is not among the answers {', '.join(map(repr, known))}")


def check_truth(task: Task) -> None:
    """Check that a task's truth is one of the answers that it lists. A task without either is left alone.

    Raises:
        UsageError: if it is not one of them, because no answer could ever be right then.
    """
    truth = task.truth
    if truth is not None and known_truth(truth, task.data.get("answers")) is None:
        answers = ", ".join(map(repr, task.data["answers"]))
        shown = answers if len(answers) <= _SHOWN else f"{answers[:_SHOWN]} ..."
        raise UsageError(
            f"The truth of task {task.id!r}, {str(truth)[:_SHOWN]!r}, is not one of its answers ({shown}); "
            "make it one of them, or leave it out if it is not known."
        )


def question_task(
    name: str, text: str, answers: list[str] | None, right: str | None, source: str = ""
) -> Task:
    """Return the task, as debate, consultancy and direct answers use it."""
    data: dict[str, Any] = {"answers": answers} if answers else {}
    if source:
        data["source"] = source
    return Task(id=name, text=text, data=data, truth=right)
