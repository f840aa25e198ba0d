"""Bundles of wood and gold, offers to exchange one for another, and how messages with offers are written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

KINDS = ("Wood", "Gold")
HELD = (10, 10)
"""How much of each kind each player holds at the start."""
MOST_THERE = 2 * HELD[0]
"""How much of a kind there is."""
VALUES = ((5, 15), (15, 5))
"""What one of each kind is worth to player_0 and to player_1."""

LEAVE, ACCEPT, DENY = 0, 1, 2
"""What a message says to the open offer."""
_ANSWERS = ("", "accept", "deny")

Bundle = tuple[int, int]
"""How much of each kind."""


class BundleOffer(NamedTuple):
    """An offer to give a bundle and to get another one."""

    give: Bundle
    ask: Bundle

    def __str__(self) -> str:
        return f"{bundle_text(self.give)} -> {bundle_text(self.ask)}"


class TradeMessage(NamedTuple):
    """What a message does: it answers the open offer, and then it may offer something itself."""

    answer: int = LEAVE
    offer: BundleOffer | None = None

    def __str__(self) -> str:
        said = [_ANSWERS[self.answer], f"offer {self.offer}" if self.offer else ""]
        return "; ".join(filter(None, said)) or "pass"

    def number(self, most: int) -> int:
        """Return the number of the action, where a bundle holds at most `most` of a kind."""
        sides = (most + 1) ** 2
        place = 0 if self.offer is None else 1 + _place(self.offer.give, most) * sides
        if self.offer is not None:
            place += _place(self.offer.ask, most)
        return self.answer * (1 + sides**2) + place


def message_of(number: int, most: int) -> TradeMessage:
    """Return the message that has a number."""
    sides = (most + 1) ** 2
    answer, place = divmod(number, 1 + sides**2)
    if place == 0:
        return TradeMessage(answer)
    give, ask = divmod(place - 1, sides)
    return TradeMessage(answer, BundleOffer(divmod(give, most + 1), divmod(ask, most + 1)))


@lru_cache(maxsize=64)
def numbers(answer: int, give: Bundle, ask: Bundle, most: int) -> tuple[int, ...]:
    """Return the numbers of all messages with an offer of up to `give` for up to `ask`, in order.

    Neither side of an offer is empty, and neither holds more than `most` of a kind.
    """
    sides = (most + 1) ** 2
    first = answer * (1 + sides**2) + 1
    asked = [_place(bundle, most) for bundle in _up_to(ask, most)]
    return tuple(
        first + _place(bundle, most) * sides + place for bundle in _up_to(give, most) for place in asked
    )


def bundle_text(bundle: Bundle) -> str:
    """Return how a bundle is written, such as "3 Wood, 1 Gold"."""
    return ", ".join(f"{count} {kind}" for count, kind in zip(bundle, KINDS, strict=True) if count)


def less(one: Bundle, other: Bundle) -> Bundle:
    """Return what is left of a bundle when another is taken from it."""
    return one[0] - other[0], one[1] - other[1]


def read_message(text: str) -> TradeMessage | None:
    """Return the message that a text writes; None if it writes none, or could mean several.

    ``[Accept]``, ``[Deny]`` and ``[Offer: 3 Wood, 1 Gold -> 2 Gold]`` are read as SPIRAL's players write
    them, and without brackets, in small letters, with "for" in place of the arrow.
    """
    lowered = " ".join(text.lower().replace("→", "->").split())
    offers = list(_OFFER.finditer(lowered))
    rest = _OFFER.sub(" ", lowered)
    words = set(re.findall(r"[^\W_]+", rest))
    if len(offers) > 1 or not words <= {*_SAID, *_BESIDE} or len(words & _SAID.keys()) > 1:
        return None
    answer = next((_SAID[word] for word in words if word in _SAID), None)
    offer = _offer(offers[0]) if offers else None
    if (offers and offer is None) or (offer is None and answer is None):
        return None
    return TradeMessage(answer or LEAVE, offer)


_SAID = {"accept": ACCEPT, "deny": DENY, "pass": LEAVE}
_BESIDE = ("and", "then", "i", "the", "offer")
_AMOUNTS = r"\d+ (?:wood|gold)s?(?:(?: ?,? and |, ?| ?\+ ?| )\d+ (?:wood|gold)s?)*"
_OFFER = re.compile(rf"\[?\boffer:? ({_AMOUNTS}) ?(?:->|for) ?({_AMOUNTS})\]?")
_AMOUNT = re.compile(r"(\d+) (wood|gold)")


def _offer(found: re.Match[str]) -> BundleOffer | None:
    give, ask = map(_bundle, found.groups())
    return BundleOffer(give, ask) if give and ask else None


def _bundle(text: str) -> Bundle | None:
    """Return the bundle that is written, or None if it names a kind twice or is empty."""
    named = [(kind, int(count[:9])) for count, kind in _AMOUNT.findall(text)]
    counts = dict(named)
    if len(counts) < len(named) or not any(counts.values()):
        return None
    return counts.get("wood", 0), counts.get("gold", 0)


def _place(bundle: Bundle, most: int) -> int:
    return bundle[0] * (most + 1) + bundle[1]


def _up_to(bundle: Bundle, most: int) -> list[Bundle]:
    wood, gold = (min(count, most) for count in bundle)
    return [(w, g) for w in range(wood + 1) for g in range(gold + 1) if w or g]
