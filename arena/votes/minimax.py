"""The minimax winner of preferences between options that may form circles."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from arena.core.errors import UsageError

MOST_OPTIONS = 8
"""The largest number of options. The work grows as three to the power of it."""
_ROUNDINGS = (1e-9, 1e-6, 1e-3)
"""Differences that are rounding; the next is taken where preferences are so close that none is a corner."""

_Floats = NDArray[np.float64]


def minimax_winner(preferences: ArrayLike) -> _Floats:
    """Return the probability of each option in the mixture that no option is preferred to.

    It is an equilibrium of the game in which two players each name an option and the preferred one wins, and
    it exists also where preferences go round in a circle, so that each option loses to another one (Swamy et
    al. 2024, "A minimaximalist approach to reinforcement learning from human feedback"; Kreweras 1965;
    Fishburn 1984). An option that beats each other one has probability 1. If there are several such mixtures,
    it is the mean of the corners of their set, so that the order of the options decides nothing.

    Args:
        preferences: (options, options), how often the option of a row is preferred to that of a column, from
            0 to 1; both directions of a pair sum to 1, and the diagonal is 1/2.

    Raises:
        UsageError: it is no such matrix, or has more than `MOST_OPTIONS` options.

    >>> minimax_winner([[0.5, 0.6, 0.2], [0.4, 0.5, 0.7], [0.8, 0.3, 0.5]]).round(4).tolist()
    [0.3333, 0.5, 0.1667]
    """
    margins = _margins(preferences)
    supports = [
        support for size in range(1, len(margins) + 1) for support in combinations(range(len(margins)), size)
    ]
    corners: list[_Floats] = []
    for rounding in _ROUNDINGS:
        corners = corners or [one for support in supports for one in _corners(margins, support, rounding)]
    found = np.unique(np.round(corners, 9), axis=0, return_index=True)[1]
    mean = np.asarray(corners)[found].mean(axis=0)
    winner: _Floats = mean / mean.sum()
    return winner


def _margins(preferences: ArrayLike) -> _Floats:
    given = np.asarray(preferences, dtype=np.float64)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or not 1 <= len(given) <= MOST_OPTIONS:
        raise UsageError(
            f"Preferences are a square matrix of 1 to {MOST_OPTIONS} options, not of the shape {given.shape}."
        )
    if not (np.isfinite(given).all() and np.allclose(given + given.T, 1) and (given >= 0).all()):
        raise UsageError("The preferences of a pair are from 0 to 1 and sum to 1 in both directions.")
    margins: _Floats = given - given.T
    return margins


def _corners(margins: _Floats, support: tuple[int, ...], rounding: float) -> list[_Floats]:
    """Return the mixtures of all options of a support that no option beats, and that are corners.

    Against each option of the support such a mixture is even. A corner is the only mixture that is even
    against some options more, if the support alone does not determine it.
    """
    found = []
    others = [option for option in range(len(margins)) if option not in support]
    for more in range(len(support)):
        for besides in combinations(others, more):
            rows = margins[[*support, *besides]][:, support]
            system = np.vstack([rows, np.ones(len(support))])
            if np.linalg.matrix_rank(system, tol=rounding) < len(support):
                continue
            aim = np.zeros(len(system))
            aim[-1] = 1
            shares = np.linalg.lstsq(system, aim, rcond=None)[0]
            is_even = np.allclose(system @ shares, aim, atol=rounding)
            if is_even and (shares > rounding).all() and (margins[:, support] @ shares <= rounding).all():
                corner = np.zeros(len(margins))
                corner[list(support)] = shares
                found.append(corner)
    return found
