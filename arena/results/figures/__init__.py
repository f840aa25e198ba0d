"""The figures that researchers publish, of whatever annotations runs have: each with what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from arena.journal import StoredRun
from arena.results.figures._by_category import sections_by
from arena.results.figures._entries import (
    FIGURES,
    FigureEntry,
    Own,
    entries,
    entries_in,
    own_entries,
    sections_of,
)
from arena.results.figures._grids import Grid
from arena.results.figures._how_right import HowRight, how_right
from arena.results.figures._judgings import judgings_grid, judgings_of
from arena.results.figures._section import Section
from arena.results.figures._table import Figures
from arena.results.figures._trajectories import Trajectory
from arena.results.figures.plots import Plot
from arena.results.study import Axis, Line, Study

__all__ = [
    "FIGURES",
    "Axis",
    "FigureEntry",
    "Figures",
    "Grid",
    "HowRight",
    "Line",
    "Own",
    "Plot",
    "Section",
    "Trajectory",
    "all_figures",
    "entries",
    "entries_in",
    "how_right",
    "judgings_grid",
    "judgings_of",
    "own_entries",
    "sections_by",
    "sections_of",
]


def all_figures(
    runs: Sequence[tuple[str, StoredRun]],
    *,
    samples: int = 1000,
    own: Own | Sequence[Own] = (),
    by: str = "",
) -> tuple[Section, ...]:
    """Return all figures that the annotations of some runs allow, by section.

    Args:
        runs: the runs, each with a name that is used if nothing else tells it from the others.
        samples: resamples of each interval's bootstrap, in which whole tasks are drawn.
        own: the user's own figures: a Python file, functions, or entries.
        by: ``category`` for the figures of each category of tasks.

    Raises:
        UsageError: if a figure of the user's cannot be used, or no task has a category.
    """
    if by:
        return sections_by(by, runs, samples, own_entries(own))
    return tuple(sections_of(Study(runs, samples=samples), own_entries(own)))
