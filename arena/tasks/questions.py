"""Questions with answers and a source, read from a file of JSON lines.

Each line holds one question::

    {"question": "Who kept the key?", "answers": ["the cook", "the gardener"], "answer": "the cook",
     "source": "In the morning the cook ..."}

`answers` are two or more different texts. Without them the question is a claim, whose answers are ``"true"``
and ``"false"``. `answer` is the right one, if it is known. `source` is a text that contains the answer, if
there is one. `id` names the task; the default is the file's name and the line's number.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from arena.core.errors import UsageError
from arena.core.jsonl import read_jsonl
from arena.tasks._names import Names
from arena.tasks.grading import AnswerMatch, Grader
from arena.tasks.task import Task

CLAIM = ("true", "false")
"""The answers to a claim."""

_SHOWN = 200
"""How many characters of the answers an error shows."""

Text = Annotated[str, Field(min_length=1)]


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    question: Text
    answers: Annotated[list[Text], Field(min_length=2, max_length=100)] | None = None
    answer: str | None = None
    source: str = ""
    id: Text | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_answers(self.answers, self.answer)
        return self


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
    listed, truth = task.data.get("answers"), task.truth
    if not isinstance(listed, list | tuple) or not isinstance(truth, str | int | float):
        return
    right = Grader(truth)
    if not any(right(str(answer), AnswerMatch.EXACT) for answer in listed):
        answers = ", ".join(map(repr, listed))
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


def read_questions(file: Path | str) -> list[Task]:
    """Return the tasks of a file of questions.

    Args:
        file: The file, in JSON lines.

    Raises:
        UsageError: if the file cannot be read, with a sentence for each bad line.
    """
    path = Path(file)
    names = Names(path)

    def read(number: int, value: Any) -> Task:
        found = _Question.model_validate(value)
        name = names.of(number, found.id)
        return question_task(name, found.question, found.answers, found.answer, found.source)

    return read_jsonl(path, read)
