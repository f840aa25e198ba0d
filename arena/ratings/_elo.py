"""Elo ratings for a stream of matches (Elo 1978)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from arena.core.errors import UsageError
from arena.ratings._result import Result


def elo(
    results: Iterable[Result],
    *,
    k: float = 32.0,
    initial: float = 1500.0,
    start: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Ratings after these matches, one after the other, by name.

    Elo follows players that change, so late matches weigh more: the ratings depend on the order of the
    results. Where the order means nothing, as in a tournament of fixed agents, use `bradley_terry`.
    Results without scores and self-play move nobody.

    Args:
        results: finished matches of two players, oldest first.
        k: points at stake in a match.
        initial: the rating of a player seen for the first time.
        start: ratings to go on from, as returned for the matches before.

    Raises:
        UsageError: a match of more than two players, or a k that is not positive.

    >>> elo([Result(("ann", "bob"), (1, 0))])
    {'ann': 1516.0, 'bob': 1484.0}
    """
    if not k > 0:
        raise UsageError(f"Elo's k must be positive, not {k}.")
    ratings = dict(start or {})
    for result in results:
        if not result.rateable or result.scores is None:
            continue
        if len(result.players) > 2:
            raise UsageError("Elo rates matches of two players; use skill() for larger tables.")
        (one, two), (mine, theirs) = result.players, result.scores
        lead = ratings.setdefault(one, initial) - ratings.setdefault(two, initial)
        expected = 1 / (1 + 10 ** (-lead / 400))
        gain = k * ((mine > theirs) + (mine == theirs) / 2 - expected)
        ratings[one] += gain
        ratings[two] -= gain
    return ratings
