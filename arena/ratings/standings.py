"""The table at the end of a tournament."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

from arena.core.errors import UsageError
from arena.ratings._bradley_terry import bradley_terry
from arena.ratings._result import Result
from arena.ratings._skill import skill
from arena.ratings.bootstrap import Interval, bradley_terry_intervals, cluster_interval

BRADLEY_TERRY, PLACKETT_LUCE = MODELS = ("bradley-terry", "plackett-luce")

APPROXIMATE = (
    "Plackett-Luce ratings are updated match by match, which is only approximate: after few matches, players "
    "who tied for the first place may be rated below the third. Bradley-Terry, which rates by default, does "
    "not do that."
)
"""What a reader of Plackett-Luce ratings should know, if a match had more than two players."""

Ratings = dict[str, tuple[float, Interval]]
"""Each rated player's rating, to a millionth of a point so that equals are equal, and its interval."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One player's line of the table. What is None could not be told: the player has no rateable match.

    Attributes:
        player: its name.
        rank: 1 for the highest rating; players of the same rating share a rank.
        rating: on the Elo scale.
        low, high: the interval around the rating.
        wins, ties, losses: matches in which it finished first alone, shared the first place, or neither.
        matches: rated matches, the sum of the three; the denominator of everything here.
        no_result: matches that ended without a result.
        self_play: matches with a result that it played against itself; not rated.
        mean_score: mean score per rated match.
        mean_low, mean_high: the interval around the mean score; None with fewer than two rated matches.
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
        """The share of its matches that had a result, between 0 and 1."""
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
    """The standings after these matches, highest rating first, then by name; unrated players last.

    Bradley-Terry comes with bootstrap intervals; Plackett-Luce is openskill's (see `skill`), with the
    interval of its normal posterior. The order of the results makes no difference to either.

    Args:
        results: finished matches, those without a result and self-play included: they are counted, not rated.
        model: what rates them. Bradley-Terry takes a match of more than two players for all its pairs; of
            Plackett-Luce, `APPROXIMATE` says what to beware of.
        prior: as in `bradley_terry`; not used by Plackett-Luce.
        samples: number of resamples of the bootstrap.
        confidence: of all intervals, between 0 and 1.
        seed: decides resamples and orders.

    Raises:
        UsageError: an argument out of range, or no such model.
    """
    results = list(results)
    if model not in MODELS:
        raise UsageError(f"There is no rating called {model!r}; there are {' and '.join(MODELS)}.")
    if model == PLACKETT_LUCE:
        ratings = _plackett_luce(results, confidence, seed)
    else:
        ratings = _bradley_terry(results, prior, samples, confidence, seed)
    ranked = sorted(rating for rating, _ in ratings.values())
    lines = []
    for player in sorted({player for result in results for player in result.players}):
        own = [result for result in results if player in result.players]
        rated = [result for result in own if result.rateable]
        wins, ties = _firsts(player, rated)
        rating, (low, high) = ratings.get(player, (None, (None, None)))
        mean, (mean_low, mean_high) = _mean_score(player, rated, samples, confidence, seed)
        lines.append(
            Standing(
                player=player,
                rank=None if rating is None else 1 + len(ranked) - bisect_right(ranked, rating),
                rating=rating,
                low=low,
                high=high,
                wins=wins,
                ties=ties,
                losses=len(rated) - wins - ties,
                matches=len(rated),
                no_result=sum(result.scores is None for result in own),
                self_play=sum(result.scores is not None and result.self_play for result in own),
                mean_score=mean,
                mean_low=mean_low,
                mean_high=mean_high,
            )
        )
    return sorted(lines, key=lambda line: (line.rank is None, line.rank, line.player))


def _firsts(player: str, rated: Sequence[Result]) -> tuple[int, int]:
    """In how many matches the player finished first alone, and in how many it shared the first place."""
    wins = sum(result.finish[0] == (player,) for result in rated)
    return wins, sum(player in result.finish[0] for result in rated) - wins


def _bradley_terry(
    results: Sequence[Result], prior: float, samples: int, confidence: float, seed: int
) -> Ratings:
    """Bradley-Terry ratings and their bootstrap intervals."""
    intervals = bradley_terry_intervals(
        results, prior=prior, samples=samples, confidence=confidence, seed=seed
    )
    ratings = bradley_terry(results, prior=prior)
    return {player: (round(rating, 6), intervals[player]) for player, rating in ratings.items()}


def _plackett_luce(results: Sequence[Result], confidence: float, seed: int) -> Ratings:
    """Plackett-Luce ratings and the intervals of their posterior."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return {
        player: (round(it.rating, 6), Interval(it.rating - z * it.deviation, it.rating + z * it.deviation))
        for player, it in skill(results, seed=seed).items()
    }


def _mean_score(
    player: str, rated: Sequence[Result], samples: int, confidence: float, seed: int
) -> tuple[float | None, tuple[float | None, float | None]]:
    """The player's mean score per match and, from two matches on, the interval around it."""
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
