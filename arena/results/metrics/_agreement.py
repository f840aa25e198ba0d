"""Agreement between judges beyond the agreement that is due to chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from arena.results.metrics._values import (
    Floats,
    Matrix,
    Values,
    among,
    check_convention,
    column,
    complete,
    matrix,
    missing,
    same_length,
)
from arena.results.metrics.figure import Figure

Level = Literal["nominal", "ordinal", "interval"]
"""The meaning of a difference between ratings: that they differ, how many lie between, or how far apart."""


def krippendorff_alpha(ratings: Matrix, *, level: Level) -> Figure:
    """Return Krippendorff's alpha, 1 - observed / expected disagreement (Krippendorff 2018, chapter 12).

    1 is perfect agreement, 0 is agreement by chance, and below 0 is systematic disagreement. There may be any
    number of judges. Ratings may be missing, and units with fewer than two ratings are left out. Alpha is not
    defined if all ratings that can be paired are equal, because then none could have disagreed. Memory grows
    with the square of the number of different ratings.

    Args:
        ratings: (units, judges), numbers. For the nominal level they are codes of the labels. Other software
            often has judges in rows, so transpose such tables.
        level: "nominal", "ordinal" or "interval".

    Returns:
        A figure whose rows are ratings. `n` counts those that can be paired, and `of` is units times judges.

    Raises:
        UsageError: if the rows differ in length, if a value is not finite, or if the level is unknown.

    >>> krippendorff_alpha([[1, 1, None], [2, 2, 2], [3, 3, 3], [1, 2, None]], level="nominal")
    Figure(value=0.7272727272727273, n=10, of=12, interval=None)
    """
    check_convention("level of measurement", level, tuple(DISTANCES))
    rated = matrix("ratings", ratings)
    paired = rated[(~missing(rated)).sum(axis=1) >= 2]
    units, judges = np.nonzero(~missing(paired))
    values, codes = np.unique(paired[units, judges], return_inverse=True)
    if len(values) < 2:
        return Figure(None, len(units), rated.size)
    counts = np.zeros((len(paired), len(values)))
    np.add.at(counts, (units, codes), 1)
    weighted = counts / (counts.sum(axis=1) - 1)[:, None]
    coincidences = counts.T @ weighted - np.diag(weighted.sum(axis=0))
    totals = counts.sum(axis=0)
    squared = DISTANCES[level](values, totals)
    observed = (coincidences * squared).sum()
    expected = (np.outer(totals, totals) * squared).sum() / (len(units) - 1)
    return Figure(float(1 - observed / expected), len(units), rated.size)


def _nominal(values: Floats, totals: Floats) -> Floats:
    return 1 - np.eye(len(values))


def _ordinal(values: Floats, totals: Floats) -> Floats:
    """Return the square of the number of ratings between two values. Those at both ends count half."""
    middle = np.cumsum(totals) - totals / 2
    return np.asarray(np.subtract.outer(middle, middle) ** 2, dtype=np.float64)


def _interval(values: Floats, totals: Floats) -> Floats:
    return np.asarray(np.subtract.outer(values, values) ** 2, dtype=np.float64)


DISTANCES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
}
"""Functions that return the squared difference of every two values, given how often each value occurs."""


def cohen_kappa(one: Values, other: Values) -> Figure:
    """Return Cohen's unweighted kappa of two judges (Cohen 1960).

    It measures the agreement beyond that of two judges who give labels at random, each with its own shares. 1
    is perfect agreement, and 0 is agreement by chance. It is not defined if both judges always give the same
    label.

    Args:
        one: (units,), codes of one judge's labels.
        other: (units,), codes of the other judge's labels.

    Raises:
        UsageError: if the columns differ in length, or if a value is not finite.

    >>> cohen_kappa([0, 0, 1, 1], [0, 0, 1, 0]).value
    0.5
    """
    mine, theirs = column("one", one), column("other", other)
    same_length(one=mine, other=theirs)
    both = complete(mine, theirs)
    mine, theirs = mine[both], theirs[both]
    labels = np.unique(np.concatenate([mine, theirs]))
    if len(labels) < 2:
        return Figure(None, len(mine), len(both))
    expected = float(sum((mine == label).mean() * (theirs == label).mean() for label in labels))
    agreed = float((mine == theirs).mean())
    return Figure((agreed - expected) / (1 - expected), len(mine), len(both))


def judges_majority(verdicts: Matrix) -> Floats:
    """Return the verdict of more than half of each panel. Other figures can take it as the outcome.

    For example, ``overconfidence_bias(confidence, judges_majority(verdicts))`` is calibration against the
    judges. The majority is of the whole panel. Two of three judges decide, and one of three does not, even if
    the others gave no verdict.

    Args:
        verdicts: (debates, judges), 1 for a side, 0 for the other side, and 1/2 for a tie.

    Returns:
        An array of shape (debates,) of 1 or 0, or NaN if neither side has a majority.

    Raises:
        UsageError: if the rows differ in length, or if a value is not one of these numbers.

    >>> judges_majority([[1, 1, None], [0, 0, 1], [1, None, None]])
    array([ 1.,  0., nan])
    """
    votes = among("verdicts", matrix("verdicts", verdicts), (0, 0.5, 1))
    half = votes.shape[1] / 2
    won, lost = (votes == 1).sum(axis=1), (votes == 0).sum(axis=1)
    return np.where(won > half, 1.0, np.where(lost > half, 0.0, np.nan))
