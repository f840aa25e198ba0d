"""What a rating needs to know of a finished match: who sat where and what each scored."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from arena.core.errors import UsageError

Finish = tuple[tuple[str, ...], ...]
"""Groups of players from first to last place; those who tied share a group, sorted by name."""


@dataclass(frozen=True, slots=True)
class Result:
    """One finished match.

    Attributes:
        players: who sat in each place; the same name several times is self-play.
        scores: each place's total over the match's episodes, higher is better; None means no result (an
            episode failed, say): nobody wins by it, it only counts against coverage.

    Raises:
        UsageError: fewer than two places, another number of scores, or a score that is not finite.
    """

    players: tuple[str, ...]
    scores: tuple[float, ...] | None

    def __post_init__(self) -> None:
        if len(self.players) < 2:
            raise UsageError("A result needs at least two places; a bye is not a match.")
        if self.scores is None:
            return
        if len(self.scores) != len(self.players):
            raise UsageError(
                f"The result of {' - '.join(self.players)} has {len(self.scores)} scores "
                f"for {len(self.players)} players."
            )
        if not all(map(math.isfinite, self.scores)):
            raise UsageError(f"The result of {' - '.join(self.players)} has a score that is not finite.")

    @property
    def self_play(self) -> bool:
        """Whether one player sat in several places."""
        return len(set(self.players)) < len(self.players)

    @property
    def rateable(self) -> bool:
        """Whether it says who is stronger: it has scores and its players are all different."""
        return self.scores is not None and not self.self_play

    @property
    def finish(self) -> Finish:
        """The order in which the players finished, whatever the seats and margins; empty without a result."""
        if self.scores is None:
            return ()
        groups: dict[float, list[str]] = {}
        for player, score in zip(self.players, self.scores, strict=True):
            groups.setdefault(score, []).append(player)
        return tuple(tuple(sorted(groups[score])) for score in sorted(groups, reverse=True))


def count_finishes(results: Iterable[Result]) -> dict[Finish, int]:
    """How often each finish occurred among the rateable results, in an order that is theirs alone.

    Everything that is rated from this is the same to the last bit however the results were ordered.
    """
    return dict(sorted(Counter(result.finish for result in results if result.rateable).items()))


def comparisons(finish: Finish) -> Iterator[tuple[str, str, bool]]:
    """Every pair of a match as (player, other, tied), where the player finished before the other or tied."""
    for group in finish:
        for player, other in combinations(group, 2):
            yield player, other, True
    for before, after in combinations(finish, 2):
        for player in before:
            for other in after:
                yield player, other, False
