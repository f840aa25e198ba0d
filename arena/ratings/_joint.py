"""Standings over several games, of which each weighs alike however many matches of it were played."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

import numpy as np

from arena.ratings._bradley_terry import (
    ELO,
    MEAN,
    Floats,
    check_prior,
    count_pairs,
    fit,
    rated_players,
)
from arena.ratings._result import Finish, Result, comparisons, count_finishes
from arena.ratings.bootstrap import Interval, check_resamples, ends, intervals_around, resampled
from arena.ratings.standings import MeanScore, Ratings, Standing, standings_from


def joint_standings(
    results: Mapping[str, Iterable[Result]],
    *,
    prior: float = 1.0,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[Standing]:
    """Return the standings over several games, sorted by rating and then by name. Unrated players come last.

    The rating is Bradley-Terry's with ties (Davidson 1970, see `bradley_terry`), fitted to the results of all
    games by weighted likelihood (Hu and Zidek 2002): the pairs of players compared in each game have the same
    total weight, and the mean weight of a pair is 1. So a game counts as much as any other, although more
    matches of it were played or more players met in each. Games without a rateable result have no weight. For
    the intervals, the matches of each game are drawn again by themselves.

    The mean score is the mean over the games of the player's share of the points in a match: 1 if it finished
    before everybody else and 0 if behind everybody, where a tie is half a point. Returns are not averaged,
    because games have them in different units. It is None for a player that has no result in one of the
    games, because it could not be compared with that of the others. Wins, ties, losses and matches are sums.

    Args:
        results: the finished matches of each game, by its name. Those without a result and those of self-play
            are counted, but not rated.
        prior: the weight of the virtual win and the virtual loss, at least 1e-6, as in `bradley_terry`.
        samples: the number of resamples of the bootstrap, 1 or more.
        confidence: the confidence of all intervals, between 0 and 1.
        seed: the seed of the resamples.

    Raises:
        UsageError: if an argument is out of its range.
        ArenaError: if the fit does not converge.
    """
    check_prior(prior)
    check_resamples(samples, confidence)
    games = {name: list(results[name]) for name in sorted(results)}
    counts = [finishes for own in games.values() if (finishes := count_finishes(own))]
    ratings = _ratings(counts, prior, samples, confidence, seed) if counts else {}
    matches = [result for played in games.values() for result in played]
    return standings_from(
        matches, ratings, lambda player: _mean_points(player, counts, samples, confidence, seed)
    )


def _ratings(
    games: Sequence[Mapping[Finish, int]], prior: float, samples: int, confidence: float, seed: int
) -> Ratings:
    """Return the rating of each player with its interval, from the finishes of each game."""
    pairs = [
        sum(count * sum(1 for _ in comparisons(finish)) for finish, count in counts.items())
        for counts in games
    ]
    weights = [sum(pairs) / (len(pairs) * own) for own in pairs]
    finishes = [finish for counts in games for finish in counts]
    players = rated_players(finishes)
    weighed = [
        count * weight for counts, weight in zip(games, weights, strict=True) for count in counts.values()
    ]
    virtual = np.full((1, len(players)), prior)
    wins, ties = count_pairs(players, finishes, np.array([weighed]))
    strengths = (MEAN + ELO * fit(wins, ties, virtual, virtual)[0]).tolist()

    rng = np.random.default_rng(seed)
    drawn = [
        weight * resampled(list(counts.values()), samples, rng)
        for counts, weight in zip(games, weights, strict=True)
    ]
    intervals = intervals_around(
        players, finishes, np.concatenate(drawn, axis=1), rng, prior=prior, confidence=confidence
    )
    return {
        player: (round(rating, 6), intervals[player])
        for player, rating in zip(players, strengths, strict=True)
    }


def _mean_points(
    player: str, games: Sequence[Mapping[Finish, int]], samples: int, confidence: float, seed: int
) -> MeanScore:
    """Return the mean over the games of a player's share of the points, and the interval around it.

    There is no interval if the player has only one match in one of the games.
    """
    shares = [_shares(player, counts) for counts in games]
    if not shares or not all(shares):
        return None, (None, None)
    means = [math.fsum(share * count for share, count in own.items()) / own.total() for own in shares]
    if min(own.total() for own in shares) < 2:
        return fmean(means), (None, None)
    rng = np.random.default_rng(seed)
    drawn: list[Floats] = []
    for own in shares:
        values = sorted(own)
        counted = resampled([own[value] for value in values], samples, rng)
        drawn.append(counted @ np.array(values) / own.total())
    return fmean(means), Interval(*ends(np.mean(drawn, axis=0), confidence).tolist())


def _shares(player: str, finishes: Mapping[Finish, int]) -> Counter[float]:
    """Count how often a player had which share of the points of a match."""
    found: Counter[float] = Counter()
    for finish, count in finishes.items():
        place = next((place for place, group in enumerate(finish) if player in group), None)
        if place is not None:
            beaten = sum(map(len, finish[place + 1 :]))
            tied = len(finish[place]) - 1
            found[(beaten + tied / 2) / (sum(map(len, finish)) - 1)] += count
    return found
