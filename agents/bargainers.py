"""Scripted bargainers for the games of negotiation: `trade`, `bargaining` and `ultimatum`.

They judge a deal by its worth to themselves and by an estimate of its worth to the other player. The estimate
is made from the public base values in `trade`, and from the mean of the values that the other player may have
in `bargaining`. The prompt's fields tell them which game is played and the information state, which is JSON
in these games.
"""

from __future__ import annotations

import json
import math
import operator
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import Field

import games
from agents.shared.decision import GameDecision, decision
from arena.seat.agent import PolicyAgent, Request
from games import bargaining, trade
from games.bargaining import Things


class Deal(NamedTuple):
    """The worth of a possible agreement to a player, and an estimate of its worth to the other player."""

    own: float
    other: float

    @property
    def share(self) -> float:
        """The player's part of what both get, from 0 to 1. It is 0 if the player gets nothing."""
        return 0.0 if self.own <= 0 else self.own / (self.own + max(0.0, self.other))


Proposal = tuple[str, Deal]
"""The text of a proposal, and the deal that it proposes."""


class BargainingTable(NamedTuple):
    """The choices of a player who is to move.

    `proposals` are the deals that it may propose, by their texts, and `standing` is the one that it may
    accept. `refuse` is what it writes to do neither. `left` is the part of all turns that comes after this
    one, from 1 to 0. `half` is half of the most that any deal is worth to it. It is infinite between rivals,
    because each of them counts only the lead that a deal gives it over the other.
    """

    proposals: Mapping[str, Deal]
    standing: Deal | None
    refuse: str
    left: float
    half: float = math.inf


class Bargainer(PolicyAgent):
    """An agent that prefers some deals to others."""

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return probability 1 for the move that the bargainer makes."""
        return {self.move(decision(request)): 1.0}

    def move(self, made: GameDecision) -> str:
        """Return the bargainer's acceptance, a proposal that is worth something to it, or a refusal.

        Raises:
            ValueError: if the game is not one of negotiation.
        """
        kind = made.game.partition("?")[0]
        if kind not in READERS:
            raise ValueError(f"this agent plays {', '.join(READERS)}, not {made.game}")
        table = READERS[kind](made)
        if table.standing and self.accepts(table.standing, table):
            return "accept"
        worthwhile = [(written, deal) for written, deal in table.proposals.items() if min(deal) > 0]
        return self.proposes(worthwhile, table) or table.refuse

    @abstractmethod
    def accepts(self, deal: Deal, table: BargainingTable) -> bool:
        """Return whether the bargainer takes the standing deal."""

    @abstractmethod
    def proposes(self, deals: list[Proposal], table: BargainingTable) -> str | None:
        """Return the deal that the bargainer proposes, or None.

        Each of `deals` is worth something to both.
        """


@dataclass
class Greedy(Bargainer):
    """Asks for the share `most` of what both would get, and concedes slowly until half at the last turn.

    In its last turn it accepts anything that is better than nothing. Between rivals it does not.

    Args:
        most: The share of what both would get that it asks for first.
    """

    most: Annotated[float, Field(gt=0.5, lt=1)] = 0.95

    def accepts(self, deal: Deal, table: BargainingTable) -> bool:
        """Return whether the deal gives at least the share that the bargainer now asks for."""
        is_the_last_chance = table.left == 0 and table.half < math.inf and deal.own > 0
        return is_the_last_chance or deal.share >= self._aim(table)

    def proposes(self, deals: list[Proposal], table: BargainingTable) -> str | None:
        """Return the best deal for the bargainer that leaves the other player the share it now concedes."""
        modest = [(written, deal) for written, deal in deals if deal.share <= self._aim(table)]
        return _best(modest or deals, lambda deal: (deal.own, deal.other))

    def _aim(self, table: BargainingTable) -> float:
        return 0.5 + (self.most - 0.5) * table.left


@dataclass
class Fair(Bargainer):
    """Proposes the deal that is best for the player who gets less, and accepts a half.

    A half is as much as the other player gets, or half of the most that any deal is worth.
    """

    def accepts(self, deal: Deal, table: BargainingTable) -> bool:
        """Return whether the deal gives at least a half."""
        return deal.share >= 0.5 or deal.own >= table.half

    def proposes(self, deals: list[Proposal], table: BargainingTable) -> str | None:
        """Return the deal that is best for the player who gets less."""
        return _best(deals, lambda deal: (min(deal), max(deal)))


def _best(deals: list[Proposal], merit: Callable[[Deal], tuple[float, float]]) -> str | None:
    """Return the deal with the greatest merit; of several, the first in order."""
    return max(deals, key=lambda proposal: merit(proposal[1]), default=(None,))[0]


def _left(taken: int, turns: int) -> float:
    """Return the part of all turns that comes after this one, when `taken` turns are over."""
    return (turns - 1 - taken) / max(1, turns - 1)


def _trade(made: GameDecision) -> BargainingTable:
    game = games.load(made.game)
    assert isinstance(game, trade.Trade)
    known = json.loads(made.information_state)
    mine, others = known["holdings"][made.player], known["holdings"][1 - made.player]

    def swap(gets: int, got: int, gives: int, given: int) -> Deal:
        own = gets * known["values"][got] - gives * known["values"][given]
        return Deal(own, gives * trade.BASE_VALUES[given] - gets * trade.BASE_VALUES[got])

    possible = (offer for offer in trade.offers(game.most).values() if trade.covers(mine, others, offer))
    proposals = {
        f"offer {offer}": swap(offer.asked, offer.ask, offer.given, offer.give) for offer in possible
    }
    standing = swap(*known["offer"]) if known["offer"] else None
    refuse = "deny" if standing else "pass"
    return BargainingTable(proposals, standing, refuse, _left(len(known["moves"]), game.turns))


def _bargaining(made: GameDecision) -> BargainingTable:
    game = games.load(made.game)
    assert isinstance(game, bargaining.Bargaining)
    known = json.loads(made.information_state)
    pool, values = tuple(known["pool"]), tuple(known["values"])
    others = _expected(pool, values)

    def division(own: Things, other: Things) -> Deal:
        return Deal(bargaining.worth(own, values), sum(map(operator.mul, other, others)))

    proposals = {}
    for written, number in made.moves.items():
        if number < bargaining.ACCEPT:
            kept = bargaining.OFFERS[number]
            proposals[written] = division(kept, bargaining.rest(pool, kept))
    standing = None
    if known["kept"]:
        kept = known["kept"][-1]
        standing = division(bargaining.rest(pool, kept), kept)
    refuse = next(iter(proposals))
    return BargainingTable(
        proposals, standing, refuse, _left(len(known["kept"]), game.max_turns), bargaining.WORTH / 2
    )


@lru_cache(maxsize=1024)
def _expected(pool: Things, values: Things) -> tuple[float, ...]:
    """Return the mean value that one of each kind may have for the other player."""
    possible = [bargaining.valuations(pool)[number] for number in bargaining.partners(pool, values)]
    return tuple(sum(each) / len(possible) for each in zip(*possible, strict=True))


def _ultimatum(made: GameDecision) -> BargainingTable:
    known = json.loads(made.information_state)
    coins, offered = known["coins"], known["offered"]
    if offered is not None:
        return BargainingTable({}, Deal(offered, coins - offered), "reject", 0.0, coins / 2)
    proposals = {written: Deal(coins - number, number) for written, number in made.moves.items()}
    return BargainingTable(proposals, None, next(iter(proposals)), 1.0, coins / 2)


READERS: Mapping[str, Callable[[GameDecision], BargainingTable]] = {
    "bargaining": _bargaining,
    "trade": _trade,
    "ultimatum": _ultimatum,
}
"""The functions that read each game's decisions, by the game's name without parameters."""
