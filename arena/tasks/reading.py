"""Tasks from a file of questions, in CSV, JSON Lines, JSON or Parquet, by one function.

A mapping of columns says which column holds which part of a task. The parts are:

- ``question``: what everyone reads. Every row must have it.
- ``truth``: the right answer, which only scorers read. If it is missing, it is not known.
- ``answers``: the answers to choose among, as a list in one column or one in each of several columns.
- ``truth_at``: the place of the right answer among them, from 0, or its letter, from A; instead of ``truth``.
- ``source``: a text from which the right answer follows.
- ``id``, ``category``, ``split``: the task's name, and the groups that it belongs to.
- ``pictures``: the pictures that every seat sees: a path from the file's folder or an address that begins
  with https, a list of them, or one in each of several columns. ``pictures.SEAT``: those that only the seat
  sees.
- ``briefs.SEAT``: a text that only the seat reads. ``data.NAME``: anything else that a protocol reads.

Files of QuALITY and of ProcessBench are read as they are, because their columns tell them.

A part that the mapping does not name is read from the column of its name, if there is one (``truth`` from
``answer``, too). A column that is not found may be a path into an object, such as ``item.question``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field

from arena.core.checked import Checked
from arena.core.errors import UsageError, did_you_mean
from arena.core.files import resolved
from arena.core.jsonl import BadLine, read_each
from arena.core.text import one_line
from arena.tasks._cells import answers_of, marked_answer, text_of, truth_of
from arena.tasks._datasets import (
    PREFIX,
    is_dataset,
    is_folder_of_one,
    rows_of_dataset,
    rows_on_hub,
    rows_saved,
)
from arena.tasks._names import Names
from arena.tasks._pictures import PicturesOfFile
from arena.tasks._published import as_questions
from arena.tasks._rows import Rows, rows_of
from arena.tasks.made import is_made, made
from arena.tasks.questions import check_answers
from arena.tasks.task import Task

TaskColumns = Mapping[str, str | Sequence[str]]
"""Which column holds each part of a task; several columns are the answers, one in each."""

PARTS = ("question", "truth", "answers", "truth_at", "source", "pictures", "id", "category", "split")
"""The parts of a task that a column may hold, besides those of a seat and ``data.NAME``."""
_PRIVATE = "pictures."
_NAMED = ("briefs.", "data.", _PRIVATE)
"""How the parts begin whose names the user chooses."""

_SHOWN = 20
_DEFAULTS = {part: (part,) for part in PARTS} | {"truth": ("truth", "answer")}
_MISSING = object()


def read(
    file: Path | str | Any,
    columns: TaskColumns | None = None,
    *,
    split: str | None = None,
    pictures: Path | str | None = None,
) -> list[Task]:
    """Return the tasks of a file in CSV, JSON Lines, JSON or Parquet.

    The end of the file's name says its format: ``.csv``, ``.tsv``, ``.jsonl``, ``.ndjson``, ``.json`` (a list
    of objects) or ``.parquet``. A file of another name that begins with ``{`` is JSON Lines. A task without
    ``answers`` is an open question, or a claim if its truth is ``true`` or ``false``. A task without an id is
    called after the file and the number of its row.

    Args:
        file: The file, in UTF-8, with a byte-order mark or without. It may also be a dataset of Hugging Face:
            its name on the hub, ``hf:ORG/NAME?split=test``, the folder in which it was saved, or the object.
        columns: Which column holds each part of a task, such as ``{"question": "Q", "truth": "A"}``. The
            answers may be in several: ``{"answers": ["A", "B", "C"], "truth_at": "key"}``.
        split: Which split is read, if the file has several, such as ``test``. By default, all are read.
        pictures: The folder from which the pictures are that the file names. By default, it is that of the
            file. No path may lead out of it.

    Raises:
        UsageError: if the file or a picture cannot be read, a column is not there, or a row cannot be used.
            The sentence says where, which columns there are, and what to do.
        MissingExtra: if it is a Parquet file and pyarrow is not installed, or a dataset without its library.
    """
    path, rows = _rows_of_any(file)
    if "question" not in (columns or {}):
        rows = as_questions(path, rows)
    places = _places(path, rows, columns or {})
    if split is not None:
        rows = _of_split(path, rows, places, split)
    names = Names(path)
    seen = PicturesOfFile(path.parent if pictures is None else resolved(pictures))

    def task(number: int, row: Mapping[str, Any]) -> Task:
        return _task(names, seen, number, {part: _value(row, where) for part, where in places.items()})

    return read_each(path, rows.rows, task, rows.unit)


def _rows_of_any(given: Path | str | Any) -> tuple[Path, Rows]:
    """Return the path after which tasks are called, and the rows of a file or a dataset."""
    if is_dataset(given):
        return Path("dataset"), rows_of_dataset(given)
    if str(given).startswith(PREFIX):
        return Path(str(given).partition("?")[0].rpartition("/")[2]), rows_on_hub(str(given))
    path = resolved(given)
    return path, rows_saved(path) if is_folder_of_one(path) else rows_of(path)


class TaskFile(Checked):
    """A file of tasks, as a scenario's setting ``tasks`` names it.

    Args:
        file: The file that `read` reads.
        columns: Which column holds each part of a task.
        split: Which split is read. None reads all.
        pictures: The folder from which its pictures are. None is the folder of the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path
    columns: TaskColumns = Field(default_factory=dict)
    split: str | None = None
    pictures: Path | None = None

    def tasks(self) -> list[Task]:
        """Return the tasks of the file (see `read`)."""
        return read(self.file, self.columns, split=self.split, pictures=self.pictures)


def tasks_of(given: Any) -> Any:
    """Return the tasks of a file, if its name or a mapping with the fields of a `TaskFile` is given.

    A name such as ``sums?n=20`` stands for tasks that are made (`arena.tasks.made`).
    """
    if isinstance(given, str) and is_made(given):
        return made(given)
    if isinstance(given, str | Path) or is_dataset(given):
        return read(given)
    return TaskFile.model_validate(given).tasks() if isinstance(given, Mapping) else given


def _places(file: Path, rows: Rows, columns: TaskColumns) -> dict[str, str | tuple[str, ...]]:
    """Return the column of each part, or several of the answers. Parts without a column are left out.

    Raises:
        UsageError: if there is no such part or column, or no question.
    """
    there = dict.fromkeys(rows.header) or dict.fromkeys(name for _, row in rows.rows for name in row)
    for part, where in columns.items():
        if part not in PARTS and not _is_named(part):
            raise UsageError(
                f"A task has no part {part!r} for a column.{did_you_mean(part, PARTS)} "
                f"The parts are: {', '.join(PARTS)}, pictures.SEAT, briefs.SEAT and data.NAME."
            )
        if not isinstance(where, str) and part != "answers" and not part.startswith("pictures"):
            raise UsageError(
                f"Only answers and pictures may be in several columns, and not the {part}; name one."
            )
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
    for name in filter(_is_named, there):
        found.setdefault(name, name)
    if "question" not in found:
        raise UsageError(
            f"{file} has no column 'question'. It has: {_listed(there)}. Say which of them holds the "
            "question, with columns={'question': 'COLUMN'} or --columns question=COLUMN."
        )
    if {"truth", "truth_at"} <= found.keys():
        raise UsageError(f"The truth of the tasks of {file} is in truth or in truth_at; name only one.")
    return found


def _is_named(part: str) -> bool:
    """Return whether a part is one whose name the user chooses, such as ``data.steps``."""
    return part.startswith(_NAMED) and bool(part.partition(".")[2])


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
    of = [text_of(_value(row, places["split"]), "split") for _, row in rows.rows]
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


def _task(names: Names, seen: PicturesOfFile, number: int, parts: Mapping[str, Any]) -> Task:
    """Return the task of a row. `names` knows the ids of the rows before it, and `seen` their pictures.

    Raises:
        BadLine: if it has no question, or a part is not what it must be.
    """
    text = text_of(parts["question"], "question")
    if not text:
        raise BadLine("the question is missing")
    answers = answers_of(parts.get("answers"))
    truth = (
        truth_of(parts.get("truth"), answers) if "truth_at" not in parts else marked_answer(parts, answers)
    )
    try:
        if answers:
            check_answers(answers, None if truth is None else str(truth))
    except ValueError as error:
        raise BadLine(str(error)) from None
    data: dict[str, Any] = {"answers": answers} if answers else {}
    for part in ("source", "category", "split"):
        if said := text_of(parts.get(part), part):
            data[part] = said
    own = {part: value for part, value in parts.items() if value is not None and part.startswith(_NAMED)}
    briefs = {part[7:]: text_of(value, part) for part, value in own.items() if part.startswith("briefs.")}
    data |= {part[5:]: value for part, value in own.items() if part.startswith("data.")}
    name = names.of(number, text_of(parts.get("id"), "id") or None)
    private = {
        part.removeprefix(_PRIVATE): seen.of(value, part)
        for part, value in own.items()
        if part.startswith(_PRIVATE)
    }
    return Task(
        id=name,
        text=text,
        data=data,
        briefs=briefs,
        pictures=seen.of(parts.get("pictures"), "pictures"),
        private_pictures=private,
        truth=truth,
    )
