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
    """Return the rating of each player after these matches, by name.

    The ratings are updated after each match, in order. Elo is made for players that change, so later matches
    have more weight, and the ratings depend on the order of the results. If the order has no meaning, as in a
    tournament of fixed agents, use `bradley_terry`. Results without scores and results of self-play change no
    rating.

    Args:
        results: finished matches of two players, oldest first.
        k: the number of points at stake in a match, above 0.
        initial: the rating of a player before its first match.
        start: the ratings before these matches, as returned for the earlier ones.

    Raises:
        UsageError: if a match has more than two players, or if `k` is not positive.

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
            raise UsageError("Elo rates matches of two players only; use skill() for larger tables.")
        (one, two), (mine, theirs) = result.players, result.scores
        lead = ratings.setdefault(one, initial) - ratings.setdefault(two, initial)
        expected = 1 / (1 + 10 ** (-lead / 400))
        gain = k * ((mine > theirs) + (mine == theirs) / 2 - expected)
        ratings[one] += gain
        ratings[two] -= gain
    return ratings
