"""The win graph, its cycles, and the sentences that warn about them."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given

from arena.ratings import Result, cycles, warnings, win_graph
from tests.arena.ratings.strategies import some_results, tie, win


class TestWinGraph:
    @given(some_results(sizes=(2, 3)))
    def test_edges_count_every_comparison(self, results: list[Result]) -> None:
        """Wins once, ties once each way, whatever the order."""
        graph = win_graph(results)
        pairs = sum(len(r.players) * (len(r.players) - 1) // 2 for r in results if r.rateable)
        edges = [graph.edges[edge] for edge in graph.edges]
        assert sum(edge["wins"] + edge["ties"] / 2 for edge in edges) == pairs
        assert all(edge["weight"] == edge["wins"] + edge["ties"] / 2 for edge in edges)
        assert list(win_graph(results[::-1]).edges(data=True)) == list(graph.edges(data=True))

    def test_by_hand(self) -> None:
        graph = win_graph(win("ann", "bob", 2) + tie("ann", "bob"))
        assert graph.edges["ann", "bob"] == {"wins": 2, "ties": 1, "weight": 2.5}
        assert graph.edges["bob", "ann"] == {"wins": 0, "ties": 1, "weight": 0.5}


class TestCycles:
    RING = win("ann", "bob", 2) + win("bob", "ann") + win("bob", "cat") + win("cat", "ann")

    def test_majorities_make_a_cycle(self) -> None:
        assert cycles(self.RING) == [("ann", "bob", "cat")]

    def test_an_even_score_breaks_it(self) -> None:
        assert cycles([*self.RING, *win("bob", "ann")]) == []

    def test_long_ones_are_left_out(self) -> None:
        ring = [match for i in range(5) for match in win(str(i), str((i + 1) % 5))]
        assert cycles(ring) == []
        assert cycles(ring, longest=5) == [("0", "1", "2", "3", "4")]

    @given(some_results())
    def test_each_beats_the_next(self, results: list[Result]) -> None:
        graph = win_graph(results)
        found = cycles(results)
        assert found == cycles(results[::-1])
        for cycle in found:
            for one, two in zip(cycle, cycle[1:] + cycle[:1], strict=True):
                back = graph.edges[two, one]["wins"] if graph.has_edge(two, one) else 0
                assert graph.edges[one, two]["wins"] > back


class TestWarnings:
    def test_nothing_to_say(self) -> None:
        assert warnings(win("ann", "bob") + win("bob", "ann")) == warnings([]) == []

    def test_a_tie_connects(self) -> None:
        assert warnings(win("ann", "bob") + tie("ann", "bob")) == []

    def test_groups_that_never_met(self) -> None:
        both = [match for one, two in (("ann", "bob"), ("cat", "dan")) for match in tie(one, two)]
        assert warnings(both) == [
            "The players fall into 2 groups that never met (ann, bob | cat, dan): "
            "ratings compare players of one group only."
        ]

    def test_unbeaten_and_winless(self) -> None:
        """A chain has one of each; who is in the middle is held from both sides."""
        assert warnings(win("ann", "bob") + win("bob", "cat")) == [
            "ann won every match against the others: only the prior keeps the lead finite.",
            "cat lost every match against the others: only the prior keeps the gap finite.",
        ]

    @pytest.mark.parametrize(("times", "said"), [(1, False), (5, False), (6, True)])
    def test_cycles_where_matches_are_enough(self, times: int, said: bool) -> None:
        """Of three pairs, a lead of 6 to 0 is beyond chance (3 / 64 < 0.05), and one of 5 to 0 is not."""
        ring = win("ann", "bob", times) + win("bob", "cat", times) + win("cat", "ann", times)
        cycle = "More often than not ann beats bob beats cat beats ann"
        assert warnings(ring) == [f"{cycle}: one number per player cannot show that."] * said

    def test_self_play(self) -> None:
        own = Result(("ann", "ann"), (1, 0))
        assert warnings([own, own]) == [
            "This is self-play: every match was of players with themselves, so nobody is rated."
        ]
        assert "1 of 3 matches were of players with themselves, and are not rated." in warnings(
            [own, *tie("ann", "bob", 2)]
        )

    @given(some_results(sizes=(2, 3)))
    def test_silent_on_connection_exactly_when_strongly_connected(self, results: list[Result]) -> None:
        graph = win_graph(results)
        connected = len(graph) == 0 or nx.is_strongly_connected(graph)
        about_others = ("More often", "This is self-play")
        said = [
            line
            for line in warnings(results)
            if not line.startswith(about_others) and "with themselves" not in line
        ]
        assert connected == (not said)
        assert warnings(results[::-1]) == warnings(results)
