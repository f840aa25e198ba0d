"""Kuhn poker by the code of SPIRAL's environment, with its faults, which no other game has."""

from __future__ import annotations

import pytest

from games import check_game, load
from games.kuhn import BET, PASS
from games.repeated import RepeatedState
from games.theory import NotEnumerated, cfr_plus, information_states

RIGHT = "repeated:kuhn?n=5&payoff=sign&first=alternate&begins=1"


def played(name: str, *hands: tuple[int, ...]) -> RepeatedState:
    state = load(name).new_initial_state()
    for hand in hands:
        for action in hand:
            state = state.child(action)
    assert isinstance(state, RepeatedState)
    return state


def test_it_keeps_the_contract_of_games() -> None:
    game = load("kuhn?rules=spiral")
    assert (game.name, game.min_utility, game.zero_sum) == ("kuhn?rules=spiral", -1.0, True)
    check_game(game, playouts=4)


def test_it_is_never_meant_by_another_name() -> None:
    assert [load(name).unsolved for name in ("kuhn", "kuhn?rules=standard", RIGHT)] == ["", "", ""]
    assert load("kuhn?rules=standard") == load("kuhn")


def test_no_bet_moves_a_chip() -> None:
    """player_1 has the first seat and the King in round 1; the bet is called."""
    once = played("kuhn?rules=spiral", (2, 0, BET, BET))
    assert once.totals == (-1.0, 1.0)
    assert "player_1 wins 1 chip." in once.observation(0)
    assert played(RIGHT, (2, 0, BET, BET)).totals == (-2.0, 2.0)


def test_who_wins_the_last_round_wins_the_game_whoever_has_more_chips() -> None:
    """Chips -3 and +3, rewards +1 and -1: the published game with seed 2 ends so."""
    first, second = (2, 0, PASS, PASS), (0, 2, PASS, PASS)  # won by the first and by the second seat
    rounds = (first, second, first, second, second)  # player_1 wins four, player_0 the last
    end = played("kuhn?rules=spiral", *rounds)
    assert (end.totals, end.returns()) == ((-3.0, 3.0), (1.0, -1.0))
    assert end.winner == 1, "who has most chips"
    right = played(RIGHT, *rounds)
    assert (right.totals, right.returns()) == ((-3.0, 3.0), (-1.0, 1.0))


def test_its_players_are_told_the_right_rules_as_those_of_spiral_are() -> None:
    assert load("kuhn?rules=spiral").rules == load(RIGHT).rules


@pytest.mark.parametrize("name", ["kuhn?rules=spiral", "repeated:kuhn%3Frules=spiral?n=2"])
def test_nothing_that_theory_says_of_it_is_wanted(name: str) -> None:
    for ask in (information_states, lambda game: cfr_plus(game, 1)):
        with pytest.raises(NotEnumerated, match="no bet count and pays the winner of the last round"):
            ask(load(name))


@pytest.mark.parametrize("name", ["kuhn?rules=spral", "kuhn?rules=1"])
def test_other_rules_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="The rules of kuhn are standard or spiral"):
        load(name)


def test_it_has_no_disguise() -> None:
    with pytest.raises(ValueError, match="has no settings and no disguise"):
        load("disguised:kuhn%3Frules=spiral")
