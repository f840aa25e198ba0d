"""Drawings show a player what it knows and nothing more, and their words are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from xml.etree import ElementTree

import pytest

import games
from games import SIMULTANEOUS, ConformanceError, State, check_game
from games.drawing import svg, words
from games.history import step
from games.kuhn import KuhnPoker, KuhnState

OF_TWO = (
    *("bargaining", "kuhn", "leduc", "limit-holdem", "number-guessing?rounds=2&highest=4"),
    *("rock-paper-scissors", "spiral-negotiation?turns=3&most=2", "tictactoe", "trade", "ultimatum"),
)
DRAWN = (*OF_TWO, "blackjack")


def words_in(drawing: str) -> list[str]:
    """Return the words of a drawing, in order."""
    return [text for text in ElementTree.fromstring(drawing).itertext() if text.strip()]


def random_states(name: str, seed: int) -> list[State]:
    state, rng = games.load(name).new_initial_state(), Random(seed)
    found = [state]
    while not state.is_terminal:
        players: Sequence[int | None] = (0, 1) if state.current_player == SIMULTANEOUS else (None,)
        state = step(state, [rng.choice(state.legal_actions(player)) for player in players])
        found.append(state)
    return found


@pytest.mark.parametrize("name", [*DRAWN, "repeated:kuhn?n=2&first=alternate"])
def test_states_that_look_the_same_to_a_player_are_drawn_the_same(name: str) -> None:
    """The check of the contract compares the drawings of all that a player cannot tell apart."""
    check_game(games.load(name), playouts=1 if name == "trade" else 6)
    drawings: dict[tuple[int, str], str] = {}
    for seed in range(10):
        for state in random_states(name, seed):
            for player in range(games.load(name).num_players):
                key = (player, state.information_state(player))
                assert drawings.setdefault(key, state.drawing(player)) == state.drawing(player)


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_one_svg_element(name: str) -> None:
    for state in random_states(name, 1):
        for drawing in map(state.drawing, range(games.load(name).num_players)):
            if drawing:
                assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
    assert all(state.drawing(player) for player in range(games.load(name).num_players))


def test_a_card_that_is_not_shown_is_drawn_from_behind() -> None:
    state = KuhnPoker().new_initial_state().child(2).child(0).child(1)
    assert words_in(state.drawing(0)) == ["K", "player_0", "player_1", "bet"]
    assert words_in(state.drawing(1)) == ["player_0", "J", "player_1", "bet"]
    assert words_in(state.child(0).drawing(0)) == ["K", "player_0", "player_1", "bet, fold"]
    assert words_in(state.child(1).drawing(0)) == ["K", "player_0", "J", "player_1", "bet, call"]


def test_values_are_drawn_for_their_owner_alone() -> None:
    state = random_states("bargaining", 3)[3]
    mine, theirs = (words_in(state.drawing(player)) for player in (0, 1))
    assert mine[: len(mine) - 3] == theirs[: len(theirs) - 3]
    assert mine[-3:] == [str(value) for value in state.values[0]]  # type: ignore[attr-defined]
    assert theirs[-3:] == [str(value) for value in state.values[1]]  # type: ignore[attr-defined]


def test_who_has_which_seat_in_a_hand_is_drawn_by_the_names_of_the_game() -> None:
    state = games.load("repeated:kuhn?n=2&begins=1").new_initial_state().child(2).child(0)
    assert words_in(state.drawing(1)) == ["K", "player_1", "player_0"]
    assert words_in(state.drawing(0)) == ["player_1", "J", "player_0"]


def test_a_disguised_game_is_not_drawn() -> None:
    state = games.load("disguised:tictactoe?seed=1").new_initial_state().child(4)
    assert state.drawing(0) == ""


def test_words_are_escaped() -> None:
    drawing = svg(10, 10, words(0, 0, "<script>alert('a & b')</script>"))
    assert "<script" not in drawing
    assert words_in(drawing) == ["<script>alert('a & b')</script>"]


def test_the_check_finds_a_drawing_that_shows_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(state: KuhnState, player: int) -> str:
        return svg(10, 10, *(words(0, 0, str(card)) for card in state.cards))

    monkeypatch.setattr(KuhnState, "drawing", both)
    with pytest.raises(ConformanceError, match="is drawn two things in one state"):
        check_game(KuhnPoker())


def test_holdem_shows_own_cards_and_the_board_and_the_others_after_the_last_round() -> None:
    """Ace and king of spades against the deuces of clubs and diamonds, which have the lowest numbers."""
    state = games.load("limit-holdem").new_initial_state()
    for card in (51, 47, 0, 1):
        state = state.child(card)
    assert words_in(state.drawing(0)) == ["As", "player_0", "Ks", "player_0", "player_1", "player_1"]
    for action in (1, 1, 20, 24, 28, 1, 1, 32, 1, 1, 36, 1):
        assert "As" not in state.drawing(1)
        assert "2c" not in state.drawing(0)
        state = state.child(action)
    state = state.child(1)
    assert {"As", "Ks", "2c", "2d"} <= set(words_in(state.drawing(0))) & set(words_in(state.drawing(1)))


def test_the_dealers_hidden_card_is_drawn_from_behind_until_the_player_stands() -> None:
    """Ten and nine of clubs against the king of clubs, hidden, and the eight of diamonds."""
    state = games.load("blackjack").new_initial_state()
    for card in (9, 8, 12, 20):
        state = state.child(card)
    assert words_in(state.drawing(0)) == ["Tc", "player_0", "9c", "player_0", "dealer", "8d", "dealer"]
    assert "Kc" in state.child(1).drawing(0)
