"""Whether critics call actions right and wrong before they are executed, and rightly so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._detection import CORRECT, INCORRECT
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure
from arena.results.study import NOT_REACHED, Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "A critic calls an action Correct or Incorrect before it is executed, as in GUI-Critic-R1 (Wanyan et al. "
    "2025). A reply that cannot be read is a wrong one: it calls the action neither, and is missing from the "
    "recall of both."
)


def actions_screened(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Precision, recall and F1 of what was called Correct, and of what was called Incorrect."""
    told = np.array([truth in (CORRECT, INCORRECT) for truth in verdicts.truth], dtype=np.bool_)
    is_action = verdicts.name.is_("action")
    rows = verdicts.where(is_action & (told | verdicts.status.is_(NOT_REACHED)))
    for condition, agent, own in rows.grouped("condition", "agent"):
        reached = ~own.status.is_(NOT_REACHED)
        for called in (CORRECT, INCORRECT):
            group = f"{condition}: {agent}, {called}"
            is_so = np.where(reached, own.truth.is_(called), np.nan)
            said = np.where(reached, own.text.is_(called), np.nan)
            for name, convention, among, values in (
                ("Precision of a critic", "share of the actions called so that are", said, is_so),
                ("Recall of a critic", "share of the actions that are so which were called so", is_so, said),
            ):
                belongs = (among > 0.5) | ~reached
                of_it = own.where(belongs)
                yield study.line(name, group, values[belongs], of_it, unit="actions", convention=convention)
            yield study.measure(
                "F1 of a critic",
                group,
                _f1,
                (said, is_so),
                own,
                unit="actions",
                convention="harmonic mean of precision and recall",
            )


def _f1(said: Floats, is_so: Floats) -> Figure:
    known = ~np.isnan(said + is_so)
    total = float(said[known].sum() + is_so[known].sum())
    value = 2 * float((said * is_so)[known].sum()) / total if total else None
    return Figure(value, int(known.sum()), len(said))


SCREENING = FigureEntry(
    title="Actions judged beforehand", function=actions_screened, columns=("text", "truth"), about=ABOUT
)
