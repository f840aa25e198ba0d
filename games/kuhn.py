"""Kuhn poker: the smallest poker with bluffing (H. W. Kuhn, "A simplified two-person poker", 1950).

There are three cards, and each player gets one. Both pay an ante of one chip, and one bet of one chip is
possible. Three tables are the whole game: whose turn it is after each line of betting, how the two actions
are called there, and how many chips each ending moves. Cards, actions and the order of chance are
OpenSpiel's, with one addition. A showdown shows the cards, so information states at the end of a hand hold
them, too. `games.kuhn_spiral` has the five rounds with which SPIRAL trains, which are another game.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from games.base import CHANCE, TERMINAL, Game, State, seat_name
from games.drawing import card, svg, words
from games.vocabulary import Vocabulary

_CARDS = ("Jack (J)", "Queen (Q)", "King (K)")
LETTERS = "JQK"

PASS, BET = 0, 1

# A line of betting is written as OpenSpiel writes it: "p" for a pass (check or fold), "b" for a bet or call.
_TURN = {"": 0, "p": 1, "b": 1, "pb": 0}
_WORDS = {"": ("check", "bet"), "p": ("check", "bet"), "b": ("fold", "call"), "pb": ("fold", "call")}
CHIPS = {"pp": 1, "bp": 1, "pbp": 1, "bb": 2, "pbb": 2}
FOLDED = {"bp": 1, "pbp": 0}

RULES = """\
Kuhn poker, two players, player_0 and player_1.
The deck has three cards: King (K) beats Queen (Q), and Queen beats Jack (J). Each player puts one chip in \
the pot and is dealt one card, which only they see. The third card stays hidden.
player_0 acts first and writes "check" or "bet"; a bet adds one chip to the pot.
After a check, player_1 writes "check" or "bet". After a bet, the other player writes "fold", or "call", \
which adds one chip to the pot.
If both check, or a bet is called, the cards are shown and the higher card wins the pot. Whoever folds loses \
the pot and no card is shown.
So the loser pays the winner 1 chip when both check or someone folds, and 2 chips when a bet is called."""


_VOCABULARY = Vocabulary(
    (
        *("Kuhn", "poker", "card", "deck", "deal dealt", "ante", "pot", "chip", "showdown"),
        *("check", "bet betting", "fold", "call", "Jack", "Queen", "King", *LETTERS),
    )
)


@dataclass(frozen=True)
class KuhnPoker(Game):
    """Kuhn poker for two players."""

    name = "kuhn"
    num_players = 2
    rules = RULES
    vocabulary = _VOCABULARY
    perfect_information = False
    zero_sum = True
    min_utility = -2.0
    max_game_length = 3

    def new_initial_state(self) -> KuhnState:
        """Return the state before the deal."""
        return undealt()


@dataclass(frozen=True, slots=True)
class KuhnState(State):
    """The cards dealt so far (player_0's first) and the line of betting.

    If bets do not count, every ending moves one chip (`games.kuhn_spiral`). The whole tree has only 58
    histories, so every state holds its children and its answers ready-made.
    """

    cards: tuple[int, ...] = ()
    line: str = ""
    counts_bets: bool = True
    current_player: int = field(default=CHANCE, init=False, repr=False, compare=False)
    _outcomes: tuple[tuple[int, float], ...] = field(default=(), init=False, repr=False, compare=False)
    _children: dict[int, KuhnState] = field(init=False, repr=False, compare=False)
    _legal: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _news: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _known: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        children: dict[int, KuhnState] = {}
        if len(self.cards) < 2:
            left = (card for card in range(3) if card not in self.cards)
            children = {card: KuhnState((*self.cards, card), "", self.counts_bets) for card in left}
            object.__setattr__(self, "_outcomes", tuple((card, 1 / len(children)) for card in children))
        else:
            object.__setattr__(self, "current_player", _TURN.get(self.line, TERMINAL))
            if self.line in _TURN:
                children = {
                    action: KuhnState(self.cards, self.line + "pb"[action], self.counts_bets)
                    for action in (PASS, BET)
                }
        object.__setattr__(self, "_children", children)
        object.__setattr__(self, "_legal", tuple(children))
        object.__setattr__(self, "_news", tuple(map(self._observed, range(2))))
        object.__setattr__(self, "_known", tuple(map(self._knowledge, range(2))))

    def __reduce__(self) -> tuple[type[KuhnState], tuple[tuple[int, ...], str, bool]]:
        return KuhnState, (self.cards, self.line, self.counts_bets)

    @property
    def history(self) -> tuple[int, ...]:
        return (*self.cards, *map("pb".index, self.line))

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        return self._legal if player is None or player == self.current_player else ()

    def child(self, action: int) -> KuhnState:
        child = self._children.get(action)
        if child is None:
            raise self.refusal(action)
        return child

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        return self._outcomes

    def returns(self) -> tuple[float, ...]:
        if self.line not in CHIPS:
            return (0.0, 0.0)
        chips = float(self._chips())
        return (chips, -chips) if self._winner() == 0 else (-chips, chips)

    def information_state(self, player: int) -> str:
        return self._known[player]

    def observation(self, player: int) -> str:
        return self._news[player]

    def _knowledge(self, player: int) -> str:
        if len(self.cards) <= player:
            return ""
        shown = "/" + LETTERS[self.cards[1 - player]] if self._showdown() else ""
        return LETTERS[self.cards[player]] + self.line + shown

    def _observed(self, player: int) -> str:
        if not self.line:
            return f"Your card is the {_CARDS[self.cards[player]]}." if len(self.cards) == player + 1 else ""
        before = self.line[:-1]
        news = [f"{seat_name(_TURN[before])} {_WORDS[before]['pb'.index(self.line[-1])]}s."]
        if self._showdown():
            first, second = (f"{seat_name(p)} has the {_CARDS[card]}" for p, card in enumerate(self.cards))
            news.append(f"Showdown: {first}, {second}.")
        if self.line in CHIPS:
            chips = self._chips()
            news.append(f"{seat_name(self._winner())} wins {chips} chip{'s' * (chips > 1)}.")
        return " ".join(news)

    def drawing(self, player: int) -> str:
        if len(self.cards) <= player:
            return ""
        faces = [
            LETTERS[card] if p == player or self._showdown() else "" for p, card in enumerate(self.cards)
        ]
        cards = [card(20 + 110 * p, 12, face, below=seat_name(p)) for p, face in enumerate((*faces, "")[:2])]
        made = (_WORDS[self.line[:at]]["pb".index(move)] for at, move in enumerate(self.line))
        return svg(220, 150, *cards, words(110, 138, ", ".join(made), anchor="middle"))

    def action_to_string(self, player: int, action: int) -> str:
        if self.current_player == CHANCE:
            return f"deal {LETTERS[action]}"
        return _WORDS[self.line][action]

    def _chips(self) -> int:
        return CHIPS[self.line] if self.counts_bets else 1

    def _showdown(self) -> bool:
        return self.line in CHIPS and self.line not in FOLDED

    def _winner(self) -> int:
        if self.line in FOLDED:
            return 1 - FOLDED[self.line]
        return int(self.cards[1] > self.cards[0])


@cache
def undealt(*, counts_bets: bool = True) -> KuhnState:
    """Return the state before the deal. Its children are made once."""
    return KuhnState(counts_bets=counts_bets)
