"""Percentile intervals by resampling whole matches (Efron 1979; clusters: Field and Welsh 2007).

Episodes of one match share their players and chance seeds, and the pairs of one table share their match.
They are not independent, so whole matches are drawn. All results are sorted before the first is drawn, so an
interval depends on the seed but not on the order of the results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from arena.core.errors import UsageError
from arena.ratings._bradley_terry import ELO, MEAN, Floats, check_prior, count_pairs, fit, rated_players
from arena.ratings._result import Finish, Result, count_finishes

CELLS = 2_000_000
"""The largest number of pair counts that one array holds. There are about a dozen arrays of 16 MB each."""


class Interval(NamedTuple):
    """Both ends of an interval."""

    low: float
    high: float


def bradley_terry_intervals(
    results: Iterable[Result],
    *,
    prior: float = 1.0,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return an interval around each player's Bradley-Terry rating, by name.

    The number of times that each finish occurs in a resample is drawn from a multinomial distribution. That
    is the same as drawing the matches one by one with replacement. The prior's virtual wins and losses are
    drawn again too, with Gamma(prior) weights (the weighted likelihood bootstrap, Newton and Raftery 1994).
    Otherwise a player that won every match would win every match of every resample, and its interval would
    have no width.

    Args:
        results: finished matches. Results without scores and results of self-play are left out.
        prior: the weight of the virtual win and the virtual loss, at least 1e-6, as in `bradley_terry`.
        samples: the number of resamples, 1 or more.
        confidence: the share of the resamples inside the interval, between 0 and 1.
        seed: the seed of the resamples.

    Raises:
        UsageError: if an argument is out of its range.
    """
    check_prior(prior)
    check_resamples(samples, confidence)
    finishes = count_finishes(results)
    players = rated_players(finishes)
    if not players:
        return {}
    rng = np.random.default_rng(seed)
    weights = resampled(list(finishes.values()), samples, rng)
    return intervals_around(players, list(finishes), weights, rng, prior=prior, confidence=confidence)


def resampled(counts: Sequence[int], samples: int, rng: np.random.Generator) -> Floats:
    """Return how often each finish occurs in each resample of all matches, of shape (samples, finishes).

    Args:
        counts: how often each finish occurred.
        samples: the number of resamples.
        rng: draws them.
    """
    total = sum(counts)
    return rng.multinomial(total, np.array(counts) / total, size=samples).astype(np.float64)


def intervals_around(
    players: Sequence[str],
    finishes: Sequence[Finish],
    weights: Floats,
    rng: np.random.Generator,
    *,
    prior: float,
    confidence: float,
) -> dict[str, Interval]:
    """Return the interval of each player's rating over resamples of finishes.

    Args:
        players: the names of the players in the finishes, sorted.
        finishes: the finishes.
        weights: the weight of each finish in each resample, of shape (samples, finishes).
        rng: draws the weights of the prior's wins and losses.
        prior: the weight of the virtual win and the virtual loss.
        confidence: the share of the resamples inside the interval.
    """
    virtual = np.maximum(rng.gamma(prior, size=(2, len(weights), len(players))), 1e-6)
    chunk = max(1, CELLS // len(players) ** 2)
    parts = [slice(at, at + chunk) for at in range(0, len(weights), chunk)]
    strengths = [
        fit(*count_pairs(players, finishes, weights[part]), virtual[0, part], virtual[1, part])
        for part in parts
    ]
    both = ends(MEAN + ELO * np.concatenate(strengths), confidence)
    return {player: Interval(low, high) for player, low, high in zip(players, *both.tolist(), strict=True)}


def cluster_interval(
    clusters: Iterable[Sequence[float]],
    statistic: Callable[[Floats], float | np.floating] = np.mean,
    *,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return an interval around a statistic of values that come in clusters, such as returns by match.

    Args:
        clusters: the values of each cluster. Empty clusters are left out.
        statistic: a function from all values of the drawn clusters, as one array, to a number.
        samples: the number of resamples, 1 or more.
        confidence: the share of the resamples inside the interval, between 0 and 1.
        seed: the seed of the resamples.

    Raises:
        UsageError: if there are no values, or if an argument is out of its range.

    >>> cluster_interval([[1.0, 1.0], [1.0]])
    Interval(low=1.0, high=1.0)
    """
    check_resamples(samples, confidence)
    # -0.0 and 0.0 sort as equals. Adding 0.0 gives them the same bits.
    ordered = sorted(tuple(sorted(value + 0.0 for value in cluster)) for cluster in clusters if len(cluster))
    if not ordered:
        raise UsageError("An interval needs at least one value.")
    sizes = np.array([len(cluster) for cluster in ordered])
    values = np.concatenate([np.asarray(cluster, dtype=np.float64) for cluster in ordered])
    rng = np.random.default_rng(seed)
    drawn = np.empty(samples)
    for sample in range(samples):
        times = np.bincount(rng.integers(len(ordered), size=len(ordered)), minlength=len(ordered))
        drawn[sample] = statistic(np.repeat(values, np.repeat(times, sizes)))
    return Interval(*ends(drawn, confidence).tolist())


def ends(drawn: Floats, confidence: float) -> Floats:
    """Return both ends of the interval, over the first axis. Outside each lies half of 1 - confidence."""
    tail = (1 - confidence) / 2
    return np.asarray(np.quantile(drawn, [tail, 1 - tail], axis=0), dtype=np.float64)


def check_resamples(samples: int, confidence: float) -> None:
    """Raise a UsageError if the numbers make no interval."""
    if samples < 1:
        raise UsageError(f"An interval needs at least one resample, not {samples}.")
    if not 0 < confidence < 1:
        raise UsageError(f"The confidence must lie between 0 and 1, not {confidence}.")
