"""Bradley-Terry strengths with ties and a prior.

Player i has a strength theta_i. With Davidson's (1970) extension for ties, the chances that i wins, ties or
loses against j are in the proportion

    exp((theta_i - theta_j) / 2)  :  nu  :  exp((theta_j - theta_i) / 2)

We use Davidson's model and not that of Rao and Kupper (1967), because it is an exponential family. Its
sufficient statistics are each player's points (a tie is half a point) and the number of ties. So the fit is
concave, has one maximum, ranks a complete round robin by points, and is plain Bradley-Terry (1952) if no
match was tied.

The prior gives each player one virtual win and one virtual loss against an average opponent (theta = 0), with
the weight ``prior``. With weight 1 it is a logistic prior on theta: before any match, every chance of beating
an average player is equally likely (Newman 2023; Laplace's rule of succession). It keeps the ratings of
unbeaten, winless and unconnected players finite, and its influence fades as matches are played.

A match of more than two players counts as a match of each pair of its players (full rank breaking, which is
consistent for Plackett-Luce data: Azari Soufiani et al. 2013).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import ArenaError, UsageError
from arena.ratings._result import Finish, Result, comparisons, count_finishes

Floats = NDArray[np.float64]

ELO = 400 / math.log(10)
"""Elo points per unit of theta. A lead of 400 points means odds of ten to one."""

MEAN = 1500.0
"""The mean rating of the players rated together."""

_STEPS = 500
_RIDGE = 1e-11
"""Added to the curvature. Far from the maximum that is so flat that rounding errors would decide the step."""


def bradley_terry(results: Iterable[Result], *, prior: float = 1.0) -> dict[str, float]:
    """Return the maximum a posteriori rating of each player, by name. It is on the Elo scale, with mean 1500.

    Results without scores and results of self-play are left out. A player that has no other results is not
    rated. The ratings are the same, to the last bit, for any order of the results.

    Args:
        results: finished matches.
        prior: the weight of the virtual win and the virtual loss, at least 1e-6.

    Raises:
        UsageError: if the prior is too small or not finite.
        ArenaError: if the fit does not converge.

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
    """Raise a UsageError if the prior is so small that an unbeaten player would have no finite rating."""
    if not 1e-6 <= prior < math.inf:
        raise UsageError(f"The prior must be finite and at least 0.000001, not {prior}.")


def rated_players(finishes: Iterable[Finish]) -> list[str]:
    """Return the names of the players in these finishes, sorted."""
    return sorted({player for finish in finishes for group in finish for player in group})


def count_pairs(players: Sequence[str], finishes: Sequence[Finish], weights: Floats) -> tuple[Floats, Floats]:
    """Count the wins and ties of each player against each other player, for each row of weights.

    Args:
        players: the names of the n players.
        finishes: k finishes of these players.
        weights: how often each finish occurred, of shape (samples, k).

    Returns:
        Two arrays of shape (samples, n, n). The first counts how often the row's player beat the column's
        player, the second how often the two tied.
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


def _damped(step: Floats) -> Floats:
    """Return Newton's step s times log(1 + d) / d, where d is the spread of s.

    With this damping the method converges from any start on this family (Sun and Tran-Dinh 2019, generalised
    self-concordance). The last column is the step of the logarithm of nu.
    """
    ahead, behind = step[:, :-1].max(1).clip(min=0), step[:, :-1].min(1).clip(max=0)
    spread = ahead - behind + np.abs(step[:, -1])
    factor = np.log1p(spread) / np.where(spread > 0, spread, 1)
    return np.asarray(step * factor[:, None], dtype=np.float64)


def fit(wins: Floats, ties: Floats, virtual_wins: Floats, virtual_losses: Floats) -> Floats:
    """Return the strengths theta that maximise each sample's posterior, by damped Newton. Their mean is 0.

    Args:
        wins: how often the row's player beat the column's player, of shape (samples, n, n).
        ties: how often the two tied, of shape (samples, n, n). It is symmetric.
        virtual_wins: weights of shape (samples, n), of wins against an opponent of strength 0. They are
            positive, or all 0 where the wins and ties have a maximum without them.
        virtual_losses: such weights of shape (samples, n), of losses against the same opponent.

    Returns:
        The strengths, of shape (samples, n).

    Raises:
        ArenaError: if the fit does not converge in 500 steps.
    """
    samples, n, _ = wins.shape
    tied, decided = ties.sum((1, 2)) / 2, wins.sum((1, 2))
    # Without any tie, nu is exactly 0. If all matches are ties, any nu gives the same strengths.
    free = (tied > 0) & (decided > 0)
    nu = np.where(free, 2 * tied / np.where(free, decided, 1), tied > 0)
    games = wins + wins.swapaxes(1, 2) + ties
    points = (wins + ties / 2).sum(2) + virtual_wins
    virtual = virtual_wins + virtual_losses
    loose = np.where(virtual.sum(1) > 0, 0, 1 / n)
    enough = 1e-13 * (1 + games.sum((1, 2)) + virtual.sum(1))

    theta = np.zeros((samples, n))
    for _ in range(_STEPS):
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
        curvature[:, diagonal, diagonal] += variance.sum(2) + virtual * average * (1 - average) + _RIDGE
        # Without a prior only differences of strengths are known, so this keeps their mean.
        curvature[:, :n, :n] += loose[:, None, None]
        shared = free[:, None] * (games * tie * (lose - win) / total**2).sum(2) / 2
        curvature[:, :n, n] = curvature[:, n, :n] = shared
        curvature[:, n, n] = np.where(free, (games * tie * (win + lose) / total**2).sum((1, 2)) / 2, 1)

        step = _damped(np.linalg.solve(curvature, slope[:, :, None])[:, :, 0])
        theta += step[:, :n]
        nu *= np.exp(step[:, n])
    raise ArenaError(
        f"The Bradley-Terry ratings did not converge in {_STEPS} steps. Use a larger prior, or the model "
        "plackett-luce."
    )
