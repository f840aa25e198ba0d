"""A whole game as a tree of plain nodes, which is built once and which every algorithm walks.

Where players move at the same time, the tree lets them move one after the other. Each moves in the
information state that it had before the joint move, so no player sees another's move. This is the usual
reading (von Neumann 1928; OpenSpiel's turn-based games). Because of it, the algorithms need no case for
simultaneous moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

from games.base import CHANCE, SIMULTANEOUS, TERMINAL
from games.history import step

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


MOST_HISTORIES = 1_000_000
"""The largest number of histories of a game that is enumerated. One of them takes about a kilobyte."""
_PROBES = 20
"""How many random walks have to find a game too large before it is refused without being walked through."""


class NotEnumerated(ValueError):
    """A game has too many histories to be enumerated, or says that this is not wanted of it."""


class HistoryCount:
    """Counts the histories of `game` that were met, and stops at the largest number.

    Raises:
        NotEnumerated: the game says why it is not to be enumerated, or it is seen at once to be too large.
    """

    def __init__(self, game: Game) -> None:
        if game.unsolved:
            raise NotEnumerated(game.unsolved)
        if game.new_initial_state().reads_moves:
            raise NotEnumerated(f"{game.name} has too many moves in each state to be enumerated.")
        self._game = game
        self._count = 0
        if _is_huge(game):
            raise self._too_many()

    def add(self) -> None:
        """Count one more.

        Raises:
            NotEnumerated: there are too many.
        """
        self._count += 1
        if self._count > MOST_HISTORIES:
            raise self._too_many()

    def _too_many(self) -> NotEnumerated:
        return NotEnumerated(
            f"{self._game.name} has more than {MOST_HISTORIES:,} histories, which are too many to "
            "enumerate; take a smaller game."
        )


def _is_huge(game: Game) -> bool:
    """Return whether random walks show that a game has too many histories.

    The product of the numbers of moves along a walk that draws them evenly has the number of histories as its
    mean (Knuth 1975, "Estimating the efficiency of backtrack programs"), or less if the walk stops early. So
    by Markov's inequality a game that is small enough doubles the limit in half of the walks at most, and in
    all of them with a probability of at most one in a million.
    """
    rng = Random(0)
    return all(_walked(game.new_initial_state(), game.num_players, rng) for _ in range(_PROBES))


def _walked(state: State, num_players: int, rng: Random) -> bool:
    """Return whether the product along a random walk comes to double the limit."""
    product = 1
    while product < 2 * MOST_HISTORIES:
        if (player := state.current_player) == TERMINAL:
            return False
        moves = (
            [state.legal_actions(one) for one in range(num_players)]
            if player == SIMULTANEOUS
            else [state.legal_actions()]
        )
        for actions in moves:
            product *= len(actions)
        state = step(state, tuple(map(rng.choice, moves)))
    return True


@lru_cache(maxsize=4)
def tree(game: Game) -> Node:
    """Return the root of the tree of `game`.

    Raises:
        NotEnumerated: the game has too many histories, or is not to be enumerated.
    """
    return _node(game.new_initial_state(), game.num_players, HistoryCount(game))


def _node(state: State, num_players: int, met: HistoryCount) -> Node:
    met.add()
    player = state.current_player
    if player == TERMINAL:
        return Node(TERMINAL, returns=state.returns())
    if player == SIMULTANEOUS:
        return _joint(state, (), num_players, met)
    if player == CHANCE:
        actions, likelihoods = zip(*state.chance_outcomes(), strict=True)
        children = tuple(_node(state.child(action), num_players, met) for action in actions)
        return Node(CHANCE, children, actions, probabilities=likelihoods)
    actions = state.legal_actions()
    children = tuple(_node(state.child(action), num_players, met) for action in actions)
    return Node(player, children, actions, state.information_state(player))


def _joint(state: State, chosen: tuple[int, ...], num_players: int, met: HistoryCount) -> Node:
    player = len(chosen)
    if player == num_players:
        return _node(state.joint_child(chosen), num_players, met)
    actions = state.legal_actions(player)
    children = tuple(_joint(state, (*chosen, action), num_players, met) for action in actions)
    return Node(player, children, actions, state.information_state(player))
