"""Limit Texas hold'em for two players, numbered as OpenSpiel's `universal_poker`.

The blinds are 1 and 2 chips, and bets are 2 chips before and on the flop and 4 on the turn and the river.
player_1 has the small blind and acts first before the flop; from the flop on player_0 does. That is the
standard order with the small blind at the button. rlcard, on which EgoSocialArena (Wang et al. 2024, arXiv
2410.06195) plays, lets the player after the last actor begin the flop; this is not copied.

A line of betting is written with "f" for a fold, "c" for a check or call and "r" for a bet or raise.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass, replace

from games.base import CHANCE, TERMINAL, Game, State, seat_name
from games.cards import CARD_RANKS, CARD_SUITS, cards_in_words, high_first, poker_strength, strength_in_words
from games.drawing import card, svg, words
from games.leduc import CALL, FOLD, RAISE
from games.limit_holdem_rules import RULES
from games.naming import full_name
from games.ranges import check_whole
from games.vocabulary import Vocabulary

BET_SIZES = (2, 2, 4, 4)
"""The chips of a bet or raise in each round."""
BLINDS = (2, 1)
"""The chips that each player has in the pot before the deal."""
DECK = tuple(rank + suit for rank in CARD_RANKS for suit in CARD_SUITS)
"""The cards by their numbers."""
MOST_RAISES = 20

_DEALT = (4, 7, 8, 9)  # the cards that are dealt before the betting of each round
_ROUNDS = ("flop", "turn", "river")
_UNITS = {"chips": 1, "big-blinds": 2}

_VOCABULARY = Vocabulary(
    (
        *("limit", "Texas", "hold", "em", "card", "deck", "deal dealt", "hand", "blind", "chip", "pot"),
        *("board", "flop", "turn", "river", "check", "bet betting", "fold", "call", "raise raising"),
        *("straight", "flush", "house", "pair", "Jack", "Queen", "King", "Ace", "suit", "club", "diamond"),
        *("heart", "spade", *DECK, "showdown"),
    )
)


@dataclass(frozen=True)
class LimitHoldem(Game):
    """Limit Texas hold'em for two players.

    Args:
        first_raises: The most raises before the flop; the big blind counts as the bet. rlcard allows 4.
        raises: The most bets and raises in each later round.
        fold: When a player may fold: ``facing`` a bet, or ``always`` as in rlcard.
        unit: What a return counts: ``chips``, or ``big-blinds`` of 2 chips as in rlcard.
    """

    first_raises: int = 3
    raises: int = 4
    fold: str = "facing"
    unit: str = "chips"

    vocabulary = _VOCABULARY
    num_players = 2
    perfect_information = False
    zero_sum = True

    def __post_init__(self) -> None:
        for parameter in ("first_raises", "raises"):
            check_whole(f"In limit hold'em, {parameter}", getattr(self, parameter), MOST_RAISES)
        if self.fold not in ("facing", "always"):
            raise ValueError(f"In limit hold'em, fold must be 'facing' or 'always', not {self.fold!r}.")
        if self.unit not in _UNITS:
            raise ValueError(f"In limit hold'em, unit must be 'chips' or 'big-blinds', not {self.unit!r}.")

    @property
    def name(self) -> str:
        return full_name("limit-holdem", self)

    @property
    def max_game_length(self) -> int:
        return sum(self.most_raises(number) + 2 for number in range(4))

    @property
    def most_chips(self) -> int:
        """The most chips that a player can put into the pot."""
        return BLINDS[0] + sum(size * self.most_raises(number) for number, size in enumerate(BET_SIZES))

    @property
    def min_utility(self) -> float:
        return -self.most_chips / self.chips_per_unit

    @property
    def chips_per_unit(self) -> int:
        """How many chips a return of 1 stands for."""
        return _UNITS[self.unit]

    @property
    def rules(self) -> str:
        return RULES.format(
            first=self.first_raises,
            later=self.raises,
            most=self.most_chips,
            folding=" A player may fold at any time." if self.fold == "always" else "",
            unit="" if self.unit == "chips" else " What is paid is counted in big blinds of 2 chips.",
        )

    def most_raises(self, number: int) -> int:
        """Return how many raises the betting round of this number, from 0, may have."""
        return self.raises if number else self.first_raises

    def new_initial_state(self) -> LimitHoldemState:
        """Return the state before the deal."""
        return LimitHoldemState(self)


@dataclass(frozen=True, slots=True)
class LimitHoldemState(State):
    """The cards so far (two of player_0, two of player_1, and the board) and each round's line of betting."""

    game: LimitHoldem
    cards: tuple[int, ...] = ()
    lines: tuple[str, ...] = ("",)

    @property
    def current_player(self) -> int:
        number, line = len(self.lines) - 1, self.lines[-1]
        if line.endswith("f") or (number == 3 and is_closed(line)):
            return TERMINAL
        if len(self.cards) < _DEALT[number]:
            return CHANCE
        return mover(number, len(line))

    @property
    def history(self) -> tuple[int, ...]:
        actions: list[int] = []
        for start, end, line in zip((0, *_DEALT), _DEALT, self.lines, strict=False):
            actions += (*self.cards[start:end], *map("fcr".index, line))
        return tuple(actions)

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        to_move = self.current_player
        if to_move == TERMINAL or player not in (None, to_move):
            return ()
        if to_move == CHANCE:
            return tuple(card for card in range(52) if card not in self.cards)
        number, line = len(self.lines) - 1, self.lines[-1]
        can_fold = faces_bet(number, line) or self.game.fold == "always"
        can_raise = line.count("r") < self.game.most_raises(number)
        return (FOLD,) * can_fold + (CALL,) + (RAISE,) * can_raise

    def child(self, action: int) -> LimitHoldemState:
        if action not in self.legal_actions():
            raise self.refusal(action)
        if self.current_player == CHANCE:
            return replace(self, cards=(*self.cards, action))
        *earlier, line = self.lines
        line += "fcr"[action]
        goes_on = is_closed(line) and len(earlier) < 3
        return replace(self, lines=(*earlier, line, "") if goes_on else (*earlier, line))

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        if self.current_player != CHANCE:
            return ()
        left = 52 - len(self.cards)
        return tuple((card, 1 / left) for card in self.legal_actions())

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal or (winner := self._winner()) is None:
            return (0.0, 0.0)
        gain = self.chips_in(1 - winner) / self.game.chips_per_unit
        return (gain, -gain) if winner == 0 else (-gain, gain)

    def information_state(self, player: int) -> str:
        known = " ".join(self.hand(player)) if len(self.cards) >= 2 * player + 2 else ""
        others = [" ".join(self.hand(1 - player))] if self._is_shown() else []
        return "|".join((known, " ".join(self.board), "/".join(self.lines), *others))

    def observation(self, player: int) -> str:
        news = []
        if self.lines == ("",):
            dealt = len(self.cards) == 2 * player + 2
            return f"Your cards are {cards_in_words(self.hand(player))}." if dealt else ""
        if not self.lines[-1] and len(self.cards) > _DEALT[len(self.lines) - 2]:
            return self._new_board()
        number = len(self.lines) - 1 if self.lines[-1] else len(self.lines) - 2
        line = self.lines[number]
        actor, word = mover(number, len(line) - 1), _word(number, line[:-1], "fcr".index(line[-1]))
        news.append(f"{seat_name(actor)} {word}s.")
        if is_closed(line):
            news.append(f"The pot is {2 * self.chips_in(0)} chips.")
        if self._is_shown():
            news.append(f"Showdown: {'; '.join(map(self._shown, (0, 1)))}.")
        if self.is_terminal:
            news.append(self._ending())
        return " ".join(news)

    def drawing(self, player: int) -> str:
        if len(self.cards) < 2 * player + 2:
            return ""
        shown = self._is_shown()
        hands = [self.hand(p) if p == player or shown else ["", ""] for p in (0, 1)]
        cards = [
            card(20 + 200 * p + 70 * at, 12, face, below=seat_name(p))
            for p, hand in enumerate(hands)
            for at, face in enumerate(hand)
        ]
        board = [card(20 + 70 * at, 140, face) for at, face in enumerate(self.board)]
        lines = [
            ", ".join(_word(number, line[:at], "fcr".index(move)) for at, move in enumerate(line))
            for number, line in enumerate(self.lines)
        ]
        told = [words(20, 270 + 20 * at, line) for at, line in enumerate(filter(None, lines))]
        return svg(400, 350, *cards, *board, *told)

    def action_to_string(self, player: int, action: int) -> str:
        if self.current_player == CHANCE:
            return f"deal {DECK[action]}"
        return _word(len(self.lines) - 1, self.lines[-1], action)

    def hand(self, player: int) -> list[str]:
        """Return the two cards of a player, the higher first."""
        return high_first(DECK[card] for card in self.cards[2 * player : 2 * player + 2])

    @property
    def board(self) -> list[str]:
        """The cards on the board, the flop with its highest first; none of the flop before all of it is
        dealt.
        """
        flop, later = self.cards[4:7], self.cards[7:]
        return [*high_first(DECK[card] for card in flop), *(DECK[card] for card in later)] * (len(flop) == 3)

    def chips_in(self, player: int) -> int:
        """Return the chips that a player has put into the pot."""
        chips = list(BLINDS)
        for number, line in enumerate(self.lines):
            for place, letter in enumerate(line):
                if letter != "f":
                    chips[mover(number, place)] = max(chips) + BET_SIZES[number] * (letter == "r")
        return chips[player]

    def _is_shown(self) -> bool:
        return len(self.lines) == 4 and is_closed(self.lines[3])

    def _winner(self) -> int | None:
        if not self._is_shown():
            return 1 - mover(len(self.lines) - 1, len(self.lines[-1]) - 1)
        first, second = (poker_strength([*self.hand(player), *self.board]) for player in (0, 1))
        return None if first == second else int(second > first)

    def _new_board(self) -> str:
        dealt, number = len(self.cards), len(self.lines) - 2
        if dealt < _DEALT[number + 1]:
            return ""
        if number == 0:
            return f"The flop is {cards_in_words(self.board)}."
        new = cards_in_words(self.board[-1:])
        return f"The {_ROUNDS[number]} is {new}. The board is {' '.join(self.board)}."

    def _shown(self, player: int) -> str:
        hand = self.hand(player)
        kind = strength_in_words(poker_strength([*hand, *self.board]))
        return f"{seat_name(player)} has {cards_in_words(hand)}: {kind}"

    def _ending(self) -> str:
        winner = self._winner()
        if winner is None:
            return "They share the pot."
        chips = self.chips_in(1 - winner)
        return f"{seat_name(winner)} wins {chips} chip{'s' * (chips != 1)}."


def mover(number: int, place: int) -> int:
    """Return who acts at a place of the line of a betting round, both counted from 0."""
    return (place + (number == 0)) % 2


def faces_bet(number: int, line: str) -> bool:
    """Return whether the player to act has a bet to call: after a raise, or as the small blind at first."""
    return line.endswith("r") or (number == 0 and not line)


def is_closed(line: str) -> bool:
    """Return whether a line ends its round with both players in the hand."""
    return len(line) >= 2 and line.endswith("c")


def _word(number: int, line: str, action: int) -> str:
    is_raise = number == 0 or "r" in line
    return ("fold", "call" if faces_bet(number, line) else "check", "raise" if is_raise else "bet")[action]
