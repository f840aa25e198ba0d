"""Whether judges agree with each other, beyond what chance would bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from arena.results.metrics.figure import Figure
from arena.results.metrics.values import (
    Floats,
    Table,
    Values,
    among,
    column,
    complete,
    missing,
    one_of,
    same_length,
    table,
)

Level = Literal["nominal", "ordinal", "interval"]
"""What the difference of two ratings means: only that they differ, how many lie between, how far apart."""


def krippendorff_alpha(ratings: Table, *, level: Level) -> Figure:
    """Krippendorff's alpha: 1 less observed over expected disagreement (Krippendorff 2018, chapter 12).

    1 is perfect agreement, 0 what chance brings, below 0 is systematic disagreement. Any number of judges;
    ratings may be missing, and units with fewer than two are left out. Not defined where all ratings that can
    be paired are equal: nothing could have disagreed. Memory grows with the square of the number of different
    ratings.

    Args:
        ratings: (units, judges), numbers; for the nominal level, codes of the labels. Other software often
            has judges in rows: transpose.
        level: "nominal", "ordinal" or "interval".

    Returns:
        A figure whose rows are the ratings: it rests on those that can be paired, of all units times judges.

    Raises:
        UsageError: rows of different lengths, a value that is not finite, or an unknown level.

    >>> krippendorff_alpha([[1, 1, None], [2, 2, 2], [3, 3, 3], [1, 2, None]], level="nominal")
    Figure(value=0.7272727272727273, n=10, of=12, interval=None)
    """
    one_of("level of measurement", level, tuple(DISTANCES))
    rated = table("ratings", ratings)
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
    """Squares of how many ratings lie from one value to the other, half of those at either end."""
    middle = np.cumsum(totals) - totals / 2
    return np.asarray(np.subtract.outer(middle, middle) ** 2, dtype=np.float64)


def _interval(values: Floats, totals: Floats) -> Floats:
    return np.asarray(np.subtract.outer(values, values) ** 2, dtype=np.float64)


DISTANCES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
}
"""The squared difference between any two of the values that occur, given how often each does."""


def cohen_kappa(one: Values, other: Values) -> Figure:
    """Cohen's kappa of two judges, unweighted (Cohen 1960): agreement above that of their own label shares.

    1 is perfect agreement, 0 what chance brings. Not defined where both always give the same one label.

    Args:
        one: (units,), codes of one judge's labels.
        other: (units,), codes of the other's.

    Raises:
        UsageError: columns of different lengths, or a value that is not finite.

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


def judges_majority(verdicts: Table) -> Floats:
    """What more than half of each panel said, for other figures to take as what happened.

    So ``overconfidence_bias(confidence, judges_majority(verdicts))`` is calibration against the judges. The
    majority is over the size of the panel: two of three judges decide, one of three does not, even where
    the others gave no verdict.

    Args:
        verdicts: (debates, judges), 1 for a side, 0 for the other, 1/2 for a tie.

    Returns:
        (debates,), 1 or 0; NaN where neither side has a majority.

    Raises:
        UsageError: rows of different lengths, or a value that is no such number.

    >>> judges_majority([[1, 1, None], [0, 0, 1], [1, None, None]])
    array([ 1.,  0., nan])
    """
    votes = among("verdicts", table("verdicts", verdicts), (0, 0.5, 1))
    half = votes.shape[1] / 2
    won, lost = (votes == 1).sum(axis=1), (votes == 0).sum(axis=1)
    return np.where(won > half, 1.0, np.where(lost > half, 0.0, np.nan))
