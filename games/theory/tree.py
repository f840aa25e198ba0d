"""A whole game as a tree of plain nodes, which is built once and which every algorithm walks.

Where players move at the same time, the tree lets them move one after the other. Each moves in the
information state that it had before the joint move, so no player sees another's move. This is the usual
reading (von Neumann 1928; OpenSpiel's turn-based games). Because of it, the algorithms need no case for
simultaneous moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from games.base import CHANCE, SIMULTANEOUS, TERMINAL

if TYPE_CHECKING:
    from games.base import Game, State


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A history: a decision of `player`, a chance event with `probabilities`, or an end with `returns`."""

    player: int
    children: tuple[Node, ...] = ()
    actions: tuple[int, ...] = ()
    information_state: str = ""
    probabilities: tuple[float, ...] = ()
    returns: tuple[float, ...] = ()


@lru_cache(maxsize=4)
def tree(game: Game) -> Node:
    """Return the root of the tree of `game`."""
    return _node(game.new_initial_state(), game.num_players)


def _node(state: State, num_players: int) -> Node:
    player = state.current_player
    if player == TERMINAL:
        return Node(TERMINAL, returns=state.returns())
    if player == SIMULTANEOUS:
        return _joint(state, (), num_players)
    if player == CHANCE:
        actions, likelihoods = zip(*state.chance_outcomes(), strict=True)
        children = tuple(_node(state.child(action), num_players) for action in actions)
        return Node(CHANCE, children, actions, probabilities=likelihoods)
    actions = state.legal_actions()
    children = tuple(_node(state.child(action), num_players) for action in actions)
    return Node(player, children, actions, state.information_state(player))


def _joint(state: State, chosen: tuple[int, ...], num_players: int) -> Node:
    player = len(chosen)
    if player == num_players:
        return _node(state.joint_child(chosen), num_players)
    actions = state.legal_actions(player)
    children = tuple(_joint(state, (*chosen, action), num_players) for action in actions)
    return Node(player, children, actions, state.information_state(player))
