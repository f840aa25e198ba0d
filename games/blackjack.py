"""Blackjack for one player against the dealer, numbered and paid as in OpenSpiel and rlcard.

The player hits or stands, and nothing else. The dealer's second card lies open. The dealer stands on every
17, a soft one too. A player over 21 has lost at once. Two cards that make 21 earn no more than others.
EgoSocialArena (Wang et al. 2024, arXiv 2410.06195) plays by these rules. Cards are numbered by suit (clubs,
diamonds, hearts, spades) and then by rank, the ace first.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from games.base import CHANCE, TERMINAL, Game, State, seat_name
from games.cards import card_in_words
from games.drawing import card, svg
from games.naming import full_name
from games.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

HIT, STAND = 0, 1
MOST_DECKS = 8
CARDS = tuple(rank + suit for suit in "cdhs" for rank in "A23456789TJQK")
"""The cards by their numbers."""
_MOVES = ("hit", "stand")

_VOCABULARY = Vocabulary(
    (
        *("blackjack", "card", "deck", "deal dealt", "hand", "hit", "stand", "doubling", "splitting"),
        *("insurance", "surrender", "Jack", "Queen", "King", "Ace", "suit", "club", "diamond", "heart"),
        *("spade", *CARDS),
    )
)


@dataclass(frozen=True)
class Blackjack(Game):
    """Blackjack for one player.

    Args:
        decks: How many decks of 52 cards are shuffled together, at most 8. With 0 no card that was dealt is
            missing: every card is always equally likely.
    """

    decks: int = 1

    vocabulary = _VOCABULARY
    num_players = 1
    perfect_information = False
    zero_sum = False
    min_utility = -1.0

    def __post_init__(self) -> None:
        is_whole = isinstance(self.decks, int) and not isinstance(self.decks, bool)
        if not is_whole or not 0 <= self.decks <= MOST_DECKS:
            raise ValueError(
                f"In blackjack, decks must be a whole number from 0 to {MOST_DECKS}, not {self.decks!r}."
            )

    @property
    def name(self) -> str:
        return full_name("blackjack", self)

    @property
    def max_game_length(self) -> int:
        """The decisions of a player who is dealt the lowest cards and always hits."""
        total, decisions = 2, 0
        while total <= 21:
            decisions += 1
            cards = decisions + 2
            total += min(10, 1 + (cards - 1) // (4 * self.decks)) if self.decks else 1
        return decisions

    @property
    def rules(self) -> str:
        deck = {0: "an endless deck, in which every card is always equally likely", 1: "one deck of 52 cards"}
        dealt = deck.get(self.decks, f"{self.decks} decks of 52 cards that are shuffled together")
        return (
            f"Blackjack, one player, player_0, against the dealer, who follows fixed rules. Cards come from "
            f"{dealt}.\n"
            "A card from 2 to 10 counts its number. A Jack, Queen or King counts 10. An Ace counts 11, or 1 "
            "if the hand would be over 21 otherwise. Suits do not matter.\n"
            "player_0 and the dealer are dealt two cards each. player_0 sees its own cards and the second "
            "card of "
            'the dealer. It writes "hit" to get one more card, as often as it likes, or "stand" to stop. '
            "Nothing "
            "else is allowed: no doubling, splitting, insurance or surrender.\n"
            "If player_0 is over 21, it loses at once, and the dealer draws nothing. When it stands, the "
            "dealer shows the first card and draws until its hand counts 17 or more. The dealer stands on "
            "every 17.\n"
            "The higher count wins, and a dealer over 21 loses. A win pays 1, a loss -1, and equal counts "
            "pay 0. A 21 of two cards pays no more than any other win."
        )

    def new_initial_state(self) -> BlackjackState:
        """Return the state before the deal."""
        return BlackjackState(self)


@dataclass(frozen=True, slots=True)
class BlackjackState(State):
    """The cards of the player and of the dealer, and the player's last move if it still has an effect.

    The dealer's first card is the hidden one. `move` is `HIT` while the card is not dealt, and `STAND` from
    the move on.
    """

    game: Blackjack
    mine: tuple[int, ...] = ()
    dealers: tuple[int, ...] = ()
    move: int | None = None

    @property
    def current_player(self) -> int:
        if len(self.dealers) < 2 or self.move == HIT:
            return CHANCE
        if self.move == STAND:
            return CHANCE if count(self.dealers) < 17 else TERMINAL
        return TERMINAL if count(self.mine) > 21 else 0

    @property
    def history(self) -> tuple[int, ...]:
        hits = chain.from_iterable((HIT, card) for card in self.mine[2:])
        move = () if self.move is None else (self.move,)
        return (*self.mine[:2], *self.dealers[:2], *hits, *move, *self.dealers[2:])

    @property
    def position(self) -> tuple[object, ...]:
        """The values of the cards. Their order counts only for the dealer's first two."""
        mine, drawn = (tuple(sorted(map(_value, cards))) for cards in (self.mine, self.dealers[2:]))
        return self.game, mine, tuple(map(_value, self.dealers[:2])), drawn, self.move

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        to_move = self.current_player
        if to_move == TERMINAL or player not in (None, to_move):
            return ()
        if to_move != CHANCE:
            return (HIT, STAND)
        dealt = Counter((*self.mine, *self.dealers))
        return tuple(card for card in range(52) if not self.game.decks or dealt[card] < self.game.decks)

    def child(self, action: int) -> BlackjackState:
        if action not in self.legal_actions():
            raise self.refusal(action)
        if self.current_player != CHANCE:
            return replace(self, move=action)
        if len(self.mine) < 2 or self.move == HIT:
            return replace(self, mine=(*self.mine, action), move=None)
        return replace(self, dealers=(*self.dealers, action))

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        if self.current_player != CHANCE:
            return ()
        decks = self.game.decks
        if not decks:
            return tuple((card, 1 / 52) for card in range(52))
        dealt = Counter((*self.mine, *self.dealers))
        left = 52 * decks - dealt.total()
        return tuple((card, (decks - dealt[card]) / left) for card in self.legal_actions())

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal:
            return (0.0,)
        own, dealers = count(self.mine), count(self.dealers)
        if own > 21:
            return (-1.0,)
        return (1.0,) if dealers > 21 else (float((own > dealers) - (own < dealers)),)

    def information_state(self, player: int) -> str:
        own = " ".join(CARDS[card] for card in self.mine)
        shown = self.dealers if self.move == STAND else self.dealers[1:]
        move = "" if self.move is None else _MOVES[self.move]
        return f"{own}|{' '.join(CARDS[card] for card in shown)}|{move}"

    def observation(self, player: int) -> str:
        news = []
        if len(self.dealers) < 2:
            if self.mine and not self.dealers:
                news = [f"You are dealt the {card_in_words(CARDS[self.mine[-1]])}."]
        elif self.move is None:
            if len(self.mine) == 2:
                news = [f"The dealer has a hidden card and the {card_in_words(CARDS[self.dealers[1]])}."]
            else:
                news = [f"You are dealt the {card_in_words(CARDS[self.mine[-1]])}."]
            news.append(f"Your cards count {count(self.mine)}{' (soft)' * is_soft(self.mine)}.")
        elif self.move == STAND:
            drawn = self.dealers[2:]
            shown = card_in_words(CARDS[drawn[-1] if drawn else self.dealers[0]])
            what = "draws the" if drawn else "shows the hidden card, the"
            news = [f"The dealer {what} {shown}. The dealer's cards count {count(self.dealers)}."]
        if self.is_terminal:
            news.append(self._ending())
        return " ".join(news)

    def drawing(self, player: int) -> str:
        if len(self.dealers) < 2:
            return ""
        dealers = [CARDS[one] if at or self.move == STAND else "" for at, one in enumerate(self.dealers)]
        own = [
            card(20 + 70 * at, 12, CARDS[one], below=seat_name(player)) for at, one in enumerate(self.mine)
        ]
        theirs = [card(20 + 70 * at, 140, face, below="dealer") for at, face in enumerate(dealers)]
        return svg(40 + 70 * max(2, len(own), len(theirs)), 270, *own, *theirs)

    def action_to_string(self, player: int, action: int) -> str:
        return f"deal {CARDS[action]}" if self.current_player == CHANCE else _MOVES[action]

    def _ending(self) -> str:
        (gain,) = self.returns()
        result = {1: "You win.", 0: "It is a tie.", -1: "You lose."}[int(gain)]
        if count(self.mine) > 21:
            return f"That is over 21. {result}"
        return f"The dealer is over 21. {result}" if count(self.dealers) > 21 else result


def count(cards: Iterable[int]) -> int:
    """Return what cards count: an ace 11 unless the hand is over 21 with it.

    >>> count([0, 12]), count([0, 12, 13]), count([0, 8, 13])
    (21, 12, 21)
    """
    values = list(map(_value, cards))
    low = sum(values)
    return low + 10 if 1 in values and low <= 11 else low


def is_soft(cards: Iterable[int]) -> bool:
    """Return whether an ace counts 11 in a hand, so that no card can bring it over 21."""
    values = list(map(_value, cards))
    return 1 in values and sum(values) <= 11


def _value(card: int) -> int:
    return min(10, card % 13 + 1)
