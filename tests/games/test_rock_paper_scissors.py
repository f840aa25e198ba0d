"""Rock-paper-scissors is chosen at once, paid as OpenSpiel pays it, and shown afterwards."""

from __future__ import annotations

from itertools import product

import pytest

from games import SIMULTANEOUS, IllegalAction
from games.rock_paper_scissors import RockPaperScissors
from tests.games.spiel import pyspiel

START = RockPaperScissors().new_initial_state()


@pytest.mark.parametrize("moves", list(product(range(3), repeat=2)))
def test_every_pair_of_moves_pays_as_in_openspiel(moves: tuple[int, int]) -> None:
    theirs = pyspiel.load_game("matrix_rps").new_initial_state()
    assert [START.legal_actions(p) for p in (0, 1)] == [tuple(theirs.legal_actions(p)) for p in (0, 1)]
    words = [START.action_to_string(0, action).title() for action in moves]
    assert words == [theirs.action_to_string(0, action) for action in moves]
    theirs.apply_actions(list(moves))
    assert list(START.joint_child(moves).returns()) == theirs.returns()


def test_both_see_both_moves_afterwards() -> None:
    for player in (0, 1):
        news = START.joint_child((0, 2)).observation(player)
        assert news == "player_0 plays rock, player_1 plays scissors. player_0 wins."


def test_one_move_alone_is_refused() -> None:
    assert START.current_player == SIMULTANEOUS
    with pytest.raises(IllegalAction, match="All players move at once here: use joint_child"):
        START.child(0)
    with pytest.raises(IllegalAction, match="joint_child needs one action for each player"):
        START.joint_child((0,))


def test_an_illegal_joint_move_names_the_offender() -> None:
    with pytest.raises(IllegalAction, match="Action 3 is not legal for player_1"):
        START.joint_child((0, 3))
    with pytest.raises(IllegalAction, match="Players do not move at once here"):
        START.joint_child((0, 2)).joint_child((0, 2))


def test_legal_actions_of_nobody_in_particular_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="needs to know which player"):
        START.legal_actions()
