"""The interface of a game, with OpenSpiel's names: a `Game` holds the static facts, a `State` one history.

A state is never changed. `child` returns the next state, and so does `joint_child` where players move at the
same time. Chance is a player whose moves have probabilities, so the program that plays the game brings the
random generator.

What players learn has two forms, for two kinds of reader. `information_state(player)` is a compact key with
perfect recall. It stands for everything that the player has seen and done so far. `observation(player)` is
prose, and holds only the news: what the *last* transition showed this player, or "" if it showed nothing. A
player's observations in order, with its own moves between them, say exactly as much as its information state.
`games.conformance.check_game` verifies this, and the rest of the contract, for any game.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from games.vocabulary import Vocabulary

CHANCE = -1
"""`current_player` when a random event comes next."""
SIMULTANEOUS = -2
"""`current_player` when all players choose at the same time."""
TERMINAL = -4
"""`current_player` when the game is over."""


class IllegalAction(ValueError):
    """An action that the rules do not allow in this state."""


class UnknownGame(LookupError):
    """There is no game of this name."""


def seat_name(player: int) -> str:
    """Return the name of a player in all texts for people and models: `player_0`, `player_1`, ..."""
    return f"player_{player}"


class Game(ABC):
    """The facts that are the same each time a game is played.

    Instances are immutable, hashable and picklable.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """The name from which `games.load` makes an equal game, with its parameters."""

    @property
    @abstractmethod
    def num_players(self) -> int:
        """The number of players, without chance."""

    @property
    @abstractmethod
    def rules(self) -> str:
        """The rules for a person or a model: how to play, how to write moves, and what endings pay."""

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
        """The most decisions that a game can take, or None.

        A joint decision counts once, and chance does not.
        """

    @property
    @abstractmethod
    def min_utility(self) -> float:
        """The least that an ending can pay a player."""

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The words by which the game speaks, which a disguise replaces; None if it cannot be disguised."""
        return None

    @property
    def unsolved(self) -> str:
        """Why nothing that game theory says of the game is wanted, in one sentence; "" for most games."""
        return ""

    @abstractmethod
    def new_initial_state(self) -> State:
        """Return the state before anything has happened."""


class State(ABC):
    """One history of a game.

    States are immutable, hashable and picklable, and equal if their histories are.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def current_player(self) -> int:
        """The number of the player who moves next, or `CHANCE`, `SIMULTANEOUS` or `TERMINAL`."""

    @property
    def is_terminal(self) -> bool:
        """Whether the game is over."""
        return self.current_player == TERMINAL

    @abstractmethod
    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        """Return the actions that `player` may take, in ascending order.

        The default is the player who is to move, or chance. A player who is not to move has no legal actions.
        Where all move at the same time, `player` must be given.
        """

    @abstractmethod
    def child(self, action: int) -> State:
        """Return the state after `action` by the player to move, or by chance.

        Raises:
            IllegalAction: the action is not legal, the game is over, or players move at the same time here.
        """

    def joint_child(self, actions: Sequence[int]) -> State:
        """Return the state after the simultaneous `actions` of all players, one for each in order.

        Raises:
            IllegalAction: an action is not legal, or players do not move at the same time here.
        """
        raise self.joint_refusal(actions)

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        """Return the actions of chance with their probabilities; () if chance is not to move."""
        return ()

    @abstractmethod
    def returns(self) -> tuple[float, ...]:
        """Return what each player gets at the end; zeros before the end."""

    @abstractmethod
    def information_state(self, player: int) -> str:
        """Return a key for everything that `player` has seen and done.

        The keys of two states are equal exactly if the player cannot tell the states apart.
        """

    @abstractmethod
    def observation(self, player: int) -> str:
        """Return what the last transition showed `player`, in words; "" if it showed nothing."""

    @abstractmethod
    def action_to_string(self, player: int, action: int) -> str:
        """Return how `player` writes `action` here: one line that no other legal action has."""

    def legal_in_words(self, player: int) -> str:
        """Return what `player` may do, in words, if there are too many legal actions to list; "" if not.

        The words say no more than the player's information state does.
        """
        return ""

    def drawing(self, player: int) -> str:
        """Return what `player` may see of the state, as the text of one ``svg`` element; "" for no drawing.

        The drawing says no more than the player's information state does. `games.drawing` helps to make one.
        """
        return ""

    @property
    def reads_moves(self) -> bool:
        """Whether moves are read by `action_named` alone, because there are too many to go through."""
        return False

    def action_named(self, player: int, text: str) -> int | None:
        """Return the legal action of `player` that a text means; None if it means none, or several.

        The default compares the text with what `action_to_string` writes. A game that can be written in more
        than one way reads all of them.
        """
        legal = self.legal_actions(player)
        return next((action for action in legal if self.action_to_string(player, action) == text), None)

    @property
    @abstractmethod
    def history(self) -> tuple[int, ...]:
        """All actions so far, in order, with those of chance.

        A joint move adds one action for each player.
        """

    @property
    def stage(self) -> State:
        """The state of the game that is played now.

        In a repeated game, this is the state of the present hand.
        """
        return self

    def stage_player(self, player: int) -> int:
        """Return the number that `player` has in `stage`, which differs if the first seat goes round."""
        return player

    @property
    def position(self) -> Hashable:
        """All that the rest of the game depends on. The default is the state.

        States with equal positions have equal futures.
        """
        return self

    def refusal(self, action: int) -> IllegalAction:
        """Return the error, in one sentence, for an `action` that `child` does not allow here."""
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
        """Return the error, in one sentence, for `actions` that `joint_child` does not allow here."""
        if self.current_player != SIMULTANEOUS:
            return IllegalAction(f"Players do not move at once here, so {tuple(actions)} cannot be played.")
        for player, action in enumerate(actions):
            if action not in self.legal_actions(player):
                return self._not_legal(player, action)
        return IllegalAction(f"joint_child needs one action for each player, not {tuple(actions)}.")

    def _not_legal(self, player: int, action: int) -> IllegalAction:
        legal = ", ".join(f"{a} ({self.action_to_string(player, a)})" for a in self.legal_actions(player))
        return IllegalAction(f"Action {action} is not legal for {seat_name(player)} here; legal: {legal}.")
