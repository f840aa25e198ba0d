"""Win rates of sides and of the first position, and how often a judge's verdict changes after a swap.

Verdicts are points: 1 if the answer won, 0 if it lost, and 1/2 if the judge declared a tie. A missing verdict
is not a tie.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from arena.results.metrics._values import Values, check_convention, complete, outcomes, points, same_length
from arena.results.metrics.figure import Figure, mean_of

Ties = Literal["half", "left out"]
"""Whether a tie counts as half a win or is left out of the figure."""

SwapTies = Literal["verdict", "left out"]
"""Whether a tie is a verdict that differs from a win, or pairs with a tie are left out."""


def win_rate(won: Values, *, ties: Ties = "half") -> Figure:
    """Return the share of points won by a side, from 0 to 1.

    ``by_group(win_rate, sides, won)`` gives the win rate of each side.

    Args:
        won: (contests,), the side's points: 1, 1/2 or 0.
        ties: whether a tie counts half or is left out. Ties that are left out do not lower the coverage.

    Raises:
        UsageError: if a value is not one of these numbers, or if the treatment of ties is unknown.

    >>> win_rate([1, 1, 0.5, None])
    Figure(value=0.8333333333333334, n=3, of=4, interval=None)
    >>> win_rate([1, 1, 0.5, None], ties="left out")
    Figure(value=1.0, n=2, of=3, interval=None)
    """
    check_convention("treatment of ties", ties, get_args(Ties))
    scored = points("won", won)
    return mean_of(scored if ties == "half" else scored[scored != 0.5])


def first_position_win_rate(won: Values, first: Values, *, ties: Ties = "half") -> Figure:
    """Return the share of points won by the answer that came first (Zheng et al. 2023; Wang et al. 2023).

    If every pair is judged in both orders, 1/2 means that the judge has no preference for a position. If the
    order was drawn or fixed, the figure also depends on the strength of the sides.

    Args:
        won: (contests,), the points of one side: 1, 1/2 or 0.
        first: (contests,), 1 if that side came first, and 0 if it came second.
        ties: whether a tie counts half or is left out.

    Raises:
        UsageError: if the columns differ in length, if a value is out of its range, or if the treatment of
            ties is unknown.

    >>> first_position_win_rate([1, 0, 0], [1, 0, 1]).value
    0.6666666666666666
    """
    scored, ahead = points("won", won), outcomes("first", first)
    same_length(won=scored, first=ahead)
    # If `first` is missing, the sum is missing too.
    return win_rate(np.where(ahead == 0, 1 - scored, scored + 0 * ahead), ties=ties)


def swap_inconsistency(won: Values, swapped: Values, *, ties: SwapTies = "verdict") -> Figure:
    """Return the share of pairs of order-swapped verdicts that disagree, from 0 to 1 (Zheng et al. 2023).

    Args:
        won: (pairs,), the points of an answer in one order: 1, 1/2 or 0.
        swapped: (pairs,), the points of the same answer in the other order.
        ties: "verdict" or "left out". With "verdict", a tie agrees with a tie and disagrees with a win. With
            "left out", only pairs without a tie count, so every disagreement is a flip.

    Raises:
        UsageError: if the columns differ in length, if a value is out of its range, or if the treatment of
            ties is unknown.

    >>> swap_inconsistency([1, 1, 0.5, 1], [1, 0, 0, None])
    Figure(value=0.6666666666666666, n=3, of=4, interval=None)
    """
    check_convention("treatment of ties", ties, get_args(SwapTies))
    one, other = points("won", won), points("swapped", swapped)
    same_length(won=one, swapped=other)
    if ties == "left out":
        decided = (one != 0.5) & (other != 0.5)
        one, other = one[decided], other[decided]
    both = complete(one, other)
    return mean_of(one[both] != other[both], of=len(both))
