"""A line of a table: a figure by its name, convention and group; and the lines of many groups at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from arena.results.columns import AskRow, RulingRow
from arena.results.metrics import Figure, with_interval
from arena.results.study import Axis, Line


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
