"""Any game under other names: the same rules and the same tree, in words that nobody has read before.

What a model has read about Kuhn poker or noughts and crosses does not help it to play a game whose cards,
moves and words are invented. So the difference between the plain and the disguised game shows what a player
recalls and what it works out (compare the counterfactual tasks of Wu et al., "Reasoning or reciting?", 2024).

A game says by its `vocabulary` which words are replaced. Numbers and the names of the seats stay as they are.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from games.base import CHANCE, Game, State, UnknownGame
from games.loading import load
from games.repeated import Repeated
from games.vocabulary import Disguise, disguise

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def disguised(game: str, seed: int = 0) -> Game:
    """Return the game named `game` under invented names.

    The seed decides the words: other seeds give other words.

    Args:
        game: The game that is disguised. A repeated game has disguised hands.
        seed: Decides the words.
    """
    if not isinstance(game, str):
        raise UnknownGame(f"There is no game {game!r} to disguise; write it as disguised:kuhn?seed=7.")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ValueError(f"The seed of a disguise must be a whole number, not {seed!r}.")
    named = unquote(game)
    plain = load(named)
    if isinstance(plain, Repeated):
        return _hands_of(plain, seed)
    return Disguised(plain, seed, "" if plain.name == named else named)


def _hands_of(plain: Repeated, seed: int) -> Repeated:
    hand = plain.game
    inner = _hands_of(hand, seed) if isinstance(hand, Repeated) else Disguised(hand, seed, plain.place)
    return replace(plain, game=inner, place="")


@dataclass(frozen=True)
class Disguised(Game):
    """A game whose words are replaced.

    Args:
        game: The plain game.
        seed: Decides the words.
        called: How the plain game is loaded, if its name does not load it, as for a game in a file.

    Raises:
        ValueError: the game offers no vocabulary, or is disguised already.
    """

    game: Game
    seed: int = 0
    called: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.game, Disguised):
            raise ValueError(
                f"The game {self.game.name!r} is disguised already; give it another seed instead."
            )
        if self.game.vocabulary is None:
            raise ValueError(
                f"The game {self.game.name!r} cannot be disguised, because it does not say by which words it "
                "speaks: give its Game class a property vocabulary that returns games.Vocabulary(words)."
            )

    @property
    def disguise(self) -> Disguise:
        """The words in place of those of the game."""
        assert self.game.vocabulary is not None
        return disguise(self.game.vocabulary, self.seed)

    @property
    def name(self) -> str:
        return f"disguised:{quote(self.called or self.game.name, safe=':')}?seed={self.seed}"

    @property
    def num_players(self) -> int:
        return self.game.num_players

    @property
    def rules(self) -> str:
        return self.disguise.said(self.game.rules)

    @property
    def perfect_information(self) -> bool:
        return self.game.perfect_information

    @property
    def zero_sum(self) -> bool:
        return self.game.zero_sum

    @property
    def unsolved(self) -> str:
        return self.game.unsolved

    @property
    def min_utility(self) -> float:
        return self.game.min_utility

    @property
    def max_game_length(self) -> int | None:
        return self.game.max_game_length

    def new_initial_state(self) -> DisguisedState:
        """Return the initial state of the game, disguised."""
        return DisguisedState(self, self.game.new_initial_state())


@dataclass(frozen=True, slots=True)
class DisguisedState(State):
    """A state of the plain game, which tells what it tells in other words."""

    game: Disguised
    plain: State

    @property
    def current_player(self) -> int:
        return self.plain.current_player

    @property
    def history(self) -> tuple[int, ...]:
        return self.plain.history

    @property
    def position(self) -> Hashable:
        return self.plain.position

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        return self.plain.legal_actions(player)

    def child(self, action: int) -> DisguisedState:
        if self.current_player < CHANCE or action not in self.legal_actions():
            raise self.refusal(action)
        return DisguisedState(self.game, self.plain.child(action))

    def joint_child(self, actions: Sequence[int]) -> DisguisedState:
        moves = tuple(actions)
        players = range(self.game.num_players)
        is_legal = len(moves) == len(players) and all(
            move in self.plain.legal_actions(player) for player, move in zip(players, moves, strict=True)
        )
        if not is_legal:
            raise self.joint_refusal(moves)
        return DisguisedState(self.game, self.plain.joint_child(moves))

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        return self.plain.chance_outcomes()

    def returns(self) -> tuple[float, ...]:
        return self.plain.returns()

    def information_state(self, player: int) -> str:
        """Return a digest of the plain game's key, which would name its cards and moves."""
        key = self.plain.information_state(player)
        return blake2b(f"{self.game.seed}\n{key}".encode(), digest_size=12).hexdigest()

    def observation(self, player: int) -> str:
        return self.game.disguise.said(self.plain.observation(player))

    def action_to_string(self, player: int, action: int) -> str:
        return self.game.disguise.said(self.plain.action_to_string(player, action))

    @property
    def reads_moves(self) -> bool:
        return self.plain.reads_moves

    def action_named(self, player: int, text: str) -> int | None:
        """Return the action that a disguised text means. A text in the plain game's own words means none."""
        meant = self.game.disguise.meant(text)
        return (
            None
            if meant == text and self.game.disguise.said(text) != text
            else self.plain.action_named(player, meant)
        )

    def legal_in_words(self, player: int) -> str:
        return self.game.disguise.said(self.plain.legal_in_words(player))
