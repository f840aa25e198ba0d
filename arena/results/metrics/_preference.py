"""What a judge prefers besides the better answer: length, and itself."""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np

from arena.results.metrics._position import Ties
from arena.results.metrics.figure import Figure, mean_of
from arena.results.metrics.values import Values, average_ranks, column, complete, one_of, points, same_length

Correlation = Literal["point-biserial", "spearman"]


def length_correlation(
    lengths: Values,
    other_lengths: Values,
    won: Values,
    *,
    method: Correlation = "point-biserial",
    ties: Ties = "left out",
) -> Figure:
    """The correlation of the difference in length with the win, from -1 to 1; above 0 the longer one wins.

    Every comparison counts from both sides, once as (difference, points) and once as (-difference,
    1 - points): which answer is named first means nothing, and how often the first-named wins has no part in
    it. "point-biserial" is Pearson's correlation with a variable of two values (Tate 1954); "spearman" is
    that of average ranks (Spearman 1904), on which one very long answer weighs little. Not defined where
    all differences are 0.

    Args:
        lengths: (comparisons,), of one answer each, in words or tokens.
        other_lengths: (comparisons,), of the other.
        won: (comparisons,), the points of the one: 1, 1/2 or 0.
        method: which correlation.
        ties: whether they are left out or count half (then "point-biserial" is Pearson's correlation with
            three values).

    Raises:
        UsageError: columns of different lengths, a value out of range, or an unknown method or treatment.

    >>> length_correlation([9, 9, 1], [1, 1, 9], [1, 1, 0]).value
    1.0
    """
    one_of("method", method, get_args(Correlation))
    one_of("treatment of ties", ties, get_args(Ties))
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
    """The mean of a judge's score of its own answers less the gold panel's of the same (Chen et al. 2025).

    In units of the scale; above 0 the judge favours itself. That a judge scores its answers high is no
    preference where they are good: hence the panel, to which the judge must not belong. With
    ``by_group(self_preference, judges, own, gold)`` it is each judge's.

    Args:
        own: (answers,), the score that the author gave.
        gold: (answers,), the panel's mean score of that answer, on the same scale; missing where the panel
            had no quorum.

    Raises:
        UsageError: columns of different lengths, or a value that is not finite.

    >>> self_preference([9, 8, 7], [7, 7, None])
    Figure(value=1.5, n=2, of=3, interval=None)
    """
    mine, panel = column("own", own), column("gold", gold)
    same_length(own=mine, gold=panel)
    return mean_of(mine - panel)
