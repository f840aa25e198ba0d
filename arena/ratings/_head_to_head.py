"""Head to head: how often each player beat, tied with and lost to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from arena.ratings._result import Result, comparisons, count_finishes


class HeadToHead(NamedTuple):
    """The matches of two players, counted for the first.

    Attributes:
        player, other: the two players. The first comes first in the alphabet.
        wins, ties, losses: how often the first finished before the other, with it, or after it.
    """

    player: str
    other: str
    wins: int
    ties: int
    losses: int

    @property
    def matches(self) -> int:
        """The number of matches that both played and that have a result."""
        return self.wins + self.ties + self.losses


def head_to_head(results: Iterable[Result]) -> list[HeadToHead]:
    """Return the pairs of players that met, sorted by name. A match of several counts for each of its pairs.

    >>> head_to_head([Result(("bob", "ann"), (1, 0)), Result(("ann", "bob"), (2, 2))])
    [HeadToHead(player='ann', other='bob', wins=0, ties=1, losses=1)]
    """
    found: dict[tuple[str, str], Counter[str]] = {}
    for finish, count in count_finishes(results).items():
        for before, after, tied in comparisons(finish):
            pair = (min(before, after), max(before, after))
            how = "ties" if tied else "wins" if before == pair[0] else "losses"
            found.setdefault(pair, Counter())[how] += count
    return [
        HeadToHead(*pair, counts["wins"], counts["ties"], counts["losses"])
        for pair, counts in sorted(found.items())
    ]
