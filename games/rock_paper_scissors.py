"""One round of rock-paper-scissors, the smallest game with simultaneous moves.

Moves and payoffs are those of OpenSpiel.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from games.base import SIMULTANEOUS, TERMINAL, Game, State, seat_name
from games.drawing import card, svg
from games.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = ("rock", "paper", "scissors")

RULES = """\
Rock-paper-scissors, two players, played once. Both players choose at the same time, neither seeing the \
other's choice; then both choices are shown.
A move is one word: "rock", "paper" or "scissors". Rock beats scissors, scissors beats paper, paper beats \
rock.
The winner gets 1 and the loser -1; the same choice twice is a draw and gives both 0."""


@dataclass(frozen=True)
class RockPaperScissors(Game):
    """Rock-paper-scissors, one round."""

    name = "rock-paper-scissors"
    num_players = 2
    rules = RULES
    vocabulary = Vocabulary(_WORDS)
    perfect_information = False
    zero_sum = True
    min_utility = -1.0
    max_game_length = 1

    def new_initial_state(self) -> RockPaperScissorsState:
        """Return the state before the choices."""
        return RockPaperScissorsState()


@dataclass(frozen=True, slots=True)
class RockPaperScissorsState(State):
    """The choices of both players, or () before they have chosen."""

    moves: tuple[int, ...] = ()

    @property
    def current_player(self) -> int:
        return TERMINAL if self.moves else SIMULTANEOUS

    @property
    def history(self) -> tuple[int, ...]:
        return self.moves

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        if player is None and not self.moves:
            raise ValueError("Both players move here, so legal_actions needs to know which player you mean.")
        return () if self.moves or player not in (0, 1) else (0, 1, 2)

    def child(self, action: int) -> NoReturn:
        raise self.refusal(action)

    def joint_child(self, actions: Sequence[int]) -> RockPaperScissorsState:
        moves = tuple(actions)
        if self.moves or len(moves) != 2 or not all(move in (0, 1, 2) for move in moves):
            raise self.joint_refusal(moves)
        return RockPaperScissorsState(moves)

    def returns(self) -> tuple[float, ...]:
        winner = self._winner()
        return (0.0, 0.0) if winner is None else ((1.0, -1.0) if winner == 0 else (-1.0, 1.0))

    def information_state(self, player: int) -> str:
        return " ".join(_WORDS[move] for move in self.moves)

    def observation(self, player: int) -> str:
        if not self.moves:
            return ""
        first, second = (f"{seat_name(p)} plays {_WORDS[move]}" for p, move in enumerate(self.moves))
        winner = self._winner()
        result = "It is a draw." if winner is None else f"{seat_name(winner)} wins."
        return f"{first}, {second}. {result}"

    def drawing(self, player: int) -> str:
        shown = [_WORDS[move] for move in self.moves] or ["", ""]
        cards = (
            card(20 + 110 * p, 8, word[:1].upper(), below=f"{seat_name(p)} {word}".strip())
            for p, word in enumerate(shown)
        )
        return svg(220, 120, *cards)

    def action_to_string(self, player: int, action: int) -> str:
        return _WORDS[action]

    def _winner(self) -> int | None:
        if not self.moves or self.moves[0] == self.moves[1]:
            return None
        return 0 if (self.moves[0] - self.moves[1]) % 3 == 1 else 1
