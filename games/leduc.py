"""Leduc poker, numbered as in OpenSpiel (Southey et al., "Bayes' bluff: opponent modelling in poker", 2005).

There are six cards. Each player gets one private card, and one card is public. There are two rounds of limit
betting. Each round follows one small table, which says whose turn it is after each line of betting. The round
is over when no player is left to answer. A player can lose the ante of one chip and the raises that it has
answered, so the bets need not be recorded for the endings.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from games.base import CHANCE, TERMINAL, Game, State, seat_name
from games.drawing import card, svg, words
from games.vocabulary import Vocabulary

_CARDS = ("Js", "Jh", "Qs", "Qh", "Ks", "Kh")
RANKS, SUITS = ("Jack", "Queen", "King"), ("spades", "hearts")
_NAMES = tuple(f"{rank} of {suit} ({rank[0]}{suit[0]})" for rank in RANKS for suit in SUITS)

FOLD, CALL, RAISE = 0, 1, 2
RAISES = (2, 4)

# In one round, "f" is a fold, "c" a check or call, and "r" a bet or raise. This table says whose turn it is
# after each line.
_TURN = {"": 0, "c": 1, "r": 1, "cr": 0, "rr": 0, "crr": 1}
LEGAL = {
    "": (CALL, RAISE),
    "c": (CALL, RAISE),
    "r": (FOLD, CALL, RAISE),
    "cr": (FOLD, CALL, RAISE),
    "rr": (FOLD, CALL),
    "crr": (FOLD, CALL),
}
# These lines end a round with both players in the hand. All other ends are folds, which end the hand.
CLOSED = frozenset({"cc", "rc", "crc", "rrc", "crrc"})

RULES = """\
Leduc poker, two players, player_0 and player_1.
The deck has six cards: two Kings, two Queens and two Jacks, one of spades and one of hearts each. Suits \
do not matter. Each player puts one chip in the pot and is dealt one card, which only they see.
There are two rounds of betting; player_0 acts first in both. After the first round one public card is \
dealt, which both see.
When there is nothing to call, write "check" or "bet". When there is a bet, write "fold", "call" or \
"raise". A bet or a raise is 2 chips in the first round and 4 in the second, on top of what it takes to \
call; at most one bet and one raise are made in a round. A round ends when both have checked or a bet or \
raise is called.
Whoever folds loses what they have put in the pot, and no card is shown. After the second round the cards \
are shown: a card that pairs the public card wins; if nobody has a pair the higher card wins (King over \
Queen over Jack); equal cards share the pot.
The winner gains what the loser has put in the pot: from 1 to 13 chips. A shared pot gives both 0."""


_VOCABULARY = Vocabulary(
    (
        *("Leduc", "poker", "card", "deck", "deal dealt", "ante", "pot", "chip", "showdown", "pair"),
        *("check", "bet betting", "fold", "call", "raise raising"),
        *("Jack", "Queen", "King", "suit", "spade", "heart", *_CARDS),
    )
)


@dataclass(frozen=True)
class LeducPoker(Game):
    """Leduc poker for two players."""

    name = "leduc"
    num_players = 2
    rules = RULES
    vocabulary = _VOCABULARY
    perfect_information = False
    zero_sum = True
    min_utility = -13.0
    max_game_length = 8

    def new_initial_state(self) -> LeducState:
        """Return the state before the deal."""
        return LeducState()


@dataclass(frozen=True, slots=True)
class LeducState(State):
    """The cards dealt so far (player_0's, player_1's, public), and the line of betting in each round."""

    cards: tuple[int, ...] = ()
    lines: tuple[str, ...] = ("",)

    @property
    def current_player(self) -> int:
        if len(self.cards) < 2:
            return CHANCE
        line = self.lines[-1]
        if line in _TURN:
            return _TURN[line] if len(self.cards) > len(self.lines) else CHANCE
        return TERMINAL

    @property
    def history(self) -> tuple[int, ...]:
        first, *second = (tuple(map("fcr".index, line)) for line in self.lines)
        return (*self.cards[:2], *first, *self.cards[2:], *chain.from_iterable(second))

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        to_move = self.current_player
        if to_move == TERMINAL or player not in (None, to_move):
            return ()
        if to_move == CHANCE:
            return tuple(card for card in range(6) if card not in self.cards)
        return LEGAL[self.lines[-1]]

    def child(self, action: int) -> LeducState:
        if action not in self.legal_actions():
            raise self.refusal(action)
        if self.current_player == CHANCE:
            return LeducState((*self.cards, action), self.lines)
        *earlier, line = self.lines
        line += "fcr"[action]
        lines = (*earlier, line, "") if line in CLOSED and not earlier else (*earlier, line)
        return LeducState(self.cards, lines)

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        if self.current_player != CHANCE:
            return ()
        cards = self.legal_actions()
        return tuple((card, 1 / len(cards)) for card in cards)

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal or (winner := self._winner()) is None:
            return (0.0, 0.0)
        chips = float(self._at_stake())
        return (chips, -chips) if winner == 0 else (-chips, chips)

    def information_state(self, player: int) -> str:
        private = _CARDS[self.cards[player]] if len(self.cards) > player else ""
        public = [_CARDS[card] for card in self.cards[2:]]
        shown = ["shown", _CARDS[self.cards[1 - player]]] if self._showdown() else []
        return " ".join((f"{private}:{'/'.join(self.lines)}", *public, *shown))

    def observation(self, player: int) -> str:
        if self.lines == ("",):
            dealt = len(self.cards) == player + 1
            return f"Your card is the {_NAMES[self.cards[player]]}." if dealt else ""
        if self.lines[-1] == "" and len(self.cards) == 3:
            return f"The public card is the {_NAMES[self.cards[2]]}."
        line = self.lines[-1] or self.lines[-2]
        news = [f"{seat_name(_TURN[line[:-1]])} {_word(line[:-1], 'fcr'.index(line[-1]))}s."]
        if self._showdown():
            first, second = (f"{seat_name(p)} has the {_NAMES[self.cards[p]]}" for p in (0, 1))
            news.append(f"Showdown: {first}, {second}.")
        if self.is_terminal:
            winner, chips = self._winner(), self._at_stake()
            gain = f"wins {chips} chip{'s' * (chips > 1)}."
            news.append("They share the pot." if winner is None else f"{seat_name(winner)} {gain}")
        return " ".join(news)

    def drawing(self, player: int) -> str:
        if len(self.cards) <= player:
            return ""
        faces = [
            _CARDS[card] if p == player or self._showdown() else "" for p, card in enumerate(self.cards[:2])
        ]
        public = [card(230, 12, _CARDS[self.cards[2]], below="public")] if len(self.cards) > 2 else []
        cards = [card(20 + 100 * p, 12, face, below=seat_name(p)) for p, face in enumerate((*faces, "")[:2])]
        made = [
            ", ".join(_word(line[:at], "fcr".index(move)) for at, move in enumerate(line))
            for line in self.lines
        ]
        return svg(310, 150, *cards, *public, words(20, 138, "; ".join(filter(None, made))))

    def action_to_string(self, player: int, action: int) -> str:
        return f"deal {_CARDS[action]}" if self.current_player == CHANCE else _word(self.lines[-1], action)

    def _showdown(self) -> bool:
        return len(self.lines) == 2 and self.lines[1] in CLOSED

    def _at_stake(self) -> int:
        answered = (line.count("r") - line.endswith("f") for line in self.lines)
        return 1 + sum(size * count for size, count in zip(RAISES, answered, strict=False))

    def _winner(self) -> int | None:
        if not self._showdown():
            return 1 - _TURN[self.lines[-1][:-1]]
        first, second, public = (card // 2 for card in self.cards)
        strengths = (first + 3 * (first == public), second + 3 * (second == public))
        return None if first == second else int(strengths[1] > strengths[0])


def _word(line: str, action: int) -> str:
    facing_bet = "r" in line
    return ("fold", "call" if facing_bet else "check", "raise" if facing_bet else "bet")[action]
