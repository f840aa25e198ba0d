"""TicTacToe plays and pays as OpenSpiel's, and draws its board."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from games import IllegalAction, State
from games.tictactoe import SQUARES, TicTacToe
from tests.games.spiel import all_pairs, assert_information_states_match, assert_same, pyspiel


def start() -> tuple[State, Any]:
    return TicTacToe().new_initial_state(), pyspiel.load_game("tic_tac_toe").new_initial_state()


def play(*actions: int) -> State:
    state, _ = start()
    for action in actions:
        state = state.child(action)
    return state


def all_boards(ours: State, theirs: Any, seen: set[str]) -> Iterator[tuple[State, Any]]:
    if str(theirs) in seen:
        return
    seen.add(str(theirs))
    yield ours, theirs
    for action in theirs.legal_actions():
        yield from all_boards(ours.child(action), theirs.child(action), seen)


class TestAgainstOpenSpiel:
    def test_every_board_agrees(self) -> None:
        pairs = list(all_boards(*start(), set()))
        assert len(pairs) == 5478
        for ours, theirs in pairs:
            assert_same(ours, theirs)

    def test_equal_boards_are_equal_positions(self) -> None:
        drawn: dict[object, str] = {}
        for ours, theirs in self.random_histories():
            assert drawn.setdefault(ours.position, str(theirs)) == str(theirs)
        assert len(set(drawn.values())) == len(drawn)

    @pytest.mark.parametrize("player", [0, 1])
    def test_information_states_are_distinct_where_openspiels_are(self, player: int) -> None:
        assert_information_states_match(self.random_histories(), player)

    def random_histories(self) -> Iterator[tuple[State, Any]]:
        rng = Random(4)
        for _ in range(500):
            ours, theirs = start()
            yield ours, theirs.clone()
            while not ours.is_terminal:
                action = rng.choice(ours.legal_actions())
                ours = ours.child(action)
                theirs.apply_action(action)
                yield ours, theirs.clone()

    @pytest.mark.slow
    def test_every_history_agrees(self) -> None:
        count = 0
        for ours, theirs in all_pairs(*start()):
            assert_same(ours, theirs)
            told = [str(SQUARES.index(word)) for word in ours.information_state(0).split()]
            assert ", ".join(told) == theirs.information_state_string(0)
            count += 1
        assert count == 549_946


class TestObservations:
    def test_a_move_is_told_with_the_new_board(self) -> None:
        assert play(4, 0).observation(0) == "player_1 plays a1.\n  a b c\n1 o . .\n2 . x .\n3 . . ."

    def test_the_empty_board_is_shown_first(self) -> None:
        assert play().observation(1) == "  a b c\n1 . . .\n2 . . .\n3 . . ."

    def test_the_end_tells_who_won(self) -> None:
        assert play(0, 3, 1, 4, 2).observation(0).endswith("player_0 wins.")
        assert play(0, 3, 1, 4, 8, 5).observation(0).endswith("player_1 wins.")

    def test_the_end_tells_a_draw(self) -> None:
        assert play(0, 1, 2, 4, 3, 5, 7, 6, 8).observation(1).endswith("The game is a draw.")

    def test_a_win_with_the_last_mark_is_a_win(self) -> None:
        assert play(0, 1, 2, 3, 4, 5, 7, 6, 8).observation(1).endswith("player_0 wins.")


class TestRefusals:
    def test_a_marked_square_is_refused_with_the_free_ones(self) -> None:
        with pytest.raises(IllegalAction, match=r"Action 4 is not legal for player_1 here; legal: 0 \(a1\)"):
            play(4, 4)

    def test_a_won_game_takes_no_moves(self) -> None:
        with pytest.raises(IllegalAction, match="The game is over"):
            play(0, 3, 1, 4, 2, 5)
