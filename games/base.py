"""The interface of a game, in OpenSpiel's words: a `Game` holds the static facts, a `State` one history.

A state is never changed: `child` (or `joint_child`, where players move at once) gives the next one. Chance is
a player whose moves carry probabilities, so whoever plays the game brings the random generator.

What players learn is told twice, for two kinds of reader. `information_state(player)` is a compact key with
perfect recall: everything the player has seen and done so far. `observation(player)` is prose, and only the
news: what the *last* transition showed this player, or "" if it showed nothing. Read in order, with the
player's own moves between them, a player's observations say exactly as much as its information state.
`games.conformance.check_game` verifies this, and the rest of the contract, for any game.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

CHANCE = -1
"""`current_player` where a random event comes next."""
SIMULTANEOUS = -2
"""`current_player` where all players choose at once."""
TERMINAL = -4
"""`current_player` when the game is over."""


class IllegalAction(ValueError):
    """An action that the rules do not allow in this state."""


class UnknownGame(LookupError):
    """No game of that name."""


def seat_name(player: int) -> str:
    """The name of a player in everything that people and models read: `player_0`, `player_1`, ..."""
    return f"player_{player}"


class Game(ABC):
    """The facts that hold for every playing of a game. Instances are immutable, hashable and picklable."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """The name by which `games.load` finds this very game, parameters included."""

    @property
    @abstractmethod
    def num_players(self) -> int:
        """How many players there are, chance not counted."""

    @property
    @abstractmethod
    def rules(self) -> str:
        """The rules for a person or a model: how it is played, how moves are written, what endings pay."""

    @property
    @abstractmethod
    def perfect_information(self) -> bool:
        """Whether every player always knows everything that has happened."""

    @property
    @abstractmethod
    def zero_sum(self) -> bool:
        """Whether the returns of every ending sum to zero."""

    @property
    @abstractmethod
    def max_game_length(self) -> int | None:
        """The most decisions a game can take (joint ones counted once, chance not at all), or None."""

    @property
    @abstractmethod
    def min_utility(self) -> float:
        """The least that any ending pays a player."""

    @abstractmethod
    def new_initial_state(self) -> State:
        """The state before anything has happened."""


class State(ABC):
    """One history of a game: immutable, hashable, picklable, equal to any state with the same history."""

    __slots__ = ()

    @property
    @abstractmethod
    def current_player(self) -> int:
        """Who moves next: a player's number, or `CHANCE`, `SIMULTANEOUS` or `TERMINAL`."""

    @property
    def is_terminal(self) -> bool:
        """Whether the game is over."""
        return self.current_player == TERMINAL

    @abstractmethod
    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        """What `player` (by default whoever is to move, chance included) may do, ascending.

        A player who is not to move has no legal actions. Where all move at once, say which player.
        """

    @abstractmethod
    def child(self, action: int) -> State:
        """The state after `action` by the player to move, or by chance.

        Raises:
            IllegalAction: the action is not legal, the game is over, or players move at once here.
        """

    def joint_child(self, actions: Sequence[int]) -> State:
        """The state after everyone's simultaneous `actions`, one for each player in order.

        Raises:
            IllegalAction: an action is not legal, or players do not move at once here.
        """
        raise self.joint_refusal(actions)

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        """What chance may do and how likely each is; () unless chance is to move."""
        return ()

    @abstractmethod
    def returns(self) -> tuple[float, ...]:
        """What each player gets in the end; zeros until then."""

    @abstractmethod
    def information_state(self, player: int) -> str:
        """Everything `player` has seen and done, as a key: equal where the player cannot tell apart."""

    @abstractmethod
    def observation(self, player: int) -> str:
        """What the last transition showed `player`, in words; "" if nothing."""

    @abstractmethod
    def action_to_string(self, player: int, action: int) -> str:
        """How `player` writes `action` here: one line, unlike every other legal action's."""

    def legal_in_words(self, player: int) -> str:
        """What `player` may do here where that is too much to list; "" where legal actions can be listed.

        It says no more than the player's information state does.
        """
        return ""

    @property
    @abstractmethod
    def history(self) -> tuple[int, ...]:
        """All actions so far in order, chance's too; of a joint move one for each player."""

    @property
    def stage(self) -> State:
        """The state of the game being played now: of the present hand, where a game is played repeatedly."""
        return self

    @property
    def position(self) -> Hashable:
        """All that the rest of the game depends on: equal positions, equal futures. By default, the state."""
        return self

    def refusal(self, action: int) -> IllegalAction:
        """The error, in one sentence, for an `action` that cannot be taken with `child` here."""
        player = self.current_player
        if player == TERMINAL:
            return IllegalAction(f"The game is over, so action {action} cannot be taken.")
        if player == SIMULTANEOUS:
            return IllegalAction(f"All players move at once here: use joint_child, not child({action}).")
        if player == CHANCE:
            possible = ", ".join(map(str, self.legal_actions()))
            return IllegalAction(f"Chance cannot do {action} here; it can do: {possible}.")
        return self._not_legal(player, action)

    def joint_refusal(self, actions: Sequence[int]) -> IllegalAction:
        """The error, in one sentence, for `actions` that cannot be taken with `joint_child` here."""
        if self.current_player != SIMULTANEOUS:
            return IllegalAction(f"Players do not move at once here, so {tuple(actions)} cannot be played.")
        for player, action in enumerate(actions):
            if action not in self.legal_actions(player):
                return self._not_legal(player, action)
        return IllegalAction(f"joint_child needs one action for each player, not {tuple(actions)}.")

    def _not_legal(self, player: int, action: int) -> IllegalAction:
        legal = ", ".join(f"{a} ({self.action_to_string(player, a)})" for a in self.legal_actions(player))
        return IllegalAction(f"Action {action} is not legal for {seat_name(player)} here; legal: {legal}.")
