"""Negotiations: how many end in a deal, the price, and how the sides share the surplus.

Read the three together, because a seller that accepts only a high price gets that price and loses deals. If
the talks broke off or a side forfeited, the deal is missing. A missing deal is not a refused deal, and lowers
the coverage of all three. The surplus is the buyer's value minus the seller's cost, which are both private. A
side's share is its gain by the deal divided by the surplus (the split of the gains from trade in the
bargaining literature; Raiffa 1982, "The Art and Science of Negotiation").
"""

from __future__ import annotations

import math

import numpy as np

from arena.core.errors import UsageError
from arena.results.metrics._values import Values, column, complete, missing, outcomes, same_length
from arena.results.metrics.figure import Figure, mean_of


def deal_rate(deal: Values) -> Figure:
    """Return the share of finished negotiations that end in a deal, from 0 to 1.

    Args:
        deal: (negotiations,), 1 if there is a deal, and 0 if the sides part without one.

    Raises:
        UsageError: if a value is neither 0 nor 1.

    >>> deal_rate([1, 0, 1, None])
    Figure(value=0.6666666666666666, n=3, of=4, interval=None)
    """
    return mean_of(outcomes("deal", deal))


def deal_price(price: Values, deal: Values) -> Figure:
    """Return the mean price of the deals, in the task's currency. `n` is the number of deals.

    Args:
        price: (negotiations,), missing if there is no deal.
        deal: (negotiations,), as in `deal_rate`.

    Raises:
        UsageError: if the columns differ in length, if a value is out of its range, or if there is a price
            without a deal.

    >>> deal_price([40, None, 50, None], [1, 0, 1, None])
    Figure(value=45.0, n=2, of=4, interval=None)
    """
    return _of_deals("price", price, deal)


def surplus_share(share: Values, deal: Values) -> Figure:
    """Return the mean of a side's shares of the surplus of its deals.

    `n` is the number of deals with a surplus. A share is below 0 if the side lost by the deal, and above 1 if
    the other side did.

    Args:
        share: (negotiations,), missing if there is no deal or no surplus above 0.
        deal: (negotiations,), as in `deal_rate`.

    Raises:
        UsageError: if the columns differ in length, if a value is out of its range, or if there is a share
            without a deal.

    >>> surplus_share([0.25, None, 0.75, None], [1, 0, 1, None])
    Figure(value=0.5, n=2, of=4, interval=None)
    """
    return _of_deals("share", share, deal)


def surplus_realised(made: Values, surplus: Values) -> Figure:
    """Return the share of the possible surplus that the deals realised.

    It is the sum of the surpluses realised, divided by the sum of the possible surpluses. Negotiations
    without a possible surplus are left out.

    Args:
        made: (negotiations,), the surplus that the deal realised, and 0 if there was no deal.
        surplus: (negotiations,), the largest surplus that a deal could realise.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> surplus_realised([30, 0, None], [30, 20, 10])
    Figure(value=0.6, n=2, of=3, interval=None)
    """
    parts, wholes = column("made", made), column("surplus", surplus)
    same_length(made=parts, surplus=wholes)
    # If the surplus is missing, it may be above 0, so the row counts.
    belongs = (wholes > 0) | missing(wholes)
    parts, wholes = parts[belongs], wholes[belongs]
    known = complete(parts, wholes)
    total = math.fsum(wholes[known])
    return Figure(math.fsum(parts[known]) / total if total else None, int(known.sum()), len(known))


def _of_deals(name: str, values: Values, deal: Values) -> Figure:
    numbers, struck = column(name, values), outcomes("deal", deal)
    same_length(**{name: numbers, "deal": struck})
    if np.any(~missing(numbers) & (struck != 1)):
        raise UsageError(f"There is a {name} where there is no deal.")
    return mean_of(numbers)
