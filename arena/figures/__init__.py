"""The figures that oversight researchers publish, of runs' columns: each with what it rests on; pure."""

from __future__ import annotations

from arena.columns import Columns
from arena.figures.agreement import agreement
from arena.figures.beliefs import beliefs
from arena.figures.judges import judges
from arena.figures.lines import Line, Section
from arena.figures.sides import sides
from arena.figures.trajectories import Trajectory, trajectories

__all__ = ["Line", "Section", "Trajectory", "figures", "trajectories"]


def figures(columns: Columns, *, samples: int = 1000) -> tuple[Section, ...]:
    """Return all figures that the columns have rows for, by section.

    Args:
        columns: of one run or several, which are compared by condition.
        samples: resamples of each interval's bootstrap, in which whole tasks are drawn.
    """
    found = (
        Section(title, about, tuple(line for line in make(columns, samples) if line.figure.of))
        for title, about, make in (
            ("Verdicts", VERDICTS, judges),
            ("Beliefs", BELIEFS, beliefs),
            ("Sides and positions", SIDES, sides),
            ("Agreement of judges", AGREEMENT, agreement),
        )
    )
    return tuple(section for section in found if section.lines)


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
AGREEMENT = "Whether several judges of the same episodes agree, beyond what chance would bring."
