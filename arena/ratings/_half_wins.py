"""Bradley-Terry ratings without a prior, in which a tie is half a win for each side."""

from __future__ import annotations

import numpy as np

from arena.ratings._bradley_terry import ELO, MEAN, Floats, fit


def half_win_ratings(wins: Floats) -> Floats:
    """Return the maximum likelihood ratings of each sample, on the Elo scale with mean 1500.

    They are finite only if each player can be reached from each other player by a chain of wins (Ford 1957),
    so the ratings of any other sample are NaN.

    Args:
        wins: how often the row's player beat the column's player, a tie counted as half, of shape
            (samples, n, n).

    Returns:
        The ratings, of shape (samples, n).

    >>> half_win_ratings(np.array([[[0.0, 10.0], [1.0, 0.0]]])).round().tolist()
    [[1700.0, 1300.0]]
    """
    samples, n, _ = wins.shape
    ratings = np.full((samples, n), np.nan)
    known = np.flatnonzero(strongly_connected(wins))
    if len(known) and n > 1:
        none = np.zeros((len(known), n))
        ratings[known] = MEAN + ELO * fit(wins[known], np.zeros_like(wins[known]), none, none)
    return ratings


def strongly_connected(wins: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return of which samples each player can be reached from each other by a chain of wins, (samples,).

    Args:
        wins: as those of `half_win_ratings`.
    """
    n = wins.shape[1]
    reached = ((wins > 0) | np.eye(n, dtype=np.bool_)).astype(np.float64)
    steps = 1
    while steps < n:
        reached = (reached @ reached > 0).astype(np.float64)
        steps *= 2
    return np.asarray(reached.all((1, 2)), dtype=np.bool_)
