"""The players of limit hold'em keep to their styles, which are known by hand."""

from __future__ import annotations

import pytest

from agents.holdem_players import Aggressive, Conservative, HoldemRules, is_playable, quantile
from agents.random import Random
from arena.core.errors import NoAnswer
from arena.seat.agent import Agent
from games.leduc import CALL, FOLD, RAISE
from protocols import Play
from tests.shared.playing import play

ALL = {FOLD, CALL, RAISE}


@pytest.mark.parametrize("agent", [HoldemRules(), Aggressive(), Conservative()])
async def test_each_plays_whole_hands_of_any_settings(agent: Agent) -> None:
    for query in ("", "?first_raises=4&fold=always&unit=big-blinds"):
        for seed in range(8):
            played = await play(Play(game=f"limit-holdem{query}"), agent, seed=seed)
            assert played.outcome.returns is not None


@pytest.mark.parametrize("agent", [HoldemRules(), Aggressive(), Conservative()])
async def test_other_games_are_refused(agent: Agent) -> None:
    with pytest.raises(NoAnswer, match="plays only limit-holdem, not kuhn"):
        await play(Play(), {"player_0": agent, "player_1": Random()})


@pytest.mark.parametrize(
    ("hand", "playable"),
    [("2c 2d", True), ("As Tc", True), ("As 9c", False), ("As 2s", True), ("Kh Td", True), ("Kh 9h", False)],
)
def test_rules_raise_with_the_listed_hands_before_the_flop(hand: str, playable: bool) -> None:
    assert is_playable(hand.split()) is playable
    assert HoldemRules().wishes(hand.split(), [], ALL) == {RAISE if playable else FOLD: 1.0}


@pytest.mark.parametrize(
    ("hand", "board", "raises"),
    [
        ("As 9c", "9d 4h 2s", True),
        ("As 9c", "Kd 4h 2s", False),
        ("7c 7d", "Kd 4h 2s", True),
        ("As 3s", "Ks 9s 2s", True),
        ("As 3d", "Kd Kh 9c 9d", False),
        ("3c 2d", "Tc Jd Qh Kh As", False),
    ],
)
def test_rules_raise_later_if_the_cards_hit_the_board(hand: str, board: str, raises: bool) -> None:
    assert HoldemRules().wishes(hand.split(), board.split(), ALL) == {RAISE if raises else CALL: 1.0}


def test_rules_check_what_they_would_fold_if_it_costs_nothing() -> None:
    assert HoldemRules().wishes(["7c", "2d"], [], {CALL, RAISE}) == {CALL: 1.0}


def test_the_aggressive_raise_four_times_in_five_where_they_may() -> None:
    assert Aggressive().wishes([], [], ALL) == pytest.approx({RAISE: 0.8, CALL: 0.2})
    assert Aggressive().wishes([], [], {FOLD, CALL}) == {CALL: 1.0}


def test_the_conservative_fold_the_weaker_half_and_never_raise() -> None:
    assert Conservative().wishes(["7c", "2d"], [], ALL) == {FOLD: 1.0}
    assert Conservative().wishes(["7c", "2d"], [], {CALL, RAISE}) == {CALL: 1.0}
    assert Conservative().wishes(["Ac", "Kd"], [], ALL) == {CALL: 1.0}


def test_strength_is_the_share_of_hands_that_are_beaten() -> None:
    assert quantile(("3c", "2d"), ("Th", "Jh", "Qh", "Kh", "Ah")) == 0.5
    assert quantile(("Kh", "Ah"), ("Th", "Jh", "Qh")) == 1
    assert quantile(("As", "Ad"), ()) == pytest.approx((1224 + 0.5) / 1225)
