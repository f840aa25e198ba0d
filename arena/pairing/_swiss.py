"""The Swiss system. In every round players of similar scores meet, and no two players meet twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arena.core.errors import UsageError
from arena.pairing._pairing import Pairing, check_entrants, check_positive

if TYPE_CHECKING:
    from arena.ratings import Result

Met = set[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Swiss:
    """Swiss rounds, paired by minimum-cost perfect matching.

    A win or a bye counts one point and a tie half a point. A match without a result counts nothing for either
    player. Players are ordered by points, and players with the same points as they were entered. The matching
    minimises the sum of the squared differences in points. Among matchings that are equal in this, the upper
    half of a score group meets its lower half. Nobody meets the same opponent twice. If the number of
    entrants is odd, the lowest player who has not had a bye gets it.

    Attributes:
        rounds: the number of rounds, from 1 to half the entrants, rounded up. Up to that number a round
            without a rematch always exists (Dirac 1952). The default is ceil(log2(entrants)), which leaves at
            most one player unbeaten.
    """

    rounds: int | None = None

    def __post_init__(self) -> None:
        if self.rounds is not None:
            check_positive(rounds=self.rounds)

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """Return the next round. It is empty after the last round."""
        check_entrants(players)
        most = (len(players) + 1) // 2
        planned = self.rounds or (len(players) - 1).bit_length()
        if planned > most:
            raise UsageError(f"{len(players)} entrants can play at most {most} Swiss rounds, not {planned}.")
        points, met, byes = _history(players, rounds)
        if len(rounds) >= planned:
            return []
        label = f"round {len(rounds) + 1}"
        order = sorted(players, key=lambda player: -points[player])
        candidates = (
            [player for player in reversed(order) if player not in byes] if len(order) % 2 else [None]
        )
        for resting in candidates:
            pairs = _matched([player for player in order if player != resting], points, met)
            if pairs:
                bye = [Pairing((resting,), label)] if resting is not None else []
                return [Pairing(pair, label) for pair in pairs] + bye
        raise UsageError("No Swiss round without a rematch is left; play fewer rounds.")


def _history(
    players: Sequence[str], rounds: Sequence[Sequence[Result]]
) -> tuple[Counter[str], Met, set[str]]:
    """Return twice the points of each player, the pairs that have met, and the players who have had a bye."""
    points = Counter(dict.fromkeys(players, 0))
    met: Met = set()
    byes: set[str] = set()
    for number, results in enumerate(rounds, start=1):
        seated = [player for result in results for player in result.players]
        resting = set(players) - set(seated)
        pairs = {frozenset(result.players) for result in results}
        once = len(seated) + len(resting) == len(players) and all(len(pair) == 2 for pair in pairs)
        if not once or len(resting) != len(players) % 2 or pairs & met or resting & byes:
            raise UsageError(f"Round {number} is not a Swiss round of these entrants.")
        met |= pairs
        byes |= resting
        points.update(dict.fromkeys(resting, 2))
        for result in results:
            first, *_ = result.finish or ((),)
            points.update(dict.fromkeys(first, 2 // max(1, len(first))))
    return points, met, byes


def _matched(order: Sequence[str], points: Counter[str], met: Met) -> list[tuple[str, str]] | None:
    """Return the cheapest perfect matching without rematches, best players first, or None."""
    import networkx as nx

    sizes = Counter(points[player] for player in order)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(order)))
    large = len(order) ** 3  # larger than any sum of the second part of the cost
    for i, one in enumerate(order):
        for j, two in enumerate(order[i + 1 :], start=i + 1):
            if frozenset((one, two)) in met:
                continue
            gap = points[one] - points[two]
            unlike = 0 if gap else (j - i - sizes[points[one]] // 2) ** 2
            graph.add_edge(i, j, weight=-(large * gap**2 + unlike))
    # The weights are integers, so the matching is exact and the same in every process.
    matching = nx.max_weight_matching(graph, maxcardinality=True)
    if 2 * len(matching) < len(order):
        return None
    return [(order[i], order[j]) for i, j in sorted((min(pair), max(pair)) for pair in matching)]
