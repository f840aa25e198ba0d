"""Biases of judges: a preference for long answers, and for their own."""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np

from arena.results.metrics._position import Ties
from arena.results.metrics._values import (
    Values,
    average_ranks,
    check_convention,
    column,
    complete,
    points,
    same_length,
)
from arena.results.metrics.figure import Figure, mean_of

Correlation = Literal["point-biserial", "spearman"]


def length_correlation(
    lengths: Values,
    other_lengths: Values,
    won: Values,
    *,
    method: Correlation = "point-biserial",
    ties: Ties = "left out",
) -> Figure:
    """Return the correlation of the difference in length with winning, from -1 to 1.

    Above 0, longer answers win more often.

    Every comparison counts twice: as (difference, points), and for the other answer as (-difference,
    1 - points). So the figure does not depend on which answer is named first, or on how often the first one
    wins. "point-biserial" is Pearson's correlation with a variable of two values (Tate 1954). "spearman" is
    Pearson's correlation of average ranks (Spearman 1904), in which one very long answer has little weight.
    It is not defined if all differences are 0.

    Args:
        lengths: (comparisons,), the length of one answer of each comparison, in words or tokens.
        other_lengths: (comparisons,), the length of the other answer.
        won: (comparisons,), the points of the one answer: 1, 1/2 or 0.
        method: the correlation, "point-biserial" or "spearman".
        ties: whether ties are left out or count half. If they count half, "point-biserial" is Pearson's
            correlation with a variable of three values.

    Raises:
        UsageError: if the columns differ in length, if a value is out of its range, or if the method or the
            treatment of ties is unknown.

    >>> length_correlation([9, 9, 1], [1, 1, 9], [1, 1, 0]).value
    1.0
    """
    check_convention("method", method, get_args(Correlation))
    check_convention("treatment of ties", ties, get_args(Ties))
    one, other = (
        column("lengths", lengths, (0, math.inf)),
        column("other_lengths", other_lengths, (0, math.inf)),
    )
    scored = points("won", won)
    same_length(lengths=one, other_lengths=other, won=scored)
    longer = one - other
    if ties == "left out":
        longer, scored = longer[scored != 0.5], scored[scored != 0.5]
    both = complete(longer, scored)
    x, y = longer[both], scored[both] - 0.5
    x, y = np.concatenate([x, -x]), np.concatenate([y, -y])
    if method == "spearman":
        x, y = (average_ranks(values) - (len(values) + 1) / 2 for values in (x, y))
    # Both are symmetric around 0, so their means are 0.
    spread = math.sqrt(math.fsum(x**2)) * math.sqrt(math.fsum(y**2))
    value = max(-1.0, min(1.0, math.fsum(x * y) / spread)) if spread else None
    return Figure(value, int(both.sum()), len(both))


def self_preference(own: Values, gold: Values) -> Figure:
    """Return the mean of a judge's score of its own answers minus the gold panel's score (Chen et al. 2025).

    The unit is that of the scores. Above 0 the judge prefers its own answers. High scores alone do not show a
    preference, because the answers may be good. So they are compared with those of a panel to which the judge
    must not belong. ``by_group(self_preference, judges, own, gold)`` gives the figure of each judge.

    Args:
        own: (answers,), the score that the author of the answer gave it.
        gold: (answers,), the panel's mean score of that answer, on the same scale. It is missing if the panel
            had no quorum.

    Raises:
        UsageError: if the columns differ in length, or if a value is not finite.

    >>> self_preference([9, 8, 7], [7, 7, None])
    Figure(value=1.5, n=2, of=3, interval=None)
    """
    mine, panel = column("own", own), column("gold", gold)
    same_length(own=mine, gold=panel)
    return mean_of(mine - panel)
