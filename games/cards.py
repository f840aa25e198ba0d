"""Playing cards in words, and what poker hands are worth.

A card is written as its rank and suit: "As" is the ace of spades and "Th" the ten of hearts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CARD_RANKS = "23456789TJQKA"
"""The letters of the ranks, the lowest first."""
CARD_SUITS = "cdhs"
"""The letters of the suits."""

_NAMES = ("2", "3", "4", "5", "6", "7", "8", "9", "10", "Jack", "Queen", "King", "Ace")
_SUIT_NAMES = {"c": "clubs", "d": "diamonds", "h": "hearts", "s": "spades"}
_WHEEL = (3, 2, 1, 0, 12)  # 5, 4, 3, 2 and the ace, which is low here

Strength = tuple[int, tuple[int, ...]]
"""A poker hand's kind, from 0 (high card) to 8 (straight flush), and the ranks that decide between two of
it."""


def card_in_words(card: str) -> str:
    """Return a card's name with its letters.

    >>> card_in_words("As"), card_in_words("Th")
    ('Ace of spades (As)', '10 of hearts (Th)')
    """
    return f"{_NAMES[CARD_RANKS.index(card[0])]} of {_SUIT_NAMES[card[1]]} ({card})"


def cards_in_words(cards: Iterable[str]) -> str:
    """Return the names of cards in a sentence.

    >>> cards_in_words(["As", "Td"])
    'the Ace of spades (As) and the 10 of diamonds (Td)'
    """
    *others, last = (f"the {card_in_words(card)}" for card in cards)
    return f"{', '.join(others)} and {last}" if others else last


def high_first(cards: Iterable[str]) -> list[str]:
    """Return cards by rank, the highest first, and cards of one rank by suit.

    >>> high_first(["2s", "Ad", "2c"])
    ['Ad', '2c', '2s']
    """
    return sorted(cards, key=lambda card: (-CARD_RANKS.index(card[0]), card[1]))


def poker_strength(cards: Sequence[str]) -> Strength:
    """Return what the best five of five to seven cards are worth. The larger value wins.

    >>> poker_strength(["As", "2d", "3h", "4c", "5s", "Kd", "Kh"])
    (4, (3,))
    """
    ranks = [CARD_RANKS.index(card[0]) for card in cards]
    of_suit = Counter(card[1] for card in cards)
    suit, count = of_suit.most_common(1)[0]
    flush = sorted((r for r, card in zip(ranks, cards, strict=True) if card[1] == suit), reverse=True)
    if count >= 5 and (top := _straight(flush)) is not None:
        return 8, (top,)
    groups = sorted(Counter(ranks).items(), key=lambda group: (group[1], group[0]), reverse=True)
    (first, most), (second, next_most) = groups[0], groups[1] if len(groups) > 1 else (-1, 0)
    singles = sorted(set(ranks), reverse=True)
    if most == 4:
        return 7, (first, next(r for r in singles if r != first))
    if most == 3 and next_most >= 2:
        return 6, (first, second)
    if count >= 5:
        return 5, tuple(flush[:5])
    if (top := _straight(singles)) is not None:
        return 4, (top,)
    kickers = [r for r in singles if r != first]
    if most == 3:
        return 3, (first, *kickers[:2])
    if most == 2 and next_most == 2:
        return 2, (first, second, next(r for r in kickers if r != second))
    return (1, (first, *kickers[:3])) if most == 2 else (0, tuple(singles[:5]))


def strength_in_words(value: Strength) -> str:
    """Return the kind of a poker hand with the ranks that make it.

    >>> strength_in_words(poker_strength(["As", "Ad", "3h", "3c", "5s", "9d", "Jh"]))
    'two pairs, Aces and 3s'
    """
    kind, ranks = value
    first, *others = (_NAMES[rank] for rank in ranks)
    match kind:
        case 8:
            return "a royal flush" if first == "Ace" else f"a straight flush, {first} high"
        case 7:
            return f"four of a kind, {_plural(first)}"
        case 6:
            return f"a full house, {_plural(first)} over {_plural(others[0])}"
        case 5:
            return f"a flush, {first} high"
        case 4:
            return f"a straight, {first} high"
        case 3:
            return f"three of a kind, {_plural(first)}"
        case 2:
            return f"two pairs, {_plural(first)} and {_plural(others[0])}"
        case 1:
            return f"a pair of {_plural(first)}"
    return f"{first} high"


def _straight(ranks: Sequence[int]) -> int | None:
    """Return the highest rank of a straight among distinct ranks, or None."""
    there = set(ranks)
    for top in range(12, 3, -1):
        if there.issuperset(range(top - 4, top + 1)):
            return top
    return _WHEEL[0] if there.issuperset(_WHEEL) else None


def _plural(name: str) -> str:
    return f"{name}s"
