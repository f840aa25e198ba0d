"""How much of a sum of several rewards each of them decides, as they are and normalised."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._agreement import table_of
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure
from arena.results.study import Annotations, Line, Study, group_codes

Floats = NDArray[np.float64]

ABOUT = (
    "Several rewards of the same replies, of which an export makes one. A reply that lacks one of them is "
    "left out. `arena export --combine z-score` normalises each reward before it adds them."
)
AS_IT_IS = "squared correlation of a reward with the sum of all; rewards that vary more decide more"
NORMALISED = "the same, each reward first brought to the mean 0 and the standard deviation 1"


def explained_by_rewards(rewards: Annotations, study: Study) -> Iterator[Line]:
    """Squared correlation of each reward with the sum of all rewards of the same reply."""
    for condition, rows in rewards.grouped("condition"):
        names = sorted(set(rows.name))
        if len(names) < 2:
            continue
        units = group_codes(rows.episode, rows.seat, rows.step, rows.sample)
        _, firsts = np.unique(units, return_index=True)
        columns = np.array([names.index(name) for name in rows.name])
        table = table_of(units, columns, rows.value, len(names))
        stand = rows.where(firsts)
        for column, name in enumerate(names):
            for title, normalised, how in (
                ("Variance explained", False, AS_IT_IS),
                ("Variance explained, normalised", True, NORMALISED),
            ):
                measured = partial(variance_explained, column=column, normalised=normalised)
                group = f"{condition}: {name}"
                yield study.measure(title, group, measured, (table,), stand, convention=how, unit="replies")


def variance_explained(table: Floats, column: int, normalised: bool) -> Figure:
    """Return the squared correlation of a column with the sum of all columns, from 0 to 1.

    A reward that does not vary explains nothing. The figure is not defined if the sum does not vary.

    Args:
        table: (replies, rewards), NaN where a reply has no such reward.
        column: the place of the reward.
        normalised: whether each reward is divided by its standard deviation first.
    """
    whole = table[~np.isnan(table).any(axis=1)]
    if not len(whole):
        return Figure(None, 0, len(table))
    centred = whole - whole.mean(axis=0)
    if normalised:
        spread = centred.std(axis=0)
        centred = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    total, own = centred.sum(axis=1), centred[:, column]
    both = float(total @ total) * float(own @ own)
    if not float(total @ total):
        return Figure(None, len(whole), len(table))
    return Figure(float(own @ total) ** 2 / both if both else 0.0, len(whole), len(table))


REWARDS = FigureEntry(title="Rewards", function=explained_by_rewards, about=ABOUT)
