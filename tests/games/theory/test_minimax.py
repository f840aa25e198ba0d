"""Minimax plays TicTacToe perfectly, as OpenSpiel's does, and refuses games it cannot solve."""

from __future__ import annotations

from random import Random

import pytest

from games import State
from games.kuhn import KuhnPoker
from games.rock_paper_scissors import RockPaperScissors
from games.theory import minimax
from games.theory.minimax import TranspositionTable
from games.tictactoe import TicTacToe
from tests.games.spiel import pyspiel

algorithm = pytest.importorskip("open_spiel.python.algorithms.minimax")
GAME = TicTacToe()


def play(*actions: int) -> State:
    state: State = GAME.new_initial_state()
    for action in actions:
        state = state.child(action)
    return state


def plain(state: State) -> float:
    """The value to player_0 by the definition, without any of the cleverness."""
    if state.is_terminal:
        return state.returns()[0]
    values = [plain(state.child(action)) for action in state.legal_actions()]
    return max(values) if state.current_player == 0 else min(values)


def test_tictactoe_is_a_draw_and_every_opening_holds_it() -> None:
    assert minimax(GAME) == (0, tuple(range(9)))


@pytest.mark.parametrize("opening", [(), (0,), (4,), (1, 4)])
def test_the_value_is_openspiels(opening: tuple[int, ...]) -> None:
    theirs = pyspiel.load_game("tic_tac_toe")
    start = theirs.new_initial_state()
    for action in opening:
        start.apply_action(action)
    mover = start.current_player()
    expected, _ = algorithm.alpha_beta_search(theirs, state=start, maximizing_player_id=mover)
    assert minimax(GAME, play(*opening)).value == expected


def test_only_the_corners_hold_the_draw_against_the_centre() -> None:
    assert minimax(GAME, play(4)).actions == (0, 2, 6, 8)
    assert minimax(GAME, play(0)).actions == (4,)


def test_a_win_is_seen_by_either_player() -> None:
    assert minimax(GAME, play(0, 3, 1, 4)) == (1, (2,))
    assert minimax(GAME, play(0, 3, 1, 4, 8)) == (1, (2, 5))  # a line at once, or a block that threatens two


def test_random_positions_have_the_values_of_the_definition() -> None:
    rng, table = Random(5), dict[object, tuple[float, float]]()
    for _ in range(60):
        state = play()
        for _ in range(rng.randrange(3, 8)):
            if not state.is_terminal:
                state = state.child(rng.choice(state.legal_actions()))
        if not state.is_terminal:
            sign = 1 if state.current_player == 0 else -1
            values = {action: sign * plain(state.child(action)) for action in state.legal_actions()}
            best = max(values.values())
            assert minimax(GAME, state, table=table) == (best, tuple(a for a in values if values[a] == best))


def test_a_table_is_filled_for_later_calls() -> None:
    table: TranspositionTable = {}
    minimax(GAME, table=table)
    filled = dict(table)
    minimax(GAME, play(4), table=table)
    assert filled
    assert len(filled) <= len(table) <= 5478


def test_hidden_cards_and_joint_moves_are_refused() -> None:
    for game in (KuhnPoker(), RockPaperScissors()):
        with pytest.raises(ValueError, match="not a two-player zero-sum game of perfect information"):
            minimax(game)


def test_chance_is_refused() -> None:
    from games.openspiel import OpenSpielGame

    with pytest.raises(ValueError, match="no chance"):
        minimax(OpenSpielGame("backgammon"))


def test_a_finished_game_has_nothing_to_choose() -> None:
    with pytest.raises(ValueError, match="The game is over"):
        minimax(GAME, play(0, 3, 1, 4, 2))
