"""Finding a figure among all that were computed."""

from __future__ import annotations

from arena.results.columns import Columns
from arena.results.figures import Line, figures


def lines_of(columns: Columns, samples: int = 20) -> list[Line]:
    """Return every line of every section."""
    return [line for section in figures(columns, samples=samples) for line in section.lines]


def line(columns: Columns, name: str, group: str = "debate") -> Line:
    """Return the one line of this name and group."""
    (found,) = [line for line in lines_of(columns) if (line.name, line.group) == (name, group)]
    return found


def shown(columns: Columns, name: str, group: str = "debate") -> tuple[float | None, int, int]:
    """Return a figure's value, to nine digits, and what it rests on."""
    figure = line(columns, name, group).figure
    return None if figure.value is None else round(figure.value, 9), figure.n, figure.of
