"""A line of a table: a figure by its name, convention and group; and the lines of many groups at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from arena.results.columns import AskRow, RulingRow
from arena.results.metrics import Figure, with_interval


@dataclass(frozen=True, slots=True)
class Axis:
    """Along what a figure of several groups is drawn.

    At `level` there is a rule to compare with. A `share` is from 0 to 1. A single group is drawn `alone` if
    the rule says enough, as 1/2 does of a share of points.
    """

    label: str
    level: float
    share: bool = True
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of one group of rows, such as a condition.

    `convention` says what exactly was computed and of what, `unit` what `n` and `of` count. A figure that is
    to be drawn has an `axis`, and one that stands in a grid too, the `columns` in which it does.
    """

    name: str
    group: str
    convention: str
    unit: str
    figure: Figure
    axis: Axis | None = None
    columns: Sequence[str] = ()

    def record(self) -> dict[str, Any]:
        """Return the line as JSON-able values; a value that is infinite is given as text."""
        figure = self.figure
        value = figure.value
        return {
            "name": self.name,
            "group": self.group,
            "convention": self.convention,
            "value": str(value) if value is not None and math.isinf(value) else value,
            "low": figure.interval.low if figure.interval else None,
            "high": figure.interval.high if figure.interval else None,
            "n": figure.n,
            "of": figure.of,
            "unit": self.unit,
            "coverage": figure.coverage,
        }


class Clustered(Protocol):
    """A row that says by what it is drawn in a bootstrap."""

    @property
    def cluster(self) -> str:
        """The task."""


Row = TypeVar("Row")
Drawn = TypeVar("Drawn", bound=Clustered)


def grouped(rows: Iterable[Row], by: Callable[[Row], Hashable]) -> dict[Any, list[Row]]:
    """Return the rows of each group, in the order in which the groups first occur."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(by(row), []).append(row)
    return found


def by_judge(row: AskRow | RulingRow) -> str:
    """Return the group of what a judge said: its condition, whose it is and, if it came later, by what."""
    return ", ".join(filter(None, (f"{row.condition}: {row.judge}", row.criterion)))


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """A figure to be computed of some columns of each group of rows.

    `axis` is along what it is drawn, `shown_in` the columns of its section's grid in which it stands.
    """

    name: str
    convention: str
    function: Callable[..., Figure]
    columns: Sequence[Callable[[Any], Any]]
    unit: str = "episodes"
    axis: Axis | None = None
    shown_in: Sequence[str] = ()

    def of(self, groups: dict[str, list[Drawn]], samples: int) -> Iterator[Line]:
        """Yield the figure of each group, with its interval."""
        for group, rows in groups.items():
            figure = with_interval(
                self.function,
                *([column(row) for row in rows] for column in self.columns),
                clusters=[row.cluster for row in rows],
                samples=samples,
            )
            yield Line(self.name, group, self.convention, self.unit, figure, self.axis, self.shown_in)
