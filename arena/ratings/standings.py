"""The table at the end of a tournament."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import TypedDict

from arena.core.errors import UsageError
from arena.ratings._bradley_terry import bradley_terry
from arena.ratings._result import Result
from arena.ratings._skill import skill
from arena.ratings.bootstrap import Interval, bradley_terry_intervals, cluster_interval

BRADLEY_TERRY, PLACKETT_LUCE = RATING_MODELS = ("bradley-terry", "plackett-luce")

APPROXIMATE = (
    "Plackett-Luce ratings are updated match by match, which is only approximate: after few matches, players "
    "who tied for the first place may be rated below the third. Bradley-Terry, which rates by default, does "
    "not do that."
)
"""A warning for readers of Plackett-Luce ratings, if a match had more than two players."""

Ratings = dict[str, tuple[float, Interval]]
"""The rating of each rated player and its interval.

Ratings are rounded to a millionth, so that ties are equal.
"""
MeanScore = tuple[float | None, tuple[float | None, float | None]]
"""A mean score and the ends of the interval around it. They are None where there are too few matches."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One player's line of the table. Fields are None if the player has no rateable match.

    Attributes:
        player: the player's name.
        rank: 1 for the highest rating. Players with the same rating have the same rank.
        rating: the rating on the Elo scale.
        low, high: the interval around the rating.
        wins, ties, losses: the numbers of matches in which the player finished first alone, shared the first
            place, or did not finish first.
        matches: the number of rated matches, which is the sum of the three. It is the denominator of all
            rates.
        no_result: the number of matches that ended without a result.
        self_play: the number of matches with a result that it played against itself. They are not rated.
        mean_score: the mean score per rated match.
        mean_low, mean_high: the interval around the mean score. None if there are fewer than two rated
            matches.
    """

    player: str
    rank: int | None
    rating: float | None
    low: float | None
    high: float | None
    wins: int
    ties: int
    losses: int
    matches: int
    no_result: int
    self_play: int
    mean_score: float | None
    mean_low: float | None
    mean_high: float | None

    @property
    def coverage(self) -> float:
        """The share of the player's matches that have a result, from 0 to 1."""
        finished = self.matches + self.self_play
        return finished / (finished + self.no_result)


def standings(
    results: Iterable[Result],
    *,
    model: str = BRADLEY_TERRY,
    prior: float = 1.0,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[Standing]:
    """Return the standings after these matches, sorted by rating and then by name. Unrated players come last.

    Bradley-Terry ratings have bootstrap intervals. Plackett-Luce ratings are those of openskill (see `skill`)
    and have the interval of its normal posterior. Neither depends on the order of the results.

    Args:
        results: finished matches. Those without a result and those of self-play are counted, but not rated.
        model: the model of the ratings, ``bradley-terry`` or ``plackett-luce``. Bradley-Terry counts a match
            of more than two players as all its pairs. `APPROXIMATE` says what is wrong with Plackett-Luce.
        prior: the weight of the virtual win and the virtual loss, at least 1e-6, as in `bradley_terry`.
            Plackett-Luce does not use it.
        samples: the number of resamples of the bootstrap, 1 or more.
        confidence: the confidence of all intervals, between 0 and 1.
        seed: the seed of the resamples and orders.

    Raises:
        UsageError: if an argument is out of its range, or if there is no such model.
    """
    results = list(results)
    ratings = _ratings(model, results, prior, samples, confidence, seed)

    def mean_score(player: str) -> MeanScore:
        rated = [result for result in results if player in result.players and result.rateable]
        return _mean_score(player, rated, samples, confidence, seed)

    return standings_from(results, ratings, mean_score)


def standings_from(
    results: Sequence[Result], ratings: Ratings, mean_score: Callable[[str], MeanScore]
) -> list[Standing]:
    """Return a line for each player of these matches, the highest rating first and those without one last."""
    ranked = sorted(rating for rating, _ in ratings.values())
    lines = []
    for player, counted in _count_matches(results).items():
        rating, (low, high) = ratings.get(player, (None, (None, None)))
        mean, (mean_low, mean_high) = mean_score(player)
        lines.append(
            Standing(
                player=player,
                rank=None if rating is None else 1 + len(ranked) - bisect_right(ranked, rating),
                rating=rating,
                low=low,
                high=high,
                **counted,
                mean_score=mean,
                mean_low=mean_low,
                mean_high=mean_high,
            )
        )
    return sorted(lines, key=lambda line: (line.rank is None, line.rank, line.player))


def places(standings: Sequence[Standing]) -> list[str]:
    """Return the place of each, as a range where its interval overlaps with those of others.

    Those come before it whose whole interval is above its own, and those after it whose whole interval is
    below. One without an interval has its rank, or a dash.
    """
    known = [(one.low, one.high) for one in standings if one.low is not None and one.high is not None]
    found = []
    for one in standings:
        if one.low is None or one.high is None:
            found.append("-" if one.rank is None else str(one.rank))
            continue
        first = 1 + sum(low > one.high for low, _ in known)
        last = len(known) - sum(high < one.low for _, high in known)
        found.append(str(first) if first == last else f"{first}–{last}")
    return found


def _ratings(
    model: str, results: Sequence[Result], prior: float, samples: int, confidence: float, seed: int
) -> Ratings:
    """Return the ratings by this model, which must be one of `RATING_MODELS`."""
    if model == PLACKETT_LUCE:
        return _plackett_luce(results, confidence, seed)
    if model == BRADLEY_TERRY:
        return _bradley_terry(results, prior, samples, confidence, seed)
    raise UsageError(f"There is no rating called {model!r}; there are {' and '.join(RATING_MODELS)}.")


class MatchCounts(TypedDict):
    """The numbers of a player's matches, as a `Standing` has them."""

    wins: int
    ties: int
    losses: int
    matches: int
    no_result: int
    self_play: int


def _count_matches(results: Sequence[Result]) -> dict[str, MatchCounts]:
    """Return the numbers of each player's matches, sorted by its name."""
    found = {}
    for player in sorted({player for result in results for player in result.players}):
        own = [result for result in results if player in result.players]
        rated = [result for result in own if result.rateable]
        wins = sum(result.finish[0] == (player,) for result in rated)
        ties = sum(player in result.finish[0] for result in rated) - wins
        found[player] = MatchCounts(
            wins=wins,
            ties=ties,
            losses=len(rated) - wins - ties,
            matches=len(rated),
            no_result=sum(result.scores is None for result in own),
            self_play=sum(result.scores is not None and result.self_play for result in own),
        )
    return found


def _bradley_terry(
    results: Sequence[Result], prior: float, samples: int, confidence: float, seed: int
) -> Ratings:
    """Return Bradley-Terry ratings and their bootstrap intervals."""
    intervals = bradley_terry_intervals(
        results, prior=prior, samples=samples, confidence=confidence, seed=seed
    )
    ratings = bradley_terry(results, prior=prior)
    return {player: (round(rating, 6), intervals[player]) for player, rating in ratings.items()}


def _plackett_luce(results: Sequence[Result], confidence: float, seed: int) -> Ratings:
    """Return Plackett-Luce ratings and the intervals of their posterior."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return {
        player: (round(it.rating, 6), Interval(it.rating - z * it.deviation, it.rating + z * it.deviation))
        for player, it in skill(results, seed=seed).items()
    }


def _mean_score(
    player: str, rated: Sequence[Result], samples: int, confidence: float, seed: int
) -> MeanScore:
    """Return the player's mean score per match and, if it has two matches or more, the interval around it."""
    scores = [
        score
        for result in rated
        for name, score in zip(result.players, result.scores or (), strict=True)
        if name == player
    ]
    if not scores:
        return None, (None, None)
    if len(scores) == 1:
        return scores[0], (None, None)
    interval = cluster_interval(
        [[score] for score in scores], samples=samples, confidence=confidence, seed=seed
    )
    return fmean(scores), interval
