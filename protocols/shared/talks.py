"""The talks of a bargain: the turns so far, the standing offer, the deal, and the gains of each side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pydantic import ConfigDict, FiniteFloat

from arena.annotations import Annotation, AnnotationStatus, Label, Place, Score
from arena.core.checked import Checked
from protocols.shared.offers import Act, Offer, Said

BUYER: Final = "buyer"
SELLER: Final = "seller"

TALKS_FIND: Final[Mapping[str, type[Annotation]]] = {
    "deal": Label,
    "surplus": Score,
    "price": Score,
    "created": Score,
    "gain": Score,
    "share of surplus": Score,
}
"""The annotations of talks by name, with their kinds."""


class Worth(Checked):
    """The value of an item to the buyer, and its cost to the seller, in dollars."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: FiniteFloat
    cost: FiniteFloat

    def to(self, side: str) -> float:
        """Return the number that only this side knows."""
        return self.value if side == BUYER else self.cost


class Taken(NamedTuple):
    """A finished turn."""

    by: str
    said: Said


@dataclass
class Talks:
    """The state of the talks: the turns so far, the standing offer, the deal, and how they ended."""

    items: Mapping[str, Worth]
    bundle: bool
    turns: list[Taken] = field(default_factory=list)
    standing: Offer | None = None
    deal: Offer | None = None
    ended: str = ""

    def take(self, seat: str, said: Said) -> None:
        """Record a turn, and update the standing offer, the deal and the end of the talks."""
        self.turns.append(Taken(seat, said))
        offered, self.standing = self.standing, None
        match said.act:
            case Act.OFFER:
                assert said.amount is not None
                self.standing = Offer(seat, said.amount, said.items or tuple(self.items))
            case Act.ACCEPT:
                self.deal, self.ended = offered, "accepted"
            case Act.WALK_AWAY:
                self.ended = "walked away"

    def gain(self, side: str, deal: Offer) -> float:
        """Return the gain of a side from a deal, in dollars."""
        worth = self._worth(side, deal.items)
        return worth - deal.amount if side == BUYER else deal.amount - worth

    def _worth(self, side: str, items: Iterable[str]) -> float:
        return sum(self.items[name].to(side) for name in items)

    def _surplus(self) -> float:
        """Return the largest gain of both sides together. A bundle may leave out items that lose."""
        gains = [worth.value - worth.cost for worth in self.items.values()]
        return sum(max(0.0, gain) for gain in gains) if self.bundle else sum(gains)

    def found(self, status: AnnotationStatus = AnnotationStatus.OK, reason: str = "") -> Iterator[Annotation]:
        """Yield the annotations of the talks: whether there is a deal, and its price and gains if there is.

        Args:
            status: the status of the reply, if one that could not be used ended the talks.
            reason: the reason why it could not be used, in words.
        """
        ended = status is AnnotationStatus.OK
        is_deal = ("yes" if self.deal else "no") if ended else None
        yield Label("deal", is_deal, status=status, reason=reason)
        yield Score("surplus", self._surplus(), unit="dollars")
        if self.deal is None:
            return
        gains = {side: self.gain(side, self.deal) for side in (BUYER, SELLER)}
        created = sum(gains.values())
        yield Score("price", self.deal.amount, unit="dollars")
        yield Score("created", created, unit="dollars")
        for side, gain in gains.items():
            about = Place(side)
            yield Score("gain", gain, about=about, unit="dollars")
            if created > 0:
                yield Score("share of surplus", gain / created, about=about)

    def details(self, ended: str) -> dict[str, Any]:
        """Return the record of the talks. `deal` is None if they were forfeited or failed."""
        deal = self.deal
        gains = {side: self.gain(side, deal) for side in (BUYER, SELLER)} if deal else {}
        created = sum(gains.values()) if deal else None
        shares = {side: gains[side] / created if created and created > 0 else None for side in gains}
        return {
            "deal": None if ended in ("forfeited", "failed") else deal is not None,
            "price": deal and deal.amount,
            "items": list(deal.items) if deal else None,
            "buyer_value": self._worth(BUYER, self.items),
            "seller_cost": self._worth(SELLER, self.items),
            "surplus": self._surplus(),
            "created": created,
            "buyer_share": shares.get(BUYER),
            "seller_share": shares.get(SELLER),
            "turns": len(self.turns),
            "ended": ended,
            "offers": [
                {"turn": turn, "by": by, **Offer(by, said.amount, said.items or tuple(self.items)).terms()}
                for turn, (by, said) in enumerate(self.turns, start=1)
                if said.amount is not None
            ],
        }
