"""A threshold above which a number counts as right, fitted on labelled rows by the best F1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from arena.core.errors import UsageError
from arena.results.metrics._values import Values, column, missing, outcomes, same_length
from arena.results.metrics.figure import Figure

GRID = tuple((np.arange(101) / 100).tolist())
"""The thresholds that are tried: 0, 0.01 .. 1."""


class Threshold(NamedTuple):
    """The lowest of the thresholds with the highest F1, the highest of them, how many there are, and F1."""

    lowest: float
    highest: float
    ties: int
    f1: float


def fit_threshold(values: Values, true: Values, grid: Sequence[float] = GRID) -> Threshold | None:
    """Return the thresholds of a grid with the highest F1. None if no right or no wrong row has a value.

    The lowest one is that of "ObjexMT" (Kim et al. 2025), which tries 0, 0.01 .. 1 and keeps the first with
    the greatest F1.

    Args:
        values: (rows,), the numbers.
        true: (rows,), 1 or 0. Rows that lack either are left out.
        grid: the thresholds that are tried, in increasing order.

    Raises:
        UsageError: if the columns differ in length, if a truth is neither 0 nor 1, or if the grid is empty.

    >>> fit_threshold([0.9, 0.8, 0.3], [1, 1, 0])
    Threshold(lowest=0.31, highest=0.8, ties=50, f1=1.0)
    """
    if not len(grid):
        raise UsageError("The grid has no threshold; give at least one.")
    same_length(values=values, true=true)
    numbers, labels = column("values", values), outcomes("true", true)
    there = ~missing(numbers) & ~missing(labels)
    if len(set(labels[there].tolist())) < 2:
        return None
    worth = np.array([f1_at(numbers, labels, threshold).value or 0.0 for threshold in grid])
    best = np.array(grid)[worth >= worth.max() - 1e-12]
    return Threshold(float(best[0]), float(best[-1]), len(best), float(worth.max()))


def f1_at(values: Values, true: Values, threshold: float) -> Figure:
    """Return the F1 of taking what is at or above a threshold for right: 2 TP / (2 TP + FP + FN).

    It has no value if nothing is right and nothing is at or above the threshold.

    Args:
        values: (rows,), the numbers.
        true: (rows,), 1 or 0.
        threshold: in the unit of the values.

    Raises:
        UsageError: if the columns differ in length, or if a truth is neither 0 nor 1.
    """
    same_length(values=values, true=true)
    numbers, labels = column("values", values), outcomes("true", true)
    there = ~missing(numbers) & ~missing(labels)
    taken, right = numbers[there] >= threshold, labels[there] == 1
    size = int(taken.sum() + right.sum())
    value = 2 * int((taken & right).sum()) / size if size else None
    return Figure(value, int(there.sum()), len(numbers))
