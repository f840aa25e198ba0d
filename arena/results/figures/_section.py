"""Figures that belong together, and what is shown of them beside the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arena.results.figures._grids import Grid
from arena.results.figures.plots import Plot
from arena.results.study import Line


@dataclass(frozen=True, slots=True)
class Section:
    """Figures about one thing, what belongs to them, and what can be drawn of them or set side by side."""

    title: str
    about: str
    lines: tuple[Line, ...]
    plots: tuple[Plot, ...] = ()
    grids: tuple[Grid, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the section's numbers as JSON-able values."""
        return {
            "title": self.title,
            "about": self.about,
            "figures": [line.record() for line in self.lines],
        }
