"""The columns of tables of annotations, and how they are made of a study's.

A text that does not apply is empty, and a number that does not apply is missing. An answer, a choice or a
label that was not found out is a missing text, and its `status` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json, to_json

from arena.results.study import Annotations, Coder, Study, Texts
from arena.results.tables._about import COMMON, OF_KIND, ColumnAbout

Whole = NDArray[np.floating[Any]]
Column = Texts | Whole | Sequence[int | None]
"""A column: texts, numbers (NaN where there is none), or whole numbers of 64 bits."""

ANY_KIND: Mapping[str, str] = {
    "value": "real", "low": "real", "high": "real", "correct": "real", "confidence": "real", "text": "text",
    "key": "key", "truth": "text", "method": "text", "probabilities": "text", "anchor": "text",
}  # fmt: skip
"""The columns of a table of all kinds, beside the common ones.

`value` is a belief's probability, a score, a label's count or a reward. `text` is what a belief is of, an
answer, a choice or a label. `correct` is also whether a belief came true, and `method` also the comparison of
an answer and the unit of a score.
"""

_STORED = {
    "group": "grp", "order": "ordering", "probability": "value", "came_true": "correct", "of": "text",
    "comparison": "method", "choice": "text", "unit_name": "method", "count": "value",
}  # fmt: skip
_IN_MORE = ("among", "probabilities", "anchor")


@dataclass(frozen=True, slots=True)
class AnnotationTable:
    """Some annotations, a row each.

    Args:
        types: the type of each column, in their order: ``text``, ``whole``, ``real`` or ``key``.
        columns: the columns by name.
        rows: how many rows there are.
    """

    types: Mapping[str, str]
    columns: Mapping[str, Column]
    rows: int

    def values(self, name: str) -> list[Any]:
        """Return a column as Python values; None where there is none."""
        column, kind = self.columns[name], self.types[name]
        if isinstance(column, Texts):
            names = (*column.names, None)
            return [names[code] for code in column.codes.tolist()]
        if isinstance(column, np.ndarray):
            made: Callable[[float], Any] = float if kind == "real" else int
            return [None if n is None or n != n else made(n) for n in column.tolist()]
        return list(column)

    def parts(self, size: int) -> Iterator[AnnotationTable]:
        """Yield the table in parts of at most so many rows."""
        for first in range(0, self.rows, size):
            part = {
                name: Texts(column.codes[first : first + size], column.names)
                if isinstance(column, Texts)
                else column[first : first + size]
                for name, column in self.columns.items()
            }
            yield AnnotationTable(self.types, part, min(size, self.rows - first))


def types_of(columns: Mapping[str, ColumnAbout]) -> dict[str, str]:
    """Return the type of each column."""
    return {name: column.type for name, column in columns.items()}


def table_of(study: Study, found: Annotations, *, any_kind: bool = False) -> AnnotationTable:
    """Return annotations as a table. All columns must have been read.

    Args:
        study: the study that they were read by.
        found: annotations of one kind.
        any_kind: whether the columns are to be those of a table of all kinds.
    """
    own = ANY_KIND if any_kind else types_of(OF_KIND[found.kind])
    types = {**types_of(COMMON), **own}
    more = dict(zip(_IN_MORE, _of_more(found), strict=True))
    columns: dict[str, Column] = {}
    for name in types:
        if name in more:
            columns[name] = more[name]
        elif name == "run":
            columns[name] = Texts(study.episodes.run[found.episode], study.names)
        elif name == "kind":
            columns[name] = Texts(np.zeros(len(found), dtype=np.int32), (found.kind,))
        elif name == "revises_judgement":
            columns[name] = _revised(found)
        elif name == "episode":
            columns[name] = study.episodes.number[found.episode].astype(np.float64)
        elif own is not ANY_KIND and found.kind == "label" and name == "value":
            columns[name] = found.text
        else:
            columns[name] = getattr(found, _STORED.get(name, name))
    if types.get("truth") == "real":
        columns["truth"] = np.array([float(gold or "nan") for gold in found.truth], dtype=np.float64)
    return AnnotationTable(types, columns, len(found))


def _revised(found: Annotations) -> Whole:
    """Return the judgement of the annotation that each row revises; NaN where it revises none."""
    revised = found.judgement.copy()
    revised[np.isnan(found.revises)] = np.nan
    for row in np.flatnonzero(~np.isnan(found.revises) & (found.judgement > 0)):
        revised[row] = from_json(found.more[row] or "{}").get("judgement", 0)
    return np.asarray(revised, dtype=np.float64)


def _of_more(found: Annotations) -> Iterator[Texts]:
    """Yield the columns that are stored in one, as JSON: `among`, `probabilities` and `anchor`."""
    coders = {name: Coder() for name in _IN_MORE}
    known: dict[str, dict[str, str]] = {"": {}}
    for more in found.more:
        if more not in known:
            known[more] = {name: to_json(value).decode() for name, value in from_json(more).items()}
        for name, coder in coders.items():
            coder.add(known[more].get(name, ""))
    for coder in coders.values():
        yield coder.texts()
