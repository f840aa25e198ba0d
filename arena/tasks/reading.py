"""Tasks from a file of questions, in CSV, JSON Lines, JSON or Parquet, by one function.

A mapping of columns says which column holds which part of a task. The parts are:

- ``question``: what everyone reads. Every row must have it.
- ``truth``: the right answer, which only scorers read. If it is missing, it is not known.
- ``answers``: the answers to choose among, as a list in one column or one in each of several columns.
- ``truth_at``: the place of the right answer among them, from 0, or its letter, from A; instead of ``truth``.
- ``source``: a text from which the right answer follows.
- ``id``, ``category``, ``split``: the task's name, and the groups that it belongs to.
- ``briefs.SEAT``: a text that only the seat reads. ``data.NAME``: anything else that a protocol reads.

A part that the mapping does not name is read from the column of its name, if there is one (``truth`` from
``answer``, too). A column that is not found may be a path into an object, such as ``item.question``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from pydantic import ConfigDict, Field
from pydantic_core import from_json

from arena.core.checked import Checked
from arena.core.errors import UsageError, did_you_mean
from arena.core.jsonl import BadLine, read_each
from arena.core.text import one_line
from arena.tasks._names import Names
from arena.tasks._rows import Rows, rows_of
from arena.tasks.grading import is_spellings
from arena.tasks.questions import CLAIM, check_answers
from arena.tasks.task import Task

TaskColumns = Mapping[str, str | Sequence[str]]
"""Which column holds each part of a task; several columns are the answers, one in each."""

PARTS = ("question", "truth", "answers", "truth_at", "source", "id", "category", "split")
"""The parts of a task that a column may hold, besides ``briefs.SEAT`` and ``data.NAME``."""
_NAMED = ("briefs.", "data.")
"""How the parts begin whose names the user chooses."""

MOST_ANSWERS = 100
_SHOWN = 20
_DEFAULTS = {part: (part,) for part in PARTS} | {"truth": ("truth", "answer")}
_MISSING = object()


def read(file: Path | str, columns: TaskColumns | None = None, *, split: str | None = None) -> list[Task]:
    """Return the tasks of a file in CSV, JSON Lines, JSON or Parquet.

    The end of the file's name says its format: ``.csv``, ``.tsv``, ``.jsonl``, ``.ndjson``, ``.json`` (a list
    of objects) or ``.parquet``. A task without ``answers`` is an open question, or a claim if its truth is
    ``true`` or ``false``. A task without an id is called after the file and the number of its row.

    Args:
        file: The file, in UTF-8, with a byte-order mark or without.
        columns: Which column holds each part of a task, such as ``{"question": "Q", "truth": "A"}``. The
            answers may be in several: ``{"answers": ["A", "B", "C"], "truth_at": "key"}``.
        split: Which split is read, if the file has several, such as ``test``. By default, all are read.

    Raises:
        UsageError: if the file cannot be read, a column is not there, or a row cannot be used. The sentence
            says where, which columns there are, and what to do.
        MissingExtra: if it is a Parquet file and pyarrow is not installed.
    """
    path = Path(file)
    rows = rows_of(path)
    places = _places(path, rows, columns or {})
    if split is not None:
        rows = _of_split(path, rows, places, split)
    names = Names(path)

    def task(number: int, row: Mapping[str, Any]) -> Task:
        return _task(names, number, {part: _value(row, where) for part, where in places.items()})

    return read_each(path, rows.rows, task, rows.unit)


class TaskFile(Checked):
    """A file of tasks, as a scenario's setting ``tasks`` names it.

    Args:
        file: The file that `read` reads.
        columns: Which column holds each part of a task.
        split: Which split is read. None reads all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path
    columns: TaskColumns = Field(default_factory=dict)
    split: str | None = None

    def tasks(self) -> list[Task]:
        """Return the tasks of the file (see `read`)."""
        return read(self.file, self.columns, split=self.split)


def tasks_of(given: Any) -> Any:
    """Return the tasks of a file, if its name or a mapping with the fields of a `TaskFile` is given."""
    if isinstance(given, str | Path):
        return read(given)
    return TaskFile.model_validate(given).tasks() if isinstance(given, Mapping) else given


def _places(file: Path, rows: Rows, columns: TaskColumns) -> dict[str, str | tuple[str, ...]]:
    """Return the column of each part, or several of the answers. Parts without a column are left out.

    Raises:
        UsageError: if there is no such part or column, or no question.
    """
    there = dict.fromkeys(rows.header) or dict.fromkeys(name for _, row in rows.rows for name in row)
    for part, where in columns.items():
        if part not in PARTS and not (part.startswith(_NAMED) and part.partition(".")[2]):
            raise UsageError(
                f"A task has no part {part!r} for a column.{did_you_mean(part, PARTS)} "
                f"The parts are: {', '.join(PARTS)}, briefs.SEAT and data.NAME."
            )
        if part != "answers" and not isinstance(where, str):
            raise UsageError(f"Only the answers may be in several columns, and not the {part}; name one.")
        for column in (where,) if isinstance(where, str) else where:
            if column not in there and not any(_at(row, column) is not _MISSING for _, row in rows.rows):
                raise UsageError(
                    f"{file} has no column {column!r} for the {part}.{did_you_mean(column, there)} "
                    f"It has: {_listed(there)}."
                )
    found = {part: where if isinstance(where, str) else tuple(where) for part, where in columns.items()}
    taken = {"truth", "truth_at"} & found.keys()
    for part, names in _DEFAULTS.items():
        standing = next((name for name in names if name in there), None)
        if part not in found and standing is not None and not (taken and part in ("truth", "truth_at")):
            found[part] = standing
    if "question" not in found:
        raise UsageError(
            f"{file} has no column 'question'. It has: {_listed(there)}. Say which of them holds the "
            "question, with columns={'question': 'COLUMN'} or --columns question=COLUMN."
        )
    if {"truth", "truth_at"} <= found.keys():
        raise UsageError(f"The truth of the tasks of {file} is in truth or in truth_at; name only one.")
    return found


def _listed(columns: Mapping[str, object]) -> str:
    names = [one_line(name, 60) or '""' for name in columns]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _of_split(file: Path, rows: Rows, places: Mapping[str, Any], split: str) -> Rows:
    if "split" not in places:
        raise UsageError(
            f"{file} has no column 'split', so the split {split!r} cannot be chosen. If another column holds "
            "the splits, name it with columns={'split': 'COLUMN'} or --columns split=COLUMN."
        )
    of = [_text(_value(row, places["split"]), "split") for _, row in rows.rows]
    chosen = [row for row, one in zip(rows.rows, of, strict=True) if one == split]
    if not chosen:
        known = dict.fromkeys(one for one in of if one)
        raise UsageError(
            f"{file} has no split {split!r}.{did_you_mean(split, known)} It has: {_listed(known)}."
        )
    return rows._replace(rows=chosen)


def _at(row: Mapping[str, Any], column: str) -> Any:
    """Return the value of a column, or at a path of names and places with dots between them."""
    if column in row:
        return row[column]
    found: Any = row
    for part in column.split("."):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdecimal() and len(part) < 9 and int(part) < len(found):
            found = found[int(part)]
        else:
            return _MISSING
    return found


def _value(row: Mapping[str, Any], where: str | tuple[str, ...]) -> Any:
    if isinstance(where, tuple):
        found = [one for column in where if (one := _value(row, column)) is not None]
        return found or None
    value = _at(row, where)
    return None if value is _MISSING else value


def _task(names: Names, number: int, parts: Mapping[str, Any]) -> Task:
    """Return the task of a row.

    Raises:
        BadLine: if it has no question, or a part is not what it must be.
    """
    text = _text(parts["question"], "question")
    if not text:
        raise BadLine("the question is missing")
    answers = _answers(parts.get("answers"))
    truth = _truth(parts.get("truth"), answers) if "truth_at" not in parts else _marked(parts, answers)
    try:
        if answers:
            check_answers(answers, None if truth is None else str(truth))
    except ValueError as error:
        raise BadLine(str(error)) from None
    data: dict[str, Any] = {"answers": answers} if answers else {}
    for part in ("source", "category", "split"):
        if said := _text(parts.get(part), part):
            data[part] = said
    own = {part: value for part, value in parts.items() if value is not None and part.startswith(_NAMED)}
    briefs = {part[7:]: _text(value, part) for part, value in own.items() if part.startswith("briefs.")}
    data |= {part[5:]: value for part, value in own.items() if part.startswith("data.")}
    name = names.of(number, _text(parts.get("id"), "id") or None)
    return Task(id=name, text=text, data=data, briefs=briefs, truth=truth)


def _text(value: Any, part: str) -> str:
    """Return a value as text; nothing is empty, and a number is written as JSON has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise BadLine(f"the {part} must be text, not {'a list' if isinstance(value, list) else 'an object'}")


def _answers(value: Any) -> list[str] | None:
    """Return the answers that a row lists; in CSV they may be a JSON list in one cell."""
    if value is None:
        return None
    if isinstance(value, str) and value.startswith("["):
        try:
            value = from_json(value)
        except ValueError as error:
            raise BadLine(f"the answers are no JSON list ({error})") from None
    if not isinstance(value, list):
        raise BadLine(
            'the answers are not a list, such as ["yes", "no"]; if each has a column of its own, name all '
            "of them, as in --columns answers=A+B+C"
        )
    answers = [_text(one, "answer") for one in value]
    if not 2 <= len(answers) <= MOST_ANSWERS or not all(answers):
        raise BadLine(f"the answers must be 2 to {MOST_ANSWERS} texts, none of them empty")
    return answers


def _truth(value: Any, answers: Sequence[str] | None) -> str | int | float | bool | list[str] | None:
    if value is None or value == "":
        return None
    if answers:
        return _text(value, "truth")
    if isinstance(value, str):
        return value.lower() if value.lower() in CLAIM else value
    if isinstance(value, bool | int | float):
        return value
    if is_spellings(value):
        return list(value)
    raise BadLine("the truth must be a text, a number, or a list of texts that are all right")


def _marked(parts: Mapping[str, Any], answers: Sequence[str] | None) -> str | None:
    """Return the answer whose place or letter marks it as the right one."""
    mark = _text(parts["truth_at"], "truth_at").strip()
    if not mark:
        return None
    if not answers:
        raise BadLine("truth_at is a place among the answers, and there are no answers")
    letter = len(mark) == 1 and mark.upper() in ascii_uppercase
    digits = mark.isascii() and mark.isdecimal() and len(mark) < 9
    place = ascii_uppercase.index(mark.upper()) if letter else int(mark) if digits else len(answers)
    if place >= len(answers):
        letters = ascii_uppercase[: len(answers)]
        raise BadLine(
            f"truth_at is {one_line(mark, 60)!r}, and must be a place from 0 to {len(answers) - 1} or a "
            f"letter from A to {letters[-1] if len(answers) <= len(letters) else 'Z'}"
        )
    return answers[place]
