"""Policies as plain mappings, and the information states that a complete policy covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from games.base import SIMULTANEOUS, Game, seat_name
from games.history import Perception, beginning, perceive, step
from games.theory.tree import HistoryCount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from games.base import State
    from games.theory.tree import Node

Policy = Mapping[str, Mapping[int, float]]
"""The probability of each action in each information state of one player. A missing action has 0."""

Profile = Sequence[Policy]
"""One policy for each player, in order."""


@dataclass(frozen=True, slots=True)
class DecisionPoint:
    """An information state in which `player` must choose, and one of the histories that lead there."""

    player: int
    information_state: str
    legal_actions: tuple[int, ...]
    state: State
    perception: Perception
    """Everything that the player has seen and done so far. It is the same for all histories that lead
    here."""


def information_states(game: Game) -> dict[tuple[int, str], DecisionPoint]:
    """Return every decision that a player may have to make, by player and information state.

    Raises:
        NotEnumerated: the game has too many histories, or is not to be enumerated.
    """
    met = HistoryCount(game)
    found: dict[tuple[int, str], DecisionPoint] = {}
    root = game.new_initial_state()
    players = range(game.num_players)
    pending = [(root, [beginning(root, player) for player in players])]
    while pending:
        state, perceptions = pending.pop()
        met.add()
        to_move = state.current_player
        for player in players if to_move == SIMULTANEOUS else (to_move,) if to_move >= 0 else ():
            key = state.information_state(player)
            if (player, key) not in found:
                actions = state.legal_actions(player)
                found[player, key] = DecisionPoint(player, key, actions, state, perceptions[player])
        for actions in reversed(list(_moves(state, game.num_players))):
            after = step(state, actions)
            pending.append(
                (after, [perceptions[p] + perceive(state, actions, after, p) for p in players]),
            )
    return found


def uniform(game: Game) -> tuple[Policy, ...]:
    """Return the profile in which all players choose every legal action with the same probability."""
    profile: tuple[dict[str, Mapping[int, float]], ...] = tuple({} for _ in range(game.num_players))
    for (player, key), point in information_states(game).items():
        share = 1 / len(point.legal_actions)
        profile[player][key] = dict.fromkeys(point.legal_actions, share)
    return profile


def probabilities(profile: Profile, node: Node) -> list[float]:
    """Return the probability that the player at `node` takes each of its actions, in order.

    Raises:
        ValueError: the policy has no entry for this information state, or its entry is not a distribution.
    """
    where = f"in the information state {node.information_state!r}"
    entry = profile[node.player].get(node.information_state)
    if entry is None:
        raise ValueError(f"The policy of {seat_name(node.player)} does not say what to do {where}.")
    chances = [entry.get(action, 0.0) for action in node.actions]
    if min(chances) < 0 or abs(sum(chances) - 1) > 1e-6:
        raise ValueError(
            f"The policy of {seat_name(node.player)} is not a distribution over actions {where}: {entry}."
        )
    return chances


def _moves(state: State, num_players: int) -> Iterator[tuple[int, ...]]:
    if state.current_player == SIMULTANEOUS:
        return product(*(state.legal_actions(player) for player in range(num_players)))
    return ((action,) for action in state.legal_actions())
