"""The graph of wins, and warnings that follow from it for the ratings.

A Bradley-Terry fit without a prior exists if and only if the win graph is strongly connected. That means that
for every division of the players into two groups, each group has beaten or tied the other (Ford 1957). If the
graph is not strongly connected, a rating says more about the prior than about the players, and `warnings`
says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import comb
from typing import TYPE_CHECKING

from arena.ratings._bradley_terry import rated_players
from arena.ratings._result import Result, comparisons, count_finishes

if TYPE_CHECKING:
    import networkx as nx

_CHANCE = 0.05
"""How likely a cycle that a reader is told of may be the work of chance."""


def win_graph(results: Iterable[Result]) -> nx.DiGraph[str]:
    """Return a graph of the rated players, with an edge from each player to all that it has beaten or tied.

    An edge holds the numbers ``wins`` and ``ties``, and the ``weight``, which is wins + ties / 2. A tie makes
    an edge in both directions, because it bounds the difference of the two strengths from both sides. Nodes
    and edges are sorted.
    """
    import networkx as nx

    finishes = count_finishes(results)
    wins: dict[tuple[str, str], int] = {}
    ties: dict[tuple[str, str], int] = {}
    for finish, count in finishes.items():
        for player, other, tied in comparisons(finish):
            if tied:
                ties[player, other] = ties.get((player, other), 0) + count
                ties[other, player] = ties[player, other]
            else:
                wins[player, other] = wins.get((player, other), 0) + count
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(rated_players(finishes))
    for pair in sorted(wins.keys() | ties.keys()):
        won, tied_times = wins.get(pair, 0), ties.get(pair, 0)
        graph.add_edge(*pair, wins=won, ties=tied_times, weight=won + tied_times / 2)
    return graph


def cycles(
    results: Iterable[Result], *, longest: int = 4, limit: int = 1000, chance: float = 1.0
) -> list[tuple[str, ...]]:
    """Return cycles of players. In a cycle each player beats the next, and the last beats the first.

    A player beats another if it won most of their decided matches.

    Args:
        results: finished matches.
        longest: the largest number of players in a cycle.
        limit: the number of cycles after which the search stops.
        chance: how likely it may be, at most, that chance alone gave any of the pairs such a lead, among
            players that are equally strong. It is the one-sided sign test of each pair, corrected for the
            number of pairs (Bonferroni). 1 counts every majority.

    Returns:
        The cycles that were found, sorted by length and then by name. Each starts with the name that comes
        first in the alphabet.
    """
    import networkx as nx

    graph = win_graph(results)
    players = list(graph)
    index = {player: i for i, player in enumerate(players)}
    # Numbers have the same hash in every process, and names do not. So the search always stops at the
    # same cycle.
    majority: nx.DiGraph[int] = nx.DiGraph()
    majority.add_nodes_from(range(len(players)))
    pairs = len({frozenset(edge) for edge in graph.edges})
    for player, other in graph.edges:
        back = graph.edges[other, player]["wins"] if graph.has_edge(other, player) else 0
        ahead = graph.edges[player, other]["wins"]
        if ahead > back and (chance >= 1 or _by_chance(ahead, back) * pairs <= chance):
            majority.add_edge(index[player], index[other])
    found = []
    for cycle in islice(nx.simple_cycles(majority, length_bound=longest), limit):
        first = cycle.index(min(cycle))
        found.append(tuple(players[i] for i in cycle[first:] + cycle[:first]))
    return sorted(found, key=lambda cycle: (len(cycle), cycle))


def _by_chance(wins: int, losses: int) -> float:
    """Return how likely players of equal strength are to get at least so many wins of the decided matches."""
    decided = wins + losses
    return float(sum(comb(decided, count) for count in range(wins, decided + 1)) / 2**decided)


def warnings(results: Iterable[Result]) -> list[str]:
    """Return what a reader of the ratings should know, one sentence for each fact. It may be empty."""
    import networkx as nx

    results = list(results)
    graph = win_graph(results)
    islands = sorted(sorted(island) for island in nx.weakly_connected_components(graph))
    sentences = []
    if len(islands) > 1:
        groups = " | ".join(_names(island) for island in islands)
        sentences.append(
            f"The players fall into {len(islands)} groups that never met ({groups}): "
            "ratings compare players of one group only."
        )
    for group in sorted(sorted(group) for group in nx.strongly_connected_components(graph)):
        members = set(group)
        out = any(other not in members for player in group for other in graph.successors(player))
        into = any(other not in members for player in group for other in graph.predecessors(player))
        if out and not into:
            sentences.append(
                f"{_names(group)} won every match against the others: only the prior keeps the lead finite."
            )
        elif into and not out:
            sentences.append(
                f"{_names(group)} lost every match against the others: only the prior keeps the gap finite."
            )
    if found := cycles(results, chance=_CHANCE):
        first = " beats ".join((*found[0], found[0][0]))
        more = f" (one of {len(found)} cycles found)" if len(found) > 1 else ""
        sentences.append(f"More often than not {first}{more}: one number per player cannot show that.")
    return [*_self_play(results), *sentences]


def _self_play(results: Sequence[Result]) -> Iterator[str]:
    """Yield a sentence if players met themselves."""
    alone = sum(result.self_play for result in results)
    if alone and alone == len(results):
        yield "This is self-play: every match was of players with themselves, so nobody is rated."
    elif alone:
        yield f"{alone:,} of {len(results):,} matches were of players with themselves, and are not rated."


def _names(players: Sequence[str]) -> str:
    """Return a phrase with the first five names and the number of the others."""
    more = [f"{len(players) - 5} more"] if len(players) > 5 else []
    return ", ".join([*players[:5], *more])
