"""The annotations of one kind as columns, joined with their episodes."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.annotations import COLUMNS, Annotation, AnnotationRow, annotation_of
from arena.core.errors import UsageError
from arena.results.study._coding import Coder, Numbers, Texts, chosen, joined
from arena.results.study._episodes import EpisodeTable

TEXTS = ("name", "author", "by", "seat", "part", "moment", "grp", "status", "method")
"""Columns of texts that few rows differ in. They are always read."""
NUMBERS = (
    "said", "step", "sample", "unit", "start", "end", "turn", "ordering", "repeat", "revises", "value", "low",
    "high", "correct", "confidence", "judgement", "number",
)  # fmt: skip
"""Columns of numbers; NaN where there is none. They are always read."""
REALS = ("value", "low", "high", "correct", "confidence")
"""The columns of numbers that need not be whole."""
ON_DEMAND = ("text", "key", "truth", "reason", "more")
"""Columns that take much memory. They are read if they are asked for."""
NOT_REACHED = "not-reached"
"""The status of a row that stands for what an episode broke off before."""
ALIASES = {
    "belief": {"probability": "value", "came_true": "correct", "of": "text"},
    "answer": {"comparison": "method"},
    "verdict": {"choice": "text", "order": "ordering"},
    "score": {"unit_name": "method"},
    "label": {"count": "value"},
    "reward": {},
}
"""What columns are called of each kind."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """The annotations of one kind, a row each, by episode and number.

    A column is an attribute: ``answers.correct``. Besides the columns of `AnnotationRow`, there are `episode`
    (the place of the row's episode in the `EpisodeTable`), and of that episode `condition`, `task`,
    `category`, `base`, `perturbed` and `agent`, which is the agent in the seat of the author or, of other
    authors, their own name.
    `labelled` is the agent in the seat that the row is about.

    An episode that broke off before an annotation was made has a row for each name and author that others of
    its condition have, with the status ``not-reached`` and no value: it lowers the coverage.
    """

    kind: str
    episodes: EpisodeTable
    columns: dict[str, Any]

    def __len__(self) -> int:
        return len(self.columns["episode"])

    def __getattr__(self, name: str) -> Any:
        columns = object.__getattribute__(self, "columns")
        found = ALIASES[object.__getattribute__(self, "kind")].get(name, name)
        if found in columns:
            return columns[found]
        episodes: EpisodeTable = object.__getattribute__(self, "episodes")
        if found in ("condition", "task", "category", "ending", "base", "perturbed"):
            return getattr(episodes, found).of(columns["episode"])
        if found == "agent":
            return self._agent("author")
        if found == "labelled":
            return self._agent("seat")
        raise AttributeError(f"{self.kind}s have no column {name!r}; it may have to be asked for.")

    @property
    def ok(self) -> NDArray[np.bool_]:
        """Which rows are results, (rows,)."""
        status: Texts = self.columns["status"]
        return status.is_("ok", "abstained")

    @property
    def role(self) -> Texts:
        """What each author is called without its number, so that seats of one role are counted together."""
        author: Texts = self.columns["author"]
        return author.mapped(role)

    @property
    def about(self) -> Texts:
        """What the seat of each row's place is called without its number; empty if it is of no seat."""
        seat: Texts = self.columns["seat"]
        return seat.mapped(role)

    def where(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Annotations:
        """Return the rows for which a condition holds, or those at some places."""
        columns = {name: chosen(column, rows) for name, column in self.columns.items()}
        return Annotations(self.kind, self.episodes, columns)

    def joined(self, other: Annotations) -> Annotations:
        """Return the rows of both, by episode. Both have the same columns."""
        columns = {name: joined(column, other.columns[name]) for name, column in self.columns.items()}
        return by_episode(Annotations(self.kind, self.episodes, columns))

    def grouped(self, *by: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of each group, after the values of the columns they are grouped by, in order."""
        columns = [getattr(self, name) for name in by]
        for places in groups(*columns):
            first = places[0]
            shown = (
                column[first] if isinstance(column, Texts) else _number(column[first]) for column in columns
            )
            yield (*shown, self.where(places))

    def __iter__(self) -> Iterator[Annotation]:
        """Yield the annotations as records; all columns must have been read."""
        if missing := [name for name in ON_DEMAND if name not in self.columns]:
            raise UsageError(f"Records need the columns {', '.join(missing)}, which were not read.")
        for row in range(len(self)):
            if self.columns["status"][row] != NOT_REACHED:
                yield annotation_of(self._row(row))

    def _row(self, row: int) -> AnnotationRow:
        number = int(self.episodes.number[self.columns["episode"][row]])
        values: dict[str, Any] = {"episode": number, "kind": self.kind}
        for name in (*TEXTS, "reason", "more"):
            values[name] = self.columns[name][row]
        for name in ("text", "truth"):
            column: Texts = self.columns[name]
            values[name] = column[row] if column.codes[row] >= 0 else None
        values["key"] = self.columns["key"][row]
        for name in NUMBERS:
            value = self.columns[name][row]
            values[name] = None if np.isnan(value) else float(value) if name in REALS else int(value)
        return AnnotationRow(**values)

    def _agent(self, column: str) -> Texts:
        """Return the agent in the seat that a column names, or what else the column holds."""
        coder = Coder()
        agents = self.episodes.agents
        for episode, seat in zip(self.columns["episode"].tolist(), self.columns[column], strict=True):
            coder.add(agents[episode].get(seat, seat))
        return coder.texts()


class Collected:
    """Rows of one kind as they are read."""

    def __init__(self, kind: str, on_demand: Sequence[str]) -> None:
        self.kind = kind
        self._episode = array("q")
        self._texts = {name: Coder() for name in (*TEXTS, *(n for n in on_demand if n != "key"))}
        self._numbers = {name: Numbers(whole=name not in REALS) for name in NUMBERS}
        self._keys: list[int | None] = []
        self._has_keys = "key" in on_demand
        self.fields = (*self._texts, *self._numbers, *(["key"] if self._has_keys else []))

    def extend(self, places: Sequence[int], rows: Sequence[Sequence[Any]]) -> None:
        """Add rows with the values of `fields`; `places` are the rows of their episodes."""
        if not rows:
            return
        self._episode.extend(places)
        columns = zip(*rows, strict=True)
        for coder in self._texts.values():
            coder.extend(next(columns))
        for numbers in self._numbers.values():
            numbers.extend(next(columns))
        if self._has_keys:
            self._keys.extend(next(columns))

    def extend_whole(self, places: Sequence[int], rows: Sequence[AnnotationRow]) -> None:
        """Add whole rows; `places` are the rows of their episodes."""
        read = attrgetter(*self.fields)
        self.extend(places, [read(row) for row in rows])

    def annotations(self, episodes: EpisodeTable) -> Annotations:
        """Return the rows, in the order of their episodes."""
        columns: dict[str, Any] = {"episode": np.frombuffer(self._episode, dtype=np.int64).astype(np.intp)}
        columns |= {name: coder.texts() for name, coder in self._texts.items()}
        columns |= {name: numbers.values() for name, numbers in self._numbers.items()}
        if self._has_keys:
            columns["key"] = np.array(self._keys, dtype=object)
        return by_episode(Annotations(self.kind, episodes, columns))


def by_episode(found: Annotations) -> Annotations:
    """Return the rows in the order of their episodes."""
    episode = found.columns["episode"]
    if np.all(episode[1:] >= episode[:-1]):
        return found
    return found.where(np.argsort(episode, kind="stable"))


def groups(*columns: Texts | NDArray[Any]) -> Iterator[NDArray[np.intp]]:
    """Yield the places of the rows that are equal in all columns, group by group, in order of the first."""
    key = group_codes(*columns)
    if len(key):
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        yield from sorted(np.split(order, starts[1:]), key=lambda places: int(places[0]))


def group_codes(*columns: Texts | NDArray[Any]) -> NDArray[np.intp]:
    """Return a number for each row that is equal for the rows that are equal in all columns, (rows,)."""
    key = np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns if len(columns[0]) else ():
        values = column.codes if isinstance(column, Texts) else column
        _, codes = np.unique(values, return_inverse=True)
        # Made dense again, so that many columns do not overflow.
        _, key = np.unique(key * (int(codes.max()) + 1) + codes.reshape(-1), return_inverse=True)
    return key


def role(author: str) -> str:
    """Return what a seat is called without its number.

    >>> role("player_0"), role("onlooker_12"), role("judge"), role("a")
    ('player', 'onlooker', 'judge', 'a')
    """
    return author.rstrip("0123456789").rstrip("_") or author


def check_columns(names: Sequence[str]) -> None:
    """Refuse the name of a column that does not exist.

    Raises:
        UsageError: naming those that can be asked for.
    """
    if unknown := [name for name in names if name not in ON_DEMAND]:
        raise UsageError(
            f"There is no column {unknown[0]!r} to ask for; there are: {', '.join(ON_DEMAND)}. "
            f"Always there: {', '.join(name for name in COLUMNS if name not in ON_DEMAND)}."
        )


def _number(value: float) -> int | float | None:
    if np.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
