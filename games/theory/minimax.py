"""Perfect play by minimax with alpha-beta pruning (Knuth and Moore 1975) and a table of transpositions.

The game must have two players, zero sum, perfect information and no chance. Values are those of player_0, who
maximises, while player_1 minimises. If the search of a position was cut off, a bound is remembered. The
position is searched again only if the bound does not decide. Positions are told apart by `State.position`, so
histories with the same moves in another order share one position.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from games.base import CHANCE, SIMULTANEOUS, TERMINAL

if TYPE_CHECKING:
    from collections.abc import Hashable

    from games.base import Game, State

TranspositionTable = dict["Hashable", tuple[float, float]]
"""The lowest and the highest value that each position can have."""


class Solution(NamedTuple):
    """The value for the player to move if both play perfectly, and every action that keeps this value."""

    value: float
    actions: tuple[int, ...]


def minimax(game: Game, state: State | None = None, *, table: TranspositionTable | None = None) -> Solution:
    """Solve `state` of `game`. The default is the initial state.

    If there is a `table`, the search uses it and adds to it, for later searches.

    Raises:
        ValueError: the game is not two-player, zero-sum and of perfect information, has chance or
            simultaneous moves on the way, or is over.
    """
    if game.num_players != 2 or not game.zero_sum or not game.perfect_information:
        raise ValueError(f"{game.name} is not a two-player zero-sum game of perfect information.")
    state = game.new_initial_state() if state is None else state
    table = {} if table is None else table
    if state.is_terminal:
        raise ValueError("The game is over, so there is nothing left to choose.")
    sign = _sign(state)
    children = {action: state.child(action) for action in state.legal_actions()}
    values = {action: sign * _search(child, -inf, inf, table) + 0.0 for action, child in children.items()}
    best = max(values.values())
    return Solution(best, tuple(action for action, value in values.items() if value == best))


def _search(state: State, alpha: float, beta: float, table: TranspositionTable) -> float:
    """Return the value of `state` to player_0 if it is between `alpha` and `beta`.

    Otherwise return a bound on the side where it lies.
    """
    if state.current_player == TERMINAL:
        return state.returns()[0]
    key = state.position
    low, high = table.get(key, (-inf, inf))
    if low >= beta or low == high:
        return low
    if high <= alpha:
        return high
    window = alpha, beta = max(alpha, low), min(beta, high)
    maximising = _sign(state) > 0
    best = -inf if maximising else inf
    for action in state.legal_actions():
        value = _search(state.child(action), alpha, beta, table)
        if maximising:
            best = max(best, value)
            alpha = max(alpha, best)
        else:
            best = min(best, value)
            beta = min(beta, best)
        if alpha >= beta:
            break
    table[key] = (low if best <= window[0] else best, high if best >= window[1] else best)
    return best


def _sign(state: State) -> int:
    if state.current_player in (CHANCE, SIMULTANEOUS):
        raise ValueError("Minimax needs players who move in turn and no chance.")
    return 1 if state.current_player == 0 else -1
