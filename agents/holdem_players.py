"""Agents that play limit hold'em in a known style. They are ours: EgoSocialArena's are not public."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Annotated

from pydantic import Field

from agents.shared.decision import decision
from arena.seat.agent import PolicyAgent, Request
from games.cards import CARD_RANKS, poker_strength
from games.leduc import CALL, FOLD, RAISE
from games.limit_holdem import DECK

_STRAIGHTS_AND_FLUSHES = (4, 5, 8)
_Share = Annotated[float, Field(ge=0, le=1)]


class _HoldemPlayer(PolicyAgent):
    """A player who looks at its own cards and the board, and not at what the other has done."""

    answers_only = "limit-holdem"

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the probability of each legal move."""
        made = decision(request)
        if made.game.partition("?")[0] != "limit-holdem":
            raise ValueError(f"this agent plays only limit-holdem, not {made.game}")
        hand, board, *_ = (part.split() for part in made.information_state.split("|"))
        wishes = self.wishes(hand, board, set(made.moves.values()))
        return {move: wishes.get(action, 0.0) for move, action in made.moves.items()}

    @abstractmethod
    def wishes(self, hand: list[str], board: list[str], legal: set[int]) -> Mapping[int, float]:
        """Return the probabilities of actions."""


@dataclass
class HoldemRules(_HoldemPlayer):
    """Plays limit hold'em by rules on its own cards alone, which are those of rlcard's rule agent in outline.

    Before the flop it raises with a pair, an ace that is suited or beside a ten or higher, and two cards from
    ten to king; it folds the rest, or checks if that costs nothing. Later it raises with a pair of its own, a
    card that pairs one of the board, or a straight or flush, and otherwise it calls.
    """

    def wishes(self, hand: list[str], board: list[str], legal: set[int]) -> Mapping[int, float]:
        """Return certainty of one action."""
        if board:
            return {_possible(RAISE if _hits(hand, board) else CALL, legal): 1.0}
        return {_possible(RAISE if is_playable(hand) else FOLD, legal): 1.0}


@dataclass
class Aggressive(_HoldemPlayer):
    """Raises in limit hold'em as often as `raises` says, whatever its cards, and otherwise calls or checks.

    Args:
        raises: The probability that it raises where it may.
    """

    raises: _Share = 0.8

    def wishes(self, hand: list[str], board: list[str], legal: set[int]) -> Mapping[int, float]:
        """Return the probabilities of a raise and a call."""
        return {RAISE: self.raises, CALL: 1 - self.raises} if RAISE in legal else {CALL: 1.0}


@dataclass
class Conservative(_HoldemPlayer):
    """Folds weak cards in limit hold'em, and calls or checks with all others. It never raises.

    Its strength is the share of all hands of two cards that it beats or equals: before the flop by their
    higher card and pairs, and later by the best five with the board.

    Args:
        folds: The share of the weakest hands that it folds if there is a bet.
    """

    folds: _Share = 0.5

    def wishes(self, hand: list[str], board: list[str], legal: set[int]) -> Mapping[int, float]:
        """Return certainty of a fold or a call."""
        is_weak = quantile(tuple(hand), tuple(board)) < self.folds
        return {_possible(FOLD if is_weak else CALL, legal): 1.0}


def is_playable(hand: list[str]) -> bool:
    """Return whether a hand of two cards is one that `HoldemRules` raises with.

    >>> [is_playable(hand.split()) for hand in ("As 9s", "As 9d", "Kh Tc", "2c 2d")]
    [True, False, True, True]
    """
    ranks, suits = ({card[place] for card in hand} for place in (0, 1))
    if "A" in ranks and len(ranks) == 2:
        return len(suits) == 1 or not ranks.isdisjoint("TJQK")
    return len(ranks) == 1 or ranks <= set("TJQK")


@lru_cache(maxsize=4096)
def quantile(hand: tuple[str, ...], board: tuple[str, ...]) -> float:
    """Return the share of other hands of two cards that a hand beats, ties counting half, from 0 to 1.

    >>> quantile(("As", "Ad"), ()) > 0.99 > quantile(("3s", "2d"), ())
    True
    """
    left = [card for card in DECK if card not in {*hand, *board}]
    own = _worth(hand, board)
    others = [_worth(other, board) for other in combinations(left, 2)]
    return sum(0.5 if other == own else own > other for other in others) / len(others)


def _worth(hand: tuple[str, ...], board: tuple[str, ...]) -> tuple[object, ...]:
    if board:
        return poker_strength([*hand, *board])
    high, low = sorted((CARD_RANKS.index(card[0]) for card in hand), reverse=True)
    return (high == low, high, low)


def _hits(hand: list[str], board: list[str]) -> bool:
    """Return whether a hand is a pair, pairs one of the board, or makes a straight or flush with it."""
    ranks = {card[0] for card in board}
    if hand[0][0] == hand[1][0] or ranks & {card[0] for card in hand}:
        return True
    best = poker_strength([*hand, *board])
    is_of_board = len(board) == 5 and poker_strength(board) == best
    return best[0] in _STRAIGHTS_AND_FLUSHES and not is_of_board


def _possible(wish: int, legal: set[int]) -> int:
    """Return the wished action, or a call or check where it is not legal."""
    return wish if wish in legal else CALL
