"""The goods of Trade, and the offers to exchange some of one kind for some of another."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations, product
from typing import NamedTuple

Goods = tuple[int, ...]

GOODS_KINDS = ("Wheat", "Wood", "Sheep", "Brick", "Ore")
BASE_VALUES = (5, 10, 15, 25, 40)
FEWEST_HELD, MOST_HELD = 5, 25
"""The fewest and the most of a kind that a player may hold at the start."""
SPREAD = tuple(base // 5 for base in BASE_VALUES)
"""The most by which a player's value of each kind may lie above or below its base value."""

ACCEPT, DENY, PASS = 0, 1, 2
WORDS = ("accept", "deny", "pass")


class TradeOffer(NamedTuple):
    """An offer to give a number of one kind and to get a number of another.

    `give` and `ask` are the kinds, by their places in `GOODS_KINDS`; `given` and `asked` are the numbers.
    """

    given: int
    give: int
    asked: int
    ask: int

    def __str__(self) -> str:
        return f"{self.given} {GOODS_KINDS[self.give]} for {self.asked} {GOODS_KINDS[self.ask]}"

    def taken_from(self, giver: Goods, asker: Goods) -> tuple[Goods, Goods]:
        """Return what `giver`, who made the offer, and `asker` hold after the trade."""
        return _after(giver, self, 1), _after(asker, self, -1)


MOST_OFFERED = 30
"""The largest `most` that a game may have. The number of possible offers grows as the square of it."""


@lru_cache(maxsize=16)
def offers(most: int) -> dict[int, TradeOffer]:
    """Return every offer of up to `most` of a kind, by the number of its action."""
    amounts = range(1, most + 1)
    combined = product(permutations(range(len(GOODS_KINDS)), 2), amounts, amounts)
    return {
        number: TradeOffer(given, give, asked, ask)
        for number, ((give, ask), given, asked) in enumerate(combined, start=len(WORDS))
    }


@lru_cache(maxsize=16)
def texts(most: int) -> tuple[str, ...]:
    """Return how each action is written, in the order of their numbers."""
    return (*WORDS, *(f"offer {offer}" for offer in offers(most).values()))


def covers(giver: Goods, asker: Goods, offer: TradeOffer) -> bool:
    """Whether `giver`, who made the offer, and `asker` both hold what they would give."""
    return giver[offer.give] >= offer.given and asker[offer.ask] >= offer.asked


def _after(goods: Goods, offer: TradeOffer, sign: int) -> Goods:
    change = {offer.give: -sign * offer.given, offer.ask: sign * offer.asked}
    return tuple(count + change.get(kind, 0) for kind, count in enumerate(goods))
