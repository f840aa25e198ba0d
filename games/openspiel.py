"""Any OpenSpiel game as one of ours: `OpenSpielGame("liars_dice(numdice=1)")` (Lanctot et al. 2019).

A wrapped state never returns the OpenSpiel state inside, so nobody can change it. OpenSpiel's facts about the
game decide what players learn:

- If information is perfect, or only a simultaneous choice is hidden, every player reads every move and then
  the new board. The information state is the list of all moves.
- Otherwise a player reads its information state string whenever the string changes, because only the game
  knows which moves are public. A few games have no such string. There the player reads its observation
  string, and its information state is everything that it read and did.

- Games of `games.openspiel_words` are told in words, and there too an information state is what was read and
done.

At the end every player reads the result, which OpenSpiel's information states may leave out.

OpenSpiel only samples the deal of `negotiation`. Here it is an event of chance with `DEALS` outcomes, each a
seed of OpenSpiel's generator, so that the deal is drawn from our seed.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from games.base import CHANCE, SIMULTANEOUS, TERMINAL, Game, State, seat_name
from games.openspiel_loading import MissingOpenSpiel, is_dealt_by_seed, load_game, pyspiel_module, seeded
from games.openspiel_rules import rules_in_words
from games.openspiel_words import GAMES_IN_WORDS, GameWords, move_in_words

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

DEALS = 1000
"""The number of deals of a game that OpenSpiel deals by a seed. Each is equally likely."""


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
        return rules_in_words(self._spiel, self.short_string)

    @property
    def words(self) -> GameWords | None:
        """What tells the game in words, or None if players read what OpenSpiel writes."""
        return GAMES_IN_WORDS.get(self._spiel.get_type().short_name)

    @property
    def is_dealt_by_seed(self) -> bool:
        """Whether the first event of chance is a seed of OpenSpiel's generator."""
        return is_dealt_by_seed(self._spiel)

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
        public = (kinds.PERFECT_INFORMATION, kinds.ONE_SHOT)
        return not self.words and self._spiel.get_type().information in public

    @property
    def needs_memories(self) -> bool:
        """Whether something is hidden, and OpenSpiel's information state string is missing or not shown."""
        if self.words:
            return True
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

    __slots__ = ("_actions", "_before", "_deal", "_inside", "_memories", "game")

    game: OpenSpielGame
    _inside: Any
    _before: Any
    _actions: tuple[int, ...]
    _deal: tuple[int, ...]
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
        put(self, "_deal", (before._deal or actions) if before and game.is_dealt_by_seed else ())
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
        return (*self._deal, *self._inside.history()[len(self._deal) :])

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
        if self._deals:
            return tuple(range(DEALS))
        return tuple(self._inside.legal_actions())

    def child(self, action: int) -> OpenSpielState:
        if self.current_player == SIMULTANEOUS or action not in self.legal_actions():
            raise self.refusal(action)
        after = seeded(self.game.short_string, action + 1) if self._deals else self._inside.child(action)
        return OpenSpielState(self.game, after, self, (action,))

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
        if self._deals:
            return tuple((deal, 1 / DEALS) for deal in range(DEALS))
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
        if words := self.game.words:
            news = [words.news(self._before, self._inside, self._actions, player)]
        elif self.game.moves_are_public:
            news = [self._moves_text(), self.game.shown(self._inside, player)]
        else:
            now = self.game.shown(self._inside, player)
            is_old = self._before is not None and self.game.shown(self._before, player) == now
            news = ["" if is_old else now]
        if self.is_terminal:
            news.append(self._result())
        return "\n".join(filter(None, news))

    def action_to_string(self, player: int, action: int) -> str:
        return f"deal {action}" if self._deals else move_in_words(self._inside, player, action)

    @property
    def _deals(self) -> bool:
        """Whether the seed of OpenSpiel's generator is to be drawn."""
        return self.game.is_dealt_by_seed and self.current_player == CHANCE

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
            return (
                ", ".join(f"{seat_name(p)} plays {move_in_words(self._before, p, a)}" for p, a in moves) + "."
            )
        mover, (action,) = self._before.current_player(), self._actions
        who = "Chance" if mover == CHANCE else seat_name(mover)
        return f"{who} plays {move_in_words(self._before, mover, action)}."

    def _result(self) -> str:
        gains = ", ".join(f"{seat_name(player)} {gain:+g}" for player, gain in enumerate(self.returns()))
        return f"The game is over: {gains}."


def _replay(game: OpenSpielGame, history: Sequence[int]) -> OpenSpielState:
    state = game.new_initial_state()
    remaining = tuple(history)
    while remaining:
        joint = state.current_player == SIMULTANEOUS
        count = game.num_players if joint else 1
        actions, remaining = remaining[:count], remaining[count:]
        state = state.joint_child(actions) if joint else state.child(actions[0])
    return state
