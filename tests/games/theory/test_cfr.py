"""CFR+ averages are OpenSpiel's, number for number, and they converge."""

from __future__ import annotations

import pytest

from games import Game
from games.kuhn import KuhnPoker
from games.leduc import LeducPoker
from games.rock_paper_scissors import RockPaperScissors
from games.theory import cfr_plus, expected_returns, exploitability, nash_conv, uniform
from tests.games.spiel import all_pairs, pyspiel

cfr = pytest.importorskip("open_spiel.python.algorithms.cfr")


@pytest.mark.parametrize(
    ("game", "name", "iterations"), [(KuhnPoker(), "kuhn_poker", 50), (LeducPoker(), "leduc_poker", 4)]
)
def test_averages_equal_openspiels(game: Game, name: str, iterations: int) -> None:
    theirs = pyspiel.load_game(name)
    solver = cfr.CFRPlusSolver(theirs)
    for _ in range(iterations):
        solver.evaluate_and_update_policy()
    average, profile = solver.average_policy(), cfr_plus(game, iterations)
    for ours, state in all_pairs(game.new_initial_state(), theirs.new_initial_state()):
        if (player := ours.current_player) >= 0:
            expected = average.action_probabilities(state)
            assert profile[player][ours.information_state(player)] == pytest.approx(expected, abs=1e-9)


def test_kuhn_is_solved_to_its_value() -> None:
    game = KuhnPoker()
    profile = cfr_plus(game, 500)
    assert exploitability(game, profile) < 5e-4
    assert expected_returns(game, profile) == pytest.approx((-1 / 18, 1 / 18), abs=1e-3)


def test_leduc_gets_close_quickly() -> None:
    assert nash_conv(LeducPoker(), cfr_plus(LeducPoker(), 20)) < 0.5


def test_simultaneous_moves_are_learnt_too() -> None:
    game = RockPaperScissors()
    assert nash_conv(game, cfr_plus(game, 10)) == pytest.approx(0)


def test_no_iterations_leave_uniform_play() -> None:
    assert cfr_plus(KuhnPoker(), 0) == uniform(KuhnPoker())
