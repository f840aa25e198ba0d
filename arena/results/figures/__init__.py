"""The figures that oversight researchers publish, of runs' columns: each with what it rests on; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from arena.journal import StoredRun
from arena.results.columns import Columns, read_columns
from arena.results.figures._agreement import agreement
from arena.results.figures._beliefs import belief_plots, beliefs
from arena.results.figures._detection import detection
from arena.results.figures._entries import (
    FIGURES,
    FigureEntry,
    Own,
    entries,
    entries_in,
    own_entries,
    sections_of,
)
from arena.results.figures._grids import Grid, bets, wins
from arena.results.figures._judges import judges, verdict_plots
from arena.results.figures._negotiation import negotiation
from arena.results.figures._revision import revision
from arena.results.figures._section import Section
from arena.results.figures._sides import sides
from arena.results.figures._table import Figures
from arena.results.figures._trajectories import Trajectory, trajectories
from arena.results.figures.plots import Plot, interval_plots
from arena.results.study import Axis, Line, Study

__all__ = [
    "FIGURES",
    "Axis",
    "FigureEntry",
    "Figures",
    "Grid",
    "Line",
    "Own",
    "Plot",
    "Section",
    "Trajectory",
    "all_figures",
    "entries",
    "entries_in",
    "figures",
    "own_entries",
    "trajectories",
]


VERDICTS = (
    "Whether what was decided was right. Only episodes whose task's truth is known belong to these figures; "
    "a verdict that never came, or that two orders contradict, is neither right nor wrong: it lowers the "
    "coverage. Confidence is the judge's in the answer that it chose."
)
BELIEFS = (
    "What seats privately believed, from 0 to 1. A belief that was refused or cut off is no number and "
    "lowers the coverage. Debaters are asked how likely the judge is to side with them; judges and onlookers "
    "which answer is right."
)
SIDES = (
    "Who won, and whether a place or a length won. Points: 1 for a win, 1/2 for a tie, 0 for a loss; where "
    "nothing was decided there are none."
)
AGREEMENT = (
    "Whether several judges of the same episodes agree, beyond what chance would bring, and whether a judge "
    "that sat in an episode prefers its own side. Its own scores are held against those of a panel of judges "
    "who sat nowhere in it, as high ones are no preference where a side is good."
)
NEGOTIATION = (
    "Deals, their prices, and who has what of the surplus (the buyer's value less the seller's cost), to be "
    "read together: prices and shares are of the deals alone, and shares of those with a surplus. Talks that "
    "broke, were cut off or forfeited are no deal that was refused: they lower the coverage. Of coached "
    "games each arm and game is a condition; an arm goes no further than a game without a result."
)
DETECTION = (
    "Whether critics find the wrong steps of solutions, and leave the right ones alone: told apart, since a "
    "critic that calls everything wrong finds every error. A reply that cannot be used is no detection and "
    "lowers the coverage; a step of which nothing could tell whether it is wrong was shown to nobody."
)
REVISION = (
    "What became of answers that were given again. Those that could not be used are neither right nor wrong, "
    "and so is what stands after them: they lower the coverage. With a hint, which tells that an answer is "
    "wrong, no right answer is asked for again, so that none can be spoilt. Episodes of one task are its "
    "samples; CL and CS are those of Yang et al. 2024 if each task has equally many."
)


def _nothing(columns: Columns) -> tuple[()]:
    return ()


class _Subject(NamedTuple):
    """What a section is about and what makes its figures, and the plots and grids that no line makes."""

    title: str
    about: str
    lines: Callable[[Columns, int], Iterable[Line]]
    plots: Callable[[Columns], Iterable[Plot]] = _nothing
    grids: Callable[[Columns], Iterable[Grid]] = _nothing


_SUBJECTS = (
    _Subject("Verdicts", VERDICTS, judges, plots=verdict_plots),
    _Subject("Beliefs", BELIEFS, beliefs, plots=belief_plots),
    _Subject("Sides and positions", SIDES, sides, grids=wins),
    _Subject("Agreement of judges", AGREEMENT, agreement),
    _Subject("Negotiation", NEGOTIATION, negotiation),
    _Subject("Errors found", DETECTION, detection),
    _Subject("Answering again", REVISION, revision),
)


def figures(columns: Columns, *, samples: int = 1000) -> tuple[Section, ...]:
    """Return all figures that the columns have rows for, by section.

    Args:
        columns: of one run or several, which are compared by condition.
        samples: resamples of each interval's bootstrap, in which whole tasks are drawn.
    """
    found = (_section(subject, columns, samples) for subject in _SUBJECTS)
    return tuple(section for section in found if section.lines)


def all_figures(
    runs: Sequence[tuple[str, StoredRun]], *, samples: int = 1000, own: Own | Sequence[Own] = ()
) -> tuple[Section, ...]:
    """Return all figures that the annotations of some runs allow, by section.

    Args:
        runs: the runs, each with a name that is used if nothing else tells it from the others.
        samples: resamples of each interval's bootstrap, in which whole tasks are drawn.
        own: the user's own figures: a Python file, functions, or entries.

    Raises:
        UsageError: if a figure of the user's cannot be used.
    """
    found = sections_of(Study(runs, samples=samples), own_entries(own))
    return (*found, *figures(read_columns(runs), samples=samples))


def _section(subject: _Subject, columns: Columns, samples: int) -> Section:
    lines = tuple(line for line in subject.lines(columns, samples) if line.figure.of)
    return Section(
        subject.title,
        subject.about,
        lines,
        plots=(*interval_plots(lines), *subject.plots(columns)),
        grids=(*bets(lines), *subject.grids(columns)),
    )
