"""Communication graphs: who hears whom, and what is said of what is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.designs.overriding import override
from protocols import Society
from protocols.shared.topology import neighbours


def hears(graph: Any, members: int) -> list[list[int]]:
    society = Society(graph=graph, members=members)
    heard = neighbours(society.graph, members)
    return [sorted(heard[member]) for member in range(members)]


class TestGraphs:
    @pytest.mark.parametrize(
        ("graph", "members", "expected"),
        [
            ("complete", 3, [[1, 2], [0, 2], [0, 1]]),
            ("ring", 4, [[1, 3], [0, 2], [1, 3], [0, 2]]),
            ("ring", 2, [[1], [0]]),
            ("star", 4, [[1, 2, 3], [0], [0], [0]]),
            ("0-1 1-2", 4, [[1], [0, 2], [1], []]),
            ([(0, 1), (1, 2)], 3, [[1], [0, 2], [1]]),
            ("path", 3, [[1], [0, 2], [1]]),
            ("path_graph", 3, [[1], [0, 2], [1]]),
            ("empty_graph", 3, [[], [], []]),
            ("grid_2d_graph?m=2&n=2", 4, [[1, 2], [0, 3], [0, 3], [1, 2]]),
        ],
    )
    def test_who_hears_whom(self, graph: Any, members: int, expected: list[list[int]]) -> None:
        assert hears(graph, members) == expected

    def test_a_generator_that_draws_makes_the_same_graph_of_the_same_seed(self) -> None:
        graphs = [hears(f"gnp_random_graph?p=0.4&seed={seed}", 20) for seed in (1, 1, 2)]
        assert graphs[0] == graphs[1] != graphs[2]

    def test_a_file_is_read_once_and_its_edges_are_the_setting(self, tmp_path: Path) -> None:
        """What a run is resumed under is the graph, and not a file that has changed since."""
        path = tmp_path / "edges.txt"
        path.write_text("# two pairs\n0 1\n\n2, 3  # the other\n")
        society = Society(graph=str(path), members=4)
        path.write_text("0 3\n")
        assert society.graph == "0-1 2-3"
        assert society.heard_by("member_0") == ("member_1",)
        assert Society(**society.model_dump()) == society

    def test_settings_may_come_in_any_order(self) -> None:
        """As on the command line, one after the other; the graph is always one of all members."""
        ring = override(override(Society(), ["graph"], "ring"), ["members"], 5)
        assert ring == override(override(Society(), ["members"], 5), ["graph"], "ring")
        assert ring.heard_by("member_4") == ("member_0", "member_3")

    @pytest.mark.parametrize(
        ("graph", "complaint"),
        [
            ("rng", "not one of complete, ring, star.* Did you mean ring?"),
            ("0-3", "joins member 3, and the members are 0 to 2"),
            ("1-1", "joins member 1 to itself"),
            ("gnp_random_graph?p=0.5", "give it a seed, such as gnp_random_graph.seed=1"),
            ("gnp_random_graph?p=often&seed=1", "networkx cannot make"),
            ("gnp_random_graph?p=0.5&seed=1&directed=true", "in which two who are joined hear each other"),
            ("karate_club_graph", "has 34 nodes, and there are 3 members"),
            ("cycle_graph?m=4", "cycle_graph has no parameter 'm'; it takes n"),
            ("read_edgelist?path=x", "not a generator of networkx"),
            ("__builtins__", "not a generator of networkx"),
            ("", "not a generator of networkx"),
            ([], "not a generator of networkx"),
            ([(0, 1, 2)], "not a generator of networkx"),
        ],
    )
    def test_what_is_no_graph_is_said_in_a_sentence(self, graph: Any, complaint: str) -> None:
        with pytest.raises(UsageError, match=complaint):
            Society(graph=graph)

    @pytest.mark.parametrize(
        ("text", "complaint"), [("", "holds no edges"), ("0 1\nann bob\n", "line 2 of .* is 'ann bob'")]
    )
    def test_so_is_what_is_no_file_of_edges(self, text: str, complaint: str, tmp_path: Path) -> None:
        path = tmp_path / "edges.txt"
        path.write_text(text)
        with pytest.raises(UsageError, match=complaint):
            Society(graph=str(path))
