"""Buyers and sellers that follow a rule, for `protocols.Bargain`. They concede with time, early or late.

They use the time-dependent tactics of Faratin, Sierra and Jennings 1998, "Negotiation decision functions for
autonomous agents". When the share t of a side's turns is over, its price has moved by the share t ** patience
of the way from its first price to the worst price that it accepts. A side accepts an offer that is at least
as good for it as the price that it would ask now. In the last turn of all, it accepts any offer by which it
does not lose.
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
    """The offer that the other side has made, and the items that it is for."""

    amount: float
    items: tuple[str, ...]


class BargainingPrompt(NamedTuple):
    """The fields that `protocols.Bargain` sends to programs; `worth` holds the side's own values or costs."""

    side: str
    worth: Mapping[str, float]
    turn: int
    turns: int
    standing: StandingOffer | None
    choices: tuple[str, ...]


def talks(request: Request) -> BargainingPrompt:
    """Return the state of the bargaining in which `request` asks for a turn.

    Raises:
        ValueError: if the request asks for something else.
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
    """Asks first for a price that is better for it than its own value, and concedes until it gains nothing.

    The first price of a buyer is the share `margin` below the value of the things to it. The first price of a
    seller is so high that its cost is the share `margin` below the price. `patience` is the inverse of the
    paper's beta.

    Args:
        margin: The share by which the first price is better for the agent than its own value.
        patience: How late the agent concedes: above 1 late, below 1 early.
    """

    answers_only = "turn"

    margin: Annotated[float, Field(gt=0, lt=1)] = 0.4
    patience: Patience = 1.0

    async def reply(self, request: Request) -> Reply:
        """Make an offer, accept one or, if no deal can be expected any more, walk away."""
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
        """Return the price that the side asks for all things in this turn, in whole cents."""
        own = sum(now.worth.values())
        is_buyer = now.side == "buyer"
        first = own * (1 - self.margin) if is_buyer else own / (1 - self.margin)
        # The numbers, from 0, of the side's present turn and of its last turn whose offer can be answered.
        turn, last = (now.turn - 1) // 2, max(1, (now.turns - 2) // 2)
        conceded = min(1.0, turn / last) ** self.patience
        price: float = round(first + (own - first) * conceded, 2)
        # The rounding must not give a price at which the side would lose.
        return max(0.0, min(price, own) if is_buyer else max(price, own))


@dataclass
class GreedyHaggler(Haggler):
    """Asks for much, and concedes only when the bargaining is nearly over."""

    margin: Annotated[float, Field(gt=0, lt=1)] = 0.6
    patience: Patience = 4.0


@dataclass
class FairHaggler(Haggler):
    """Asks for a price near its own value, and concedes early."""

    margin: Annotated[float, Field(gt=0, lt=1)] = 0.3
    patience: Patience = 0.5


def _gain(now: BargainingPrompt, amount: float, items: tuple[str, ...]) -> float:
    worth = sum(now.worth[item] for item in items)
    return worth - amount if now.side == "buyer" else amount - worth


def _said(**fields: Any) -> Reply:
    return Reply(json.dumps(fields))
