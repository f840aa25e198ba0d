"""Guessing 0.8 of the mean pays whoever is exactly closest, and its round is simultaneous."""

from __future__ import annotations

from fractions import Fraction

import pytest

from games import IllegalAction, load
from games.number_guessing import NumberGuessing
from tests.games.breaches import breach


@pytest.mark.parametrize("one", range(1, 101, 7))
@pytest.mark.parametrize("other", range(1, 101, 9))
def test_of_two_the_lower_number_always_wins(one: int, other: int) -> None:
    end = NumberGuessing(rounds=1).new_initial_state().joint_child((one, other))
    sign = (one < other) - (one > other)
    assert end.returns() == (sign, -sign)


def test_the_target_is_exact() -> None:
    game = NumberGuessing(players=3)
    assert game.target((10, 20, 33)) == Fraction(84, 5)
    assert game.winners((10, 20, 33)) == [1]
    assert NumberGuessing(players=2, factor=1.0).winners((49, 51)) == [0, 1]


def test_several_who_are_closest_share_what_the_others_lose() -> None:
    end = NumberGuessing(players=3, rounds=1).new_initial_state().joint_child((20, 20, 90))
    assert end.returns() == (0.5, 0.5, -1)
    assert end.observation(2) == (
        "player_0 names 20, player_1 names 20, player_2 names 90. The target is 34.6667. "
        "player_0 and player_1 are closest and share the round.\nAll rounds are played."
    )


def test_rounds_add_up_and_nothing_is_paid_before_the_end() -> None:
    state = NumberGuessing(rounds=2).new_initial_state()
    assert state.observation(0) == "Round 1 of 2."
    state = state.joint_child((40, 50))
    assert state.returns() == (0, 0)
    assert state.observation(1) == (
        "player_0 names 40, player_1 names 50. The target is 36. player_0 is closest and wins the round.\n"
        "Round 2 of 2."
    )
    assert state.joint_child((30, 30)).returns() == (1, -1)


@pytest.mark.parametrize(
    "name", ["number-guessing", "number-guessing?players=4&rounds=3&factor=0.5&highest=9"]
)
def test_it_keeps_the_contract(name: str) -> None:
    assert load(name).name == name
    assert breach(load(name), playouts=4) is None


@pytest.mark.parametrize("numbers", [(0, 50), (50, 101), (50,), (50, 50, 50)])
def test_numbers_out_of_range_are_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(IllegalAction):
        NumberGuessing().new_initial_state().joint_child(numbers)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("players=1", "players must be at least 2, not 1"),
        ("rounds=0", "rounds must be a whole number from 1 to 1,000, not 0"),
        ("factor=0", "factor must be over 0 and at most 2, not 0"),
        ("factor=high", "factor must be over 0 and at most 2, not 'high'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(query: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        load(f"number-guessing?{query}")
