"""TicTacToe with OpenSpiel's numbers of the squares: 0 to 8, row by row from the top left.

The marks of each player are a set of squares, held as bits. So free squares and wins are looked up in tables
of 512 entries. A state remembers the order of the moves, and its `position` does not.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import chain

from games.base import TERMINAL, Game, State, seat_name
from games.drawing import ring, segment, svg, words
from games.vocabulary import Vocabulary

SQUARES = ("a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3")
LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
FULL = 0b111_111_111

FREE = tuple(tuple(square for square in range(9) if not marks >> square & 1) for marks in range(FULL + 1))
WINS = tuple(any(all(marks >> square & 1 for square in line) for line in LINES) for marks in range(FULL + 1))

RULES = """\
TicTacToe, two players on a board of three by three squares. player_0 marks x and moves first; \
player_1 marks o.
In turn, each marks one free square. Whoever first has three of their marks in a row (across, down or \
diagonally) wins; if all nine squares are marked and nobody has, it is a draw.
A move is the name of a square: its column (a, b, c from left to right), then its row (1, 2, 3 from top to \
bottom). So a1 is the top left square, c1 the top right, b2 the centre and c3 the bottom right.
The winner gets 1 and the loser -1; a draw gives both 0."""


_VOCABULARY = Vocabulary(
    ("TicTacToe", "board", "square", "mark", "x", "o", *SQUARES),
    instead=(
        (
            RULES[RULES.index("A move is") : RULES.index("The winner gets")],
            "A move is the name of a square. From left to right, the squares of the top row are a1, b1 and "
            "c1, those of the row below it a2, b2 and c2, and those of the bottom row a3, b3 and c3.\n",
        ),
        ("  a b c\n", ""),
    ),
)


@dataclass(frozen=True)
class TicTacToe(Game):
    """TicTacToe (noughts and crosses)."""

    name = "tictactoe"
    num_players = 2
    rules = RULES
    vocabulary = _VOCABULARY
    perfect_information = True
    zero_sum = True
    min_utility = -1.0
    max_game_length = 9

    def new_initial_state(self) -> TicTacToeState:
        """Return the state with the empty board."""
        return TicTacToeState()


@dataclass(frozen=True, slots=True)
class Position:
    """The board, from the view of the player who moves next, and facts about it. Each is computed once."""

    mine: int
    theirs: int
    current_player: int
    is_won: bool
    legal_actions: tuple[int, ...]


@cache
def position(mine: int, theirs: int) -> Position:
    """Return the position in which the player to move holds the squares `mine`, the other `theirs`."""
    free = FREE[mine | theirs]
    if WINS[theirs] or not free:
        return Position(mine, theirs, TERMINAL, WINS[theirs], ())
    return Position(mine, theirs, (9 - len(free)) % 2, False, free)


@dataclass(frozen=True, slots=True)
class TicTacToeState(State):
    """The moves, in order, and the position to which they led."""

    moves: tuple[int, ...] = ()
    position: Position = field(default=position(0, 0), compare=False, repr=False)

    @property
    def history(self) -> tuple[int, ...]:
        return self.moves

    @property
    def current_player(self) -> int:
        return self.position.current_player

    @property
    def is_terminal(self) -> bool:
        return self.position.current_player == TERMINAL

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        position = self.position
        return position.legal_actions if player is None or player == position.current_player else ()

    def child(self, action: int) -> TicTacToeState:
        before = self.position
        if action not in before.legal_actions:
            raise self.refusal(action)
        return TicTacToeState((*self.moves, action), position(before.theirs, before.mine | 1 << action))

    def returns(self) -> tuple[float, ...]:
        if not self.position.is_won:
            return (0.0, 0.0)
        return (1.0, -1.0) if len(self.moves) & 1 else (-1.0, 1.0)

    def information_state(self, player: int) -> str:
        return " ".join(SQUARES[square] for square in self.moves)

    def observation(self, player: int) -> str:
        news = [self.board()]
        if self.moves:
            news.insert(0, f"{seat_name(self._last_mover())} plays {SQUARES[self.moves[-1]]}.")
        if self.position.is_won:
            news.append(f"{seat_name(self._last_mover())} wins.")
        elif self.is_terminal:
            news.append("The game is a draw.")
        return "\n".join(news)

    def drawing(self, player: int) -> str:
        lines = [(segment(20, at, 170, at), segment(at, 20, at, 170)) for at in (70, 120)]
        names = [
            (words(45 + 50 * at, 14, "abc"[at], anchor="middle"), words(4, 50 + 50 * at, "123"[at]))
            for at in range(3)
        ]
        marks = (_mark("xo"[turn & 1], *divmod(square, 3)) for turn, square in enumerate(self.moves))
        return svg(190, 180, *chain.from_iterable(lines), *chain.from_iterable(names), *marks)

    def action_to_string(self, player: int, action: int) -> str:
        return SQUARES[action]

    def board(self) -> str:
        """The board as text, with the names of columns and rows."""
        marks = ["."] * 9
        for turn, square in enumerate(self.moves):
            marks[square] = "xo"[turn & 1]
        rows = (f"{row + 1} {' '.join(marks[3 * row : 3 * row + 3])}" for row in range(3))
        return "\n".join(("  a b c", *rows))

    def _last_mover(self) -> int:
        return 1 - len(self.moves) & 1


def _mark(mark: str, row: int, column: int) -> str:
    x, y = 45 + 50 * column, 45 + 50 * row
    if mark == "o":
        return ring(x, y, 15, width=3)
    return segment(x - 14, y - 14, x + 14, y + 14, width=3) + segment(x - 14, y + 14, x + 14, y - 14, width=3)
