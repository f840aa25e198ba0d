"""All figures of some runs together, as a table that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from arena.core.text import one_line
from arena.results.figures._section import Section
from arena.results.study import Line


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures by section; printed, each stands with its interval and what it rests on."""

    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Section]:
        return iter(self.sections)

    def __len__(self) -> int:
        return len(self.sections)

    def record(self) -> list[dict[str, Any]]:
        """Return them as JSON-able values, as ``arena report --json`` prints them."""
        return [section.record() for section in self.sections]

    def __str__(self) -> str:
        return "\n\n".join(_table(section) for section in self.sections) or "There are no figures."

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def _table(section: Section) -> str:
    rows = [_cells(line) for line in section.lines]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = (
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])).rstrip()
        for row in rows
    )
    return "\n".join((section.title, *lines))


def _cells(line: Line) -> tuple[str, str, str, str]:
    figure = line.figure
    value = "unknown" if figure.value is None else f"{figure.value:.3f}"
    if figure.interval is not None:
        value += f" [{figure.interval.low:.3f}, {figure.interval.high:.3f}]"
    if line.test is not None:
        value += f" p={line.test.p:.3g}"
    of = f"{figure.n:,} of {figure.of:,} {line.unit}"
    why = f"; no interval: {line.no_interval}" if line.no_interval else ""
    return one_line(line.name), one_line(line.group), value, f"{of} ({figure.coverage:.0%}){why}"
