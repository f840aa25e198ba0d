"""Whether negotiations end in a deal, at what price, and who has what of the surplus.

The three belong together: who only sells at a high price gets the price and loses the deals. A deal that is
missing (the talks broke, or somebody forfeited) is not a deal that was refused: it lowers the coverage of all
three. What is private, the buyer's value and the seller's cost, makes the surplus, which is the one less the
other; a side's share of it is what the side gains by the deal over the surplus (the bargaining literature's
split of the gains from trade; Raiffa 1982, "The Art and Science of Negotiation").
"""

from __future__ import annotations

import math

import numpy as np

from arena.core.errors import UsageError
from arena.results.metrics.figure import Figure, mean_of
from arena.results.metrics.values import Values, column, complete, missing, outcomes, same_length


def deal_rate(deal: Values) -> Figure:
    """The share of negotiations that end in a deal, from 0 to 1, of those that came to their end.

    Args:
        deal: (negotiations,), 1 where there is a deal and 0 where the sides part without.

    Raises:
        UsageError: a value that is neither 0 nor 1.

    >>> deal_rate([1, 0, 1, None])
    Figure(value=0.6666666666666666, n=3, of=4, interval=None)
    """
    return mean_of(outcomes("deal", deal))


def deal_price(price: Values, deal: Values) -> Figure:
    """The mean price of the deals, in the task's currency; `n` counts the deals.

    Args:
        price: (negotiations,), missing where there is no deal.
        deal: (negotiations,), as in `deal_rate`.

    Raises:
        UsageError: columns of different lengths, a value out of range, or a price where there is no deal.

    >>> deal_price([40, None, 50, None], [1, 0, 1, None])
    Figure(value=45.0, n=2, of=4, interval=None)
    """
    return _of_deals("price", price, deal)


def surplus_share(share: Values, deal: Values) -> Figure:
    """The mean of a side's shares of the surplus of its deals; `n` counts the deals with a surplus to share.

    A share is below 0 where the side lost by the deal, and above 1 where the other did.

    Args:
        share: (negotiations,), missing where there is no deal, or no surplus above 0.
        deal: (negotiations,), as in `deal_rate`.

    Raises:
        UsageError: columns of different lengths, a value out of range, or a share where there is no deal.

    >>> surplus_share([0.25, None, 0.75, None], [1, 0, 1, None])
    Figure(value=0.5, n=2, of=4, interval=None)
    """
    return _of_deals("share", share, deal)


def surplus_realised(made: Values, surplus: Values) -> Figure:
    """The share of the surplus that there was to make which was made, over negotiations with any to make.

    It is the sum of what was made over the sum of what there was.

    Args:
        made: (negotiations,), the surplus that the deal made, 0 where the sides part without one.
        surplus: (negotiations,), the most that a deal could make.

    Raises:
        UsageError: columns of different lengths, or a value out of range.

    >>> surplus_realised([30, 0, None], [30, 20, 10])
    Figure(value=0.6, n=2, of=3, interval=None)
    """
    parts, wholes = column("made", made), column("surplus", surplus)
    same_length(made=parts, surplus=wholes)
    # Of what broke before it said what there was, nobody knows that it does not belong.
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
