"""How long what is done step by step stays right: shares by turn, and the horizon."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure
from arena.results.study import Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "A task of many turns is executed step by step. Steps that are right by themselves make the whole right "
    "for as long as none of them is wrong."
)
RIGHT_SO_FAR = "right-so-far"
"""The label that says of a turn whether it and all turns before it are right, yes or no."""
BY_TURN = ("index", RIGHT_SO_FAR, "step")
"""The labels whose shares are reported by turn, in a run that has all of them."""
SHARE = 0.5


def horizon_of_labels(labels: Annotations, study: Study) -> Iterator[Line]:
    """The first turn in which fewer than half are right in all turns up to it; none if that never comes."""
    if not labels.name.is_(RIGHT_SO_FAR).any():
        return
    for name, _, rows in named(labels.where(labels.name.is_(*BY_TURN))):
        for condition, own in rows.grouped("condition"):
            yes = np.where(own.text.codes < 0, np.nan, own.text.is_("yes").astype(np.float64))
            for turn in np.unique(own.turn[~np.isnan(own.turn)]).astype(int):
                at = own.turn == turn
                what = f"{condition}: {name}, turn {turn}"
                yield study.line(
                    "Right by turn", what, yes[at], own.where(at), convention="share that is right"
                )
            if name == RIGHT_SO_FAR:
                function = partial(horizon, share=SHARE)
                yield study.measure("Horizon", f"{condition}: {name}", function, (own.turn, yes), own)


def horizon(turns: Floats, right: Floats, *, share: float = SHARE) -> Figure:
    """Return the first turn in which the mean of `right` is below `share`.

    Sinha et al. 2025, "The illusion of diminishing returns". None if it never is.

    Args:
        turns: (rows,), the turn of each row, from 1.
        right: (rows,), whether all turns up to it were right, 1 or 0; NaN where missing.
        share: from 0 to 1.

    >>> horizon(np.array([1.0, 1, 2, 2]), np.array([1.0, 1, 1, 0])).value is None
    True
    >>> horizon(np.array([1.0, 1, 2, 2]), np.array([1.0, 1, 0, 0])).value
    2.0
    """
    there = ~np.isnan(right) & ~np.isnan(turns)
    below = (turn for turn in np.unique(turns[there]) if right[there & (turns == turn)].mean() < share)
    first = next(below, None)
    return Figure(None if first is None else float(first), int(there.sum()), len(right))


HORIZON = FigureEntry(title="Horizon", function=horizon_of_labels, about=ABOUT)
