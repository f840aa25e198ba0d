"""Games of negotiation, played by what the moves are written as."""

from __future__ import annotations

from collections.abc import Sequence

from games import CHANCE, State
from games.bargaining import POOLS, Bargaining, BargainingState, valuations
from games.trade import Trade, TradeState

PLENTY = (10, 10, 10, 10, 10)
BASE = (5, 10, 15, 25, 40)


def write(state: State, *moves: str) -> State:
    """The state after these moves."""
    for move in moves:
        player = state.current_player
        actions = {state.action_to_string(player, action): action for action in state.legal_actions()}
        state = state.child(actions[move])
    return state


def written(state: State) -> list[str]:
    """What whoever is to move may write."""
    return [state.action_to_string(state.current_player, action) for action in state.legal_actions()]


def dealt_trade(
    first: Sequence[int] = PLENTY,
    second: Sequence[int] = PLENTY,
    values: Sequence[Sequence[int]] = (BASE, BASE),
    game: Trade | None = None,
) -> TradeState:
    """A trade in which the players were dealt these goods and values."""
    state = (game or Trade()).new_initial_state()
    for number in (*first, *second, *values[0], *values[1]):
        assert state.current_player == CHANCE
        state = state.child(number)
    return state


def dealt_bargaining(
    pool: Sequence[int], values: Sequence[Sequence[int]], game: Bargaining | None = None
) -> BargainingState:
    """A bargaining over this pool by these values."""
    there = tuple(pool)
    state = (game or Bargaining()).new_initial_state().child(POOLS.index(there))
    for each in values:
        state = state.child(valuations(there).index(tuple(each)))
    return state
