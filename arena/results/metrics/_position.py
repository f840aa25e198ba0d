"""Whether it pays to come first or to take a side, and whether a judge's verdict survives a swap.

Verdicts are points: 1 where the answer in question won, 0 where it lost, 1/2 for a tie that the judge
declared. A verdict that never came is missing, which is not a tie.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from arena.results.metrics.figure import Figure, mean_of
from arena.results.metrics.values import Values, complete, one_of, outcomes, points, same_length

Ties = Literal["half", "left out"]
"""A tie is half a win, or it does not belong to the figure at all."""

SwapTies = Literal["verdict", "left out"]
"""A tie is a verdict like any other (it differs from a win), or pairs with one are left out."""


def win_rate(won: Values, *, ties: Ties = "half") -> Figure:
    """The share of points won by a side, from 0 to 1.

    With ``by_group(win_rate, sides, won)`` it is each side's.

    Args:
        won: (contests,), the side's points: 1, 1/2 or 0.
        ties: whether they count half or are left out (and not missed: they do not lower the coverage).

    Raises:
        UsageError: a value that is no such number, or an unknown treatment of ties.

    >>> win_rate([1, 1, 0.5, None])
    Figure(value=0.8333333333333334, n=3, of=4, interval=None)
    >>> win_rate([1, 1, 0.5, None], ties="left out")
    Figure(value=1.0, n=2, of=3, interval=None)
    """
    one_of("treatment of ties", ties, get_args(Ties))
    scored = points("won", won)
    return mean_of(scored if ties == "half" else scored[scored != 0.5])


def first_position_win_rate(won: Values, first: Values, *, ties: Ties = "half") -> Figure:
    """The share of points won by whoever came first (Zheng et al. 2023; Wang et al. 2023).

    Where every pair is judged in both orders, 1/2 is a judge that does not care; where the order was drawn or
    fixed, a side's strength is mixed in.

    Args:
        won: (contests,), the points of one side: 1, 1/2 or 0.
        first: (contests,), 1 where that side came first and 0 where it came second.
        ties: whether they count half or are left out.

    Raises:
        UsageError: columns of different lengths, a value out of range, or an unknown treatment of ties.

    >>> first_position_win_rate([1, 0, 0], [1, 0, 1]).value
    0.6666666666666666
    """
    scored, ahead = points("won", won), outcomes("first", first)
    same_length(won=scored, first=ahead)
    # Where `first` is missing the sum is too.
    return win_rate(np.where(ahead == 0, 1 - scored, scored + 0 * ahead), ties=ties)


def swap_inconsistency(won: Values, swapped: Values, *, ties: SwapTies = "verdict") -> Figure:
    """The share of pairs of order-swapped verdicts that disagree, from 0 to 1 (Zheng et al. 2023).

    Args:
        won: (pairs,), the points of an answer in one order: 1, 1/2 or 0.
        swapped: (pairs,), the points of the same answer in the other order.
        ties: "verdict", where a tie agrees with a tie and disagrees with a win; or "left out", where only
            pairs of two decided verdicts count and every disagreement is a flip.

    Raises:
        UsageError: columns of different lengths, a value out of range, or an unknown treatment of ties.

    >>> swap_inconsistency([1, 1, 0.5, 1], [1, 0, 0, None])
    Figure(value=0.6666666666666666, n=3, of=4, interval=None)
    """
    one_of("treatment of ties", ties, get_args(SwapTies))
    one, other = points("won", won), points("swapped", swapped)
    same_length(won=one, swapped=other)
    if ties == "left out":
        decided = (one != 0.5) & (other != 0.5)
        one, other = one[decided], other[decided]
    both = complete(one, other)
    return mean_of(one[both] != other[both], of=len(both))
