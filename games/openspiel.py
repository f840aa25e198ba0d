"""Any OpenSpiel game as one of ours: `OpenSpielGame("liars_dice(numdice=1)")` (Lanctot et al. 2019).

A wrapped state never returns the OpenSpiel state inside, so nobody can change it. OpenSpiel's facts about the
game decide what players learn:

- If information is perfect, or only a simultaneous choice is hidden, every player reads every move and then
  the new board. The information state is the list of all moves.
- Otherwise a player reads its information state string whenever the string changes, because only the game
  knows which moves are public. A few games have no such string. There the player reads its observation
  string, and its information state is everything that it read and did.

At the end every player reads the result, which OpenSpiel's information states may leave out.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from games.base import CHANCE, SIMULTANEOUS, TERMINAL, Game, State, seat_name
from games.openspiel_loading import MissingOpenSpiel, load_game, pyspiel_module
from games.openspiel_rules import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "NOTHING_TO_CHOOSE",
    "MissingOpenSpiel",
    "OpenSpielGame",
    "OpenSpielState",
]

NOTHING_TO_CHOOSE = (0,)
"""The legal actions of a player who has none while others move at the same time. OpenSpiel ignores it."""


@dataclass(frozen=True)
class OpenSpielGame(Game):
    """The OpenSpiel game that `pyspiel.load_game(short_string)` loads.

    Args:
        short_string: The game as ``pyspiel.load_game`` knows it, such as ``liars_dice(numdice=1)``.

    Raises:
        MissingOpenSpiel: OpenSpiel is not installed.
        UnknownGame: OpenSpiel has no such game.
        ValueError: the game cannot be played here: its chance is only sampled, its players are a mean field,
            or it forgets what they know.
    """

    short_string: str

    def __post_init__(self) -> None:
        load_game(self.short_string)

    @property
    def name(self) -> str:
        return f"openspiel:{self.short_string}"

    @property
    def num_players(self) -> int:
        return int(self._spiel.num_players())

    @property
    def rules(self) -> str:
        kind = self._spiel.get_type()
        known = RULES.get(kind.short_name, "Play it by its usual rules.")
        low, high = self._spiel.min_utility(), self._spiel.max_utility()
        return (
            f"{kind.long_name} (OpenSpiel's {self.short_string}), {self.num_players} players, "
            f"player_0 to player_{self.num_players - 1}.\n{known}\n"
            f"Moves are written as OpenSpiel writes them. Endings pay each player from {low:g} to {high:g}."
        )

    @property
    def perfect_information(self) -> bool:
        return bool(
            self._spiel.get_type().information == pyspiel_module().GameType.Information.PERFECT_INFORMATION
        )

    @property
    def zero_sum(self) -> bool:
        return bool(self._spiel.get_type().utility == pyspiel_module().GameType.Utility.ZERO_SUM)

    @property
    def min_utility(self) -> float:
        return float(self._spiel.min_utility())

    @property
    def max_game_length(self) -> int | None:
        return int(self._spiel.max_game_length())

    def new_initial_state(self) -> OpenSpielState:
        """Return OpenSpiel's initial state."""
        return OpenSpielState(self, self._spiel.new_initial_state())

    @property
    def moves_are_public(self) -> bool:
        """Whether all players see every move."""
        kinds = pyspiel_module().GameType.Information
        return self._spiel.get_type().information in (kinds.PERFECT_INFORMATION, kinds.ONE_SHOT)

    @property
    def needs_memories(self) -> bool:
        """Whether something is hidden, and OpenSpiel has no information state string for the game."""
        return not (self.moves_are_public or self._spiel.get_type().provides_information_state_string)

    def shown(self, inside: Any, player: int) -> str:
        """Return what `player` reads about an OpenSpiel state."""
        if not (self.moves_are_public or self.needs_memories):
            text = inside.information_state_string(player)
        elif self._spiel.get_type().provides_observation_string:
            text = inside.observation_string(player)
        else:
            text = inside
        return str(text).strip("\n")

    @property
    def _spiel(self) -> Any:
        return load_game(self.short_string)


class OpenSpielState(State):
    """An OpenSpiel state that is never changed, the state before it, and the actions between them."""

    __slots__ = ("_actions", "_before", "_inside", "_memories", "game")

    game: OpenSpielGame
    _inside: Any
    _before: Any
    _actions: tuple[int, ...]
    _memories: tuple[tuple[str, ...], ...]

    def __init__(
        self,
        game: OpenSpielGame,
        inside: Any,
        before: OpenSpielState | None = None,
        actions: tuple[int, ...] = (),
    ) -> None:
        put = object.__setattr__
        put(self, "game", game)
        put(self, "_inside", inside)
        put(self, "_before", before and before._inside)
        put(self, "_actions", actions)
        if game.needs_memories:
            put(self, "_memories", tuple(self._remember(before, p) for p in range(game.num_players)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"A state cannot be changed, so {name!r} cannot be assigned.")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OpenSpielState):
            return NotImplemented
        return self.game == other.game and self.history == other.history

    def __hash__(self) -> int:
        return hash((self.game, self.history))

    def __reduce__(self) -> tuple[Any, ...]:
        return _replay, (self.game, self.history)

    def __str__(self) -> str:
        return str(self._inside)

    @property
    def history(self) -> tuple[int, ...]:
        """All actions so far, with those of chance. A joint move adds one action for each player."""
        return tuple(self._inside.history())

    @property
    def current_player(self) -> int:
        return TERMINAL if self._inside.is_terminal() else int(self._inside.current_player())

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        to_move = self.current_player
        if to_move == SIMULTANEOUS:
            if player is None:
                raise ValueError(
                    "All players move here, so legal_actions needs to know which player you mean."
                )
            return tuple(self._inside.legal_actions(player)) or NOTHING_TO_CHOOSE
        if to_move == TERMINAL or player not in (None, to_move):
            return ()
        return tuple(self._inside.legal_actions())

    def child(self, action: int) -> OpenSpielState:
        if self.current_player == SIMULTANEOUS or action not in self.legal_actions():
            raise self.refusal(action)
        return OpenSpielState(self.game, self._inside.child(action), self, (action,))

    def joint_child(self, actions: Sequence[int]) -> OpenSpielState:
        moves = tuple(actions)
        if self.current_player != SIMULTANEOUS or len(moves) != self.game.num_players:
            raise self.joint_refusal(moves)
        if any(action not in self.legal_actions(player) for player, action in enumerate(moves)):
            raise self.joint_refusal(moves)
        after = self._inside.clone()
        after.apply_actions(list(moves))
        return OpenSpielState(self.game, after, self, moves)

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        return tuple(self._inside.chance_outcomes()) if self.current_player == CHANCE else ()

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal:
            return (0.0,) * self.game.num_players
        return tuple(map(float, self._inside.returns()))

    def information_state(self, player: int) -> str:
        if self.game.moves_are_public:
            return ", ".join(map(str, self.history))
        if self.game.needs_memories:
            return repr(self._memories[player])
        known = str(self._inside.information_state_string(player))
        return f"{known}\n{self._result()}" if self.is_terminal else known

    def observation(self, player: int) -> str:
        if self.game.moves_are_public:
            news = [self._moves_text(), self.game.shown(self._inside, player)]
        else:
            now = self.game.shown(self._inside, player)
            is_old = self._before is not None and self.game.shown(self._before, player) == now
            news = ["" if is_old else now]
        if self.is_terminal:
            news.append(self._result())
        return "\n".join(filter(None, news))

    def action_to_string(self, player: int, action: int) -> str:
        return _written(self._inside, player, action)

    def _remember(self, before: OpenSpielState | None, player: int) -> tuple[str, ...]:
        """Return everything that `player` has read and done so far."""
        memory = before._memories[player] if before else ()
        if before and before.current_player in (player, SIMULTANEOUS):
            own = self._actions[player if len(self._actions) > 1 else 0]
            memory += (before.action_to_string(player, own),)
        news = self.observation(player)
        return (*memory, news) if news else memory

    def _moves_text(self) -> str:
        if self._before is None:
            return ""
        if self._before.is_simultaneous_node():
            moves = enumerate(self._actions)
            return ", ".join(f"{seat_name(p)} plays {_written(self._before, p, a)}" for p, a in moves) + "."
        mover, (action,) = self._before.current_player(), self._actions
        who = "Chance" if mover == CHANCE else seat_name(mover)
        return f"{who} plays {_written(self._before, mover, action)}."

    def _result(self) -> str:
        gains = ", ".join(f"{seat_name(player)} {gain:+g}" for player, gain in enumerate(self.returns()))
        return f"The game is over: {gains}."


def _written(inside: Any, player: int, action: int) -> str:
    if inside.is_simultaneous_node() and not inside.legal_actions(player):
        return "pass"
    return " ".join(str(inside.action_to_string(player, action)).split())


def _replay(game: OpenSpielGame, history: Sequence[int]) -> OpenSpielState:
    state = game.new_initial_state()
    remaining = tuple(history)
    while remaining:
        joint = state.current_player == SIMULTANEOUS
        count = game.num_players if joint else 1
        actions, remaining = remaining[:count], remaining[count:]
        state = state.joint_child(actions) if joint else state.child(actions[0])
    return state
