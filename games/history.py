"""Finding what a player perceives of a history: its observations and its own moves as written, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from games.base import SIMULTANEOUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from games.base import State


class Perceived(NamedTuple):
    """An observation of `player` (then `action` is None), or a move of its own, written as `text`."""

    text: str
    action: int | None = None


Perception = tuple[Perceived, ...]


def step(state: State, actions: Sequence[int]) -> State:
    """Return the next state, after the action of the player to move or after the actions of all players."""
    if state.current_player == SIMULTANEOUS:
        return state.joint_child(actions)
    (action,) = actions
    return state.child(action)


def beginning(state: State, player: int) -> Perception:
    """Return what `player` perceives of the initial `state`."""
    news = state.observation(player)
    return (Perceived(news),) if news else ()


def perceive(before: State, actions: Sequence[int], after: State, player: int) -> Perception:
    """Return what `player` perceives when `actions` lead from the state `before` to the state `after`."""
    mine = player if before.current_player == SIMULTANEOUS else 0
    moved = before.current_player in (player, SIMULTANEOUS)
    own = (Perceived(before.action_to_string(player, actions[mine]), actions[mine]),) if moved else ()
    return own + beginning(after, player)
