"""Solutions whose steps people labelled: files in the formats of PRM800K and DeltaBench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine, read_jsonl
from arena.tasks._names import Names
from arena.tasks.solutions import NO_ERROR
from arena.tasks.task import Task

_WRONG = -1
"""PRM800K's rating of a step that is wrong. 0 is neutral, and 1 is good."""
_LABELLED = ("solution", "found_error")
"""How a labelling ended whose item can be used. The others were given up, or have a bad problem."""


class _Completion(BaseModel):
    text: str
    rating: Literal[-1, 0, 1] | None = None


class _Step(BaseModel):
    completions: list[_Completion] | None = None
    human_completion: _Completion | None = None
    chosen_completion: Annotated[int, Field(ge=0)] | None = None

    def taken(self) -> _Completion:
        """Return the completion that became the step. Where none was chosen, it is the first one."""
        if self.human_completion is not None and self.chosen_completion is None:
            return self.human_completion
        listed, place = self.completions or [], self.chosen_completion or 0
        if place >= len(listed):
            raise BadLine(f"a step has no completion {place}")
        return listed[place]


class _Labelling(BaseModel):
    steps: Annotated[list[_Step], Field(min_length=1)]
    finish_reason: str


class _Question(BaseModel):
    problem: str


class _Labelled(BaseModel):
    """A line of PRM800K. Other fields are ignored."""

    question: _Question
    label: _Labelling


class _Section(BaseModel):
    content: str = ""
    section: str = ""


class _Sectioned(BaseModel):
    """A line of DeltaBench. Its sections are numbered from 1, and there are two pairs of names for errors."""

    question: str
    sections: Annotated[list[_Section], Field(min_length=1)]
    reason_error_section_numbers: list[int] = []
    reason_unuseful_section_numbers: list[int] = []
    error_section_numbers: list[int] = []
    idea_error_section_numbers: list[int] = []
    task_l1: str = ""

    @property
    def wrong(self) -> list[int]:
        """The numbers of the wrong sections."""
        errors = (self.reason_error_section_numbers, self.reason_unuseful_section_numbers)
        found = {*errors[0], *errors[1], *self.error_section_numbers, *self.idea_error_section_numbers}
        return sorted(found)


def read_prm800k(file: Path | str) -> list[Task]:
    """Return the solutions of a file in PRM800K's format, whose truth is the index of the first wrong step.

    Each line is a labelling with ``question.problem`` and ``label.steps`` (Lightman et al. 2023, "Let's
    verify step by step"). A step is its chosen completion, or the one that a person wrote; a last step of
    which none was chosen is its first completion. Steps after the first wrong one are left out. The truth
    is -1 if no step is wrong. Labellings that were given up, and those of bad problems, are left out.

    Args:
        file: The file, in JSON lines.

    Raises:
        UsageError: if the file cannot be read, with a sentence for each bad line, or no labelling is left.
    """
    path = Path(file)

    def read(number: int, value: Any) -> Task | None:
        item = _Labelled.model_validate(value)
        if item.label.finish_reason not in _LABELLED:
            return None
        steps = []
        for step in item.label.steps:
            taken = step.taken()
            steps.append(taken.text)
            if taken.rating == _WRONG:
                break
        truth = len(steps) - 1 if taken.rating == _WRONG else NO_ERROR
        return Task(
            id=f"{path.stem}-{number}", text=item.question.problem, data={"steps": steps}, truth=truth
        )

    tasks = [task for task in read_jsonl(path, read) if task is not None]
    if not tasks:
        raise UsageError(f"{path} has no labelling that ended with a solution or an error.")
    return tasks


def read_deltabench(file: Path | str) -> list[Task]:
    """Return the solutions of a file in DeltaBench's format, whose truth is the list of wrong sections.

    Each line has ``question``, ``sections`` and the numbers of those with errors and of those that are of no
    use, which count as wrong, too (He et al. 2025, "Can large language models detect errors in long
    chain-of-thought reasoning?"). Numbers in the file are from 1; the truth, such as ``[2, 5]``, counts from
    0, as `protocols.FirstError` does. ``task_l1`` is the category.

    Args:
        file: The file, in JSON lines.

    Raises:
        UsageError: if the file cannot be read, with a sentence for each bad line.
    """
    path = Path(file)
    names = Names(path)

    def read(number: int, value: Any) -> Task:
        item = _Sectioned.model_validate(value)
        if outside := [one for one in item.wrong if not 1 <= one <= len(item.sections)]:
            raise BadLine(f"there is no section {outside[0]} of {len(item.sections)}")
        data: dict[str, Any] = {"steps": [one.content or one.section for one in item.sections]}
        if item.task_l1:
            data["category"] = item.task_l1
        truth = str([one - 1 for one in item.wrong])
        return Task(id=names.of(number, None), text=item.question, data=data, truth=truth)

    return read_jsonl(path, read)
