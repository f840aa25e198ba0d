"""Published files of tasks whose rows are not one question each, as rows that are.

QuALITY (Pang et al. 2022) has an article a row, with its questions; ProcessBench (Zheng et al. 2024) has the
steps of a solution, and which of them is the first wrong one. They are recognised by their columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from arena.core.jsonl import read_each
from arena.core.log import log
from arena.tasks._rows import Row, Rows
from arena.tasks.solutions import ProcessBenchItem

_Reader = Callable[[Mapping[str, Any]], Iterator[Mapping[str, Any]]]


class _Question(BaseModel):
    """A question of an article. `gold_label` is the number, from 1, of the right option."""

    question: Annotated[str, Field(min_length=1)]
    question_unique_id: str | None = None
    options: list[str]
    gold_label: Annotated[int, Field(ge=1)] | None = None
    difficult: Literal[0, 1] | None = None


class _Article(BaseModel):
    """A row of QuALITY. Other fields are ignored."""

    article: str
    questions: list[_Question]


def as_questions(file: Path, rows: Rows) -> Rows:
    """Return the rows of a file with the columns that `arena.tasks.read` knows, if it is a published one.

    Raises:
        UsageError: if a row lacks what such rows have, with a sentence for each of the first few.
    """
    columns = rows.rows[0][1].keys()
    for name, (fields, read) in _SHAPES.items():
        if fields <= columns:
            log.info("tasks are read as those of a published set", file=str(file), set=name)
            found = read_each(file, rows.rows, partial(_numbered, read), rows.unit)
            return Rows(rows.unit, [row for questions in found for row in questions])
    return rows


def _numbered(read: _Reader, number: int, row: Mapping[str, Any]) -> list[Row]:
    return [(number, question) for question in read(row)]


def _quality(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    article = _Article.model_validate(row)
    for one in article.questions:
        yield {
            "question": one.question,
            "answers": one.options,
            "truth_at": None if one.gold_label is None else one.gold_label - 1,
            "source": article.article,
            "id": one.question_unique_id,
            "category": None if one.difficult is None else "hard" if one.difficult else "easy",
        }


def _processbench(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    item = ProcessBenchItem.model_validate(row)
    yield {"question": item.problem, "data.steps": item.steps, "truth": item.label, "id": item.id or None}


_SHAPES: Mapping[str, tuple[set[str], _Reader]] = {
    "QuALITY": ({"article", "questions"}, _quality),
    "ProcessBench": ({"problem", "steps", "label"}, _processbench),
}
