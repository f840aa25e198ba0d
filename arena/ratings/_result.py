"""The result of a finished match, as ratings need it: who sat in each place and what each scored."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from arena.core.errors import UsageError

Finish = tuple[tuple[str, ...], ...]
"""Groups of players from first to last place. Players who tied are in one group, sorted by name."""


@dataclass(frozen=True, slots=True)
class Result:
    """One finished match.

    Attributes:
        players: the player in each place. If a name occurs several times, the match is self-play.
        scores: the total of each place over the match's episodes, where higher is better. None means that the
            match has no result, for example because an episode failed. Such a match changes no rating and
            lowers only the coverage.

    Raises:
        UsageError: if there are fewer than two places, if the numbers of scores and places differ, or if a
            score is not finite.
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
        """Whether the result can be rated: it has scores, and its players are all different."""
        return self.scores is not None and not self.self_play

    @property
    def finish(self) -> Finish:
        """The order in which the players finished, without seats and margins. Empty if there is no result."""
        if self.scores is None:
            return ()
        groups: dict[float, list[str]] = {}
        for player, score in zip(self.players, self.scores, strict=True):
            groups.setdefault(score, []).append(player)
        return tuple(tuple(sorted(groups[score])) for score in sorted(groups, reverse=True))


def count_finishes(results: Iterable[Result]) -> dict[Finish, int]:
    """Count how often each finish occurs among the rateable results. The finishes are sorted.

    Because they are sorted, ratings made from them are the same, to the last bit, for any order of the
    results.
    """
    return dict(sorted(Counter(result.finish for result in results if result.rateable).items()))


def comparisons(finish: Finish) -> Iterator[tuple[str, str, bool]]:
    """Yield each pair of a match as (player, other, tied). The player finished before the other or tied."""
    for group in finish:
        for player, other in combinations(group, 2):
            yield player, other, True
    for before, after in combinations(finish, 2):
        for player in before:
            for other in after:
                yield player, other, False
