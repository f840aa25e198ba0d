"""Buyers and sellers by rule, for `protocols.Bargain`: they concede with time, some soon and some late.

The tactics are those that depend on time in Faratin, Sierra and Jennings 1998, "Negotiation decision
functions for autonomous agents": when the share t of its turns is over, a side has given up the share
t ** patience of what lies between what it asked first and the worst that it would take. It accepts an offer
that is no worse for it than what it would ask now and, in the last turn of all, any by which it does not
lose.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from agents.shared.prompt_fields import prompt_fields
from arena.seat.agent import Agent, Reply, Request


class StandingOffer(NamedTuple):
    """The other side's offer, for these items."""

    amount: float
    items: tuple[str, ...]


class BargainingPrompt(NamedTuple):
    """What `protocols.Bargain` tells programs in their turn; `worth` are the side's own values or costs."""

    side: str
    worth: Mapping[str, float]
    turn: int
    turns: int
    standing: StandingOffer | None
    choices: tuple[str, ...]


def talks(request: Request) -> BargainingPrompt:
    """Return the talks in which `request` asks for a turn.

    Raises:
        ValueError: if it asks for something else.
    """
    fields = prompt_fields(request, "turn", "haggles")
    standing = fields["standing"] and StandingOffer(
        fields["standing"]["amount"], tuple(fields["standing"]["items"])
    )
    side, worth, turn, turns = (fields[name] for name in ("side", "worth", "turn", "turns"))
    return BargainingPrompt(side, worth, turn, turns, standing, tuple(fields["choices"]))


Patience = Annotated[float, Field(gt=0, le=1_000)]


@dataclass
class Haggler(Agent):
    """Asks first for a price that is better for it than its own value, and ends at that.

    A buyer begins the share `margin` below what the things are worth to it, a seller so that its cost is that
    share below its price; both end at the price by which they gain nothing. A `patience` above 1 concedes
    late, below 1 soon; it is the inverse of the paper's beta.

    Args:
        margin: The share by which the first price is better for it than its own value.
        patience: How late it concedes: above 1 late, below 1 soon.
    """

    answers_only = "turn"

    margin: Annotated[float, Field(gt=0, lt=1)] = 0.4
    patience: Patience = 1.0

    async def reply(self, request: Request) -> Reply:
        """Offer, accept or, if there is nothing left to hope for, walk away."""
        now = talks(request)
        asked = self._price(now)
        standing = now.standing
        is_last = now.turn == now.turns
        if standing is not None:
            offered = _gain(now, standing.amount, standing.items)
            if offered >= (0 if is_last else _gain(now, asked, tuple(now.worth))):
                return _said(act="accept")
        if is_last and now.turn > 1:
            return _said(act="walk-away")
        items = {"items": now.choices} if now.choices else {}
        return _said(act="offer", amount=asked, **items)

    def _price(self, now: BargainingPrompt) -> float:
        """Return what the side asks for everything in this turn, in whole cents."""
        own = sum(now.worth.values())
        is_buyer = now.side == "buyer"
        first = own * (1 - self.margin) if is_buyer else own / (1 - self.margin)
        # Of the own turns, from 0: this one, and the last in which an offer can still be answered.
        turn, last = (now.turn - 1) // 2, max(1, (now.turns - 2) // 2)
        conceded = min(1.0, turn / last) ** self.patience
        price: float = round(first + (own - first) * conceded, 2)
        # Rounded to no price by which the side would lose.
        return max(0.0, min(price, own) if is_buyer else max(price, own))


@dataclass
class GreedyHaggler(Haggler):
    """Asks for much, and concedes only when the talks are nearly over."""

    margin: Annotated[float, Field(gt=0, lt=1)] = 0.6
    patience: Patience = 4.0


@dataclass
class FairHaggler(Haggler):
    """Asks for something near its own value, and meets the other side soon."""

    margin: Annotated[float, Field(gt=0, lt=1)] = 0.3
    patience: Patience = 0.5


def _gain(now: BargainingPrompt, amount: float, items: tuple[str, ...]) -> float:
    worth = sum(now.worth[item] for item in items)
    return worth - amount if now.side == "buyer" else amount - worth


def _said(**fields: Any) -> Reply:
    return Reply(json.dumps(fields))
