"""Bradley-Terry strengths with ties and a prior.

Player i has a strength theta_i. With Davidson's (1970) extension for ties, the chances that i wins, ties or
loses against j are in the proportion

    exp((theta_i - theta_j) / 2)  :  nu  :  exp((theta_j - theta_i) / 2)

Davidson's model rather than Rao and Kupper's (1967): it is an exponential family whose sufficient statistics
are each player's points (a tie is half a point) and the number of ties, so the fit is concave, has one
maximum, ranks a complete round robin by points, and is plain Bradley-Terry (1952) when nothing was tied.

The prior is one virtual win and one virtual loss of each player against an average opponent (theta = 0),
times ``prior``. At 1 that is a logistic prior on theta, that is: every chance of beating an average player
is equally likely beforehand (Newman 2023; Laplace's rule of succession). It keeps unbeaten, winless and
unconnected players finite; it fades as matches are played.

A match of more than two players counts as all its pairs (full rank breaking, which is consistent for
Plackett-Luce data: Azari Soufiani et al. 2013).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.ratings._result import Finish, Result, comparisons, count_finishes

Floats = NDArray[np.float64]

ELO = 400 / math.log(10)
"""Elo points per unit of theta: 400 points are odds of ten to one."""

MEAN = 1500.0
"""The mean rating of the players rated together."""


def bradley_terry(results: Iterable[Result], *, prior: float = 1.0) -> dict[str, float]:
    """The maximum a posteriori rating of each player on the Elo scale, mean 1500, by name.

    Results without scores and self-play are left out; players with nothing else are not rated. The ratings
    do not depend on the order of the results, to the last bit.

    Args:
        results: finished matches.
        prior: weight of the virtual win and loss, at least 1e-6.

    Raises:
        UsageError: the prior is too small.

    >>> ratings = bradley_terry([Result(("ann", "bob"), (1, 0))] * 3)
    >>> {player: round(rating) for player, rating in ratings.items()}
    {'ann': 1657, 'bob': 1343}
    """
    check_prior(prior)
    finishes = count_finishes(results)
    players = rated_players(finishes)
    if not players:
        return {}
    wins, ties = count_pairs(players, list(finishes), np.array([list(finishes.values())], dtype=np.float64))
    virtual = np.full((1, len(players)), prior)
    ratings = MEAN + ELO * fit(wins, ties, virtual, virtual)[0]
    return dict(zip(players, ratings.tolist(), strict=True))


def check_prior(prior: float) -> None:
    """Refuse a prior that would leave an unbeaten player without a rating."""
    if not 1e-6 <= prior < math.inf:
        raise UsageError(f"The prior must be finite and at least 0.000001, not {prior}.")


def rated_players(finishes: Iterable[Finish]) -> list[str]:
    """The names in these finishes, sorted."""
    return sorted({player for finish in finishes for group in finish for player in group})


def count_pairs(players: Sequence[str], finishes: Sequence[Finish], weights: Floats) -> tuple[Floats, Floats]:
    """Wins and ties of each player against each other, for each row of weights.

    Args:
        players: n names.
        finishes: k finishes among them.
        weights: (samples, k), how often each finish occurred.

    Returns:
        Two arrays (samples, n, n): how often the row's player beat, and tied with, the column's.
    """
    index = {player: i for i, player in enumerate(players)}
    wins = np.zeros((len(weights), len(players), len(players)))
    ties = np.zeros_like(wins)
    for finish, weight in zip(finishes, weights.T, strict=True):
        for player, other, tied in comparisons(finish):
            i, j = index[player], index[other]
            if tied:
                ties[:, i, j] += weight
                ties[:, j, i] += weight
            else:
                wins[:, i, j] += weight
    return wins, ties


def fit(wins: Floats, ties: Floats, virtual_wins: Floats, virtual_losses: Floats) -> Floats:
    """The strengths theta that maximise each sample's posterior, centred on 0, by damped Newton.

    A step s is shortened by log(1 + d) / d with d the spread of s, which makes Newton's method converge from
    anywhere on this family (Sun and Tran-Dinh 2019, generalised self-concordance).

    Args:
        wins: (samples, n, n).
        ties: (samples, n, n), symmetric.
        virtual_wins: (samples, n), positive; against an opponent of strength 0.
        virtual_losses: (samples, n), positive.

    Returns:
        (samples, n).
    """
    samples, n, _ = wins.shape
    tied, decided = ties.sum((1, 2)) / 2, wins.sum((1, 2))
    # Without a tie nu is exactly 0; with nothing else, any nu gives the same strengths.
    free = (tied > 0) & (decided > 0)
    nu = np.where(free, 2 * tied / np.where(free, decided, 1), tied > 0)
    games = wins + wins.swapaxes(1, 2) + ties
    points = (wins + ties / 2).sum(2) + virtual_wins
    virtual = virtual_wins + virtual_losses
    enough = 1e-13 * (1 + games.sum((1, 2)) + virtual.sum(1))

    theta = np.zeros((samples, n))
    for _ in range(500):
        half = (theta[:, :, None] - theta[:, None, :]) / 2
        win = np.exp(half - np.abs(half))
        tie = nu[:, None, None] * np.exp(-np.abs(half))
        lose = win.swapaxes(1, 2)
        total = win + tie + lose
        average = 1 / (1 + np.exp(-theta))

        slope = np.empty((samples, n + 1))
        slope[:, :n] = points - (games * (win + tie / 2) / total).sum(2) - virtual * average
        slope[:, n] = free * (tied - (games * tie / total).sum((1, 2)) / 2)
        if (np.abs(slope).max(1) <= enough).all():
            return np.asarray(theta - theta.mean(1, keepdims=True), dtype=np.float64)

        variance = games * (win * lose + (win + lose) * tie / 4) / total**2
        curvature = np.zeros((samples, n + 1, n + 1))
        curvature[:, :n, :n] = -variance
        diagonal = np.arange(n)
        curvature[:, diagonal, diagonal] += variance.sum(2) + virtual * average * (1 - average)
        shared = free[:, None] * (games * tie * (lose - win) / total**2).sum(2) / 2
        curvature[:, :n, n] = curvature[:, n, :n] = shared
        curvature[:, n, n] = np.where(free, (games * tie * (win + lose) / total**2).sum((1, 2)) / 2, 1)

        step = np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
        ahead, behind = step[:, :n].max(1).clip(min=0), step[:, :n].min(1).clip(max=0)
        spread = ahead - behind + np.abs(step[:, n])
        step *= (np.log1p(spread) / np.where(spread > 0, spread, 1))[:, None]
        theta += step[:, :n]
        nu *= np.exp(step[:, n])
    raise ArithmeticError("The Bradley-Terry fit did not converge.")
