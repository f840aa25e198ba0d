"""The agent of item transitions: its rows, its rankings, and its play against habits."""

from __future__ import annotations

import pytest

from agents.transitions import Transitions, transition_counts, transition_row
from arena.core.errors import NoAnswer
from arena.registry import make_agent
from arena.seat.response import consult
from protocols import Play
from scenarios.next_item import gain
from tests.agents.test_best_of import request_for
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched
from tests.shared.playing import play


class TestRows:
    def test_a_row_by_hand(self) -> None:
        row = transition_row([0, 2, 1, 1])
        assert row == pytest.approx([0.0000448, 0.98666, 0.006648, 0.006648], rel=1e-3)
        assert transition_row([0, 0]) == [0.5, 0.5]

    def test_counts_of_a_sequence_by_hand(self) -> None:
        assert transition_counts(["ABABAC"]) == {"A": {"B": 2, "C": 1}, "B": {"A": 2}}
        assert transition_counts(["ABC"], span=2)["A"] == {"B": 1, "C": 1}

    def test_what_followed_twice_is_likelier_than_what_followed_once(self) -> None:
        row = Transitions(alpha=1).predicted("ABABACA", "BC")
        assert row["B"] == pytest.approx(0.9933, abs=5e-5)

    def test_the_last_items_have_the_rest_of_the_weight(self) -> None:
        """After AB, B follows A in one half; B itself was followed by nothing."""
        row = Transitions(alpha=0.5, last=2, tau=1).predicted("AB", "AB")
        assert row["B"] / row["A"] == pytest.approx(2.718281828**0.25)

    def test_nothing_is_known_before_the_first_item(self) -> None:
        assert Transitions().predicted("", "AB") == {"A": 0.5, "B": 0.5}


def test_hits_and_gains_by_hand(arena: Typist) -> None:
    """The truths stand at the places 0 and 2 and at none of the first five."""
    assert (gain(0), gain(2), gain(None)) == (1, 0.5, 0)
    assert arena("run", "next-item", "--agents", "transitions?alpha=1", "--out", "run").code == 0
    found = Found(sections_in(arena.folder / "run"))
    assert found.shown("Mean score", "next-item: HR@5") == (round(2 / 3, 9), 3, 3)
    assert found.shown("Mean score", "next-item: NDCG@5") == (0.5, 3, 3)


async def test_it_beats_a_habit() -> None:
    """The other always plays rock. After two hands, rock has followed rock."""
    seats = {"player_0": Transitions(), "player_1": Watched("rock", "habit")}
    played = await play(Play(game="repeated:rock-paper-scissors?n=20"), seats)
    assert played.outcome.returns["player_0"] >= 16


async def test_it_refuses_what_it_cannot_do() -> None:
    answer, _, _ = await consult(make_agent("transitions"), request_for())
    assert "asked for something else than a move" in answer.reason
    with pytest.raises(NoAnswer, match="plays games of one move at the same time"):
        await play(Play(game="kuhn"), make_agent("transitions"))
