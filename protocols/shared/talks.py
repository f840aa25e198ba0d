"""The talks of a bargain: the turns so far, the offer that stands, the deal, and who has what of it."""

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


class Worth(Checked):
    """What an item is worth to the buyer, and what it costs the seller."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: FiniteFloat
    cost: FiniteFloat

    def to(self, side: str) -> float:
        """Return the number that is private to a side."""
        return self.value if side == BUYER else self.cost


class Taken(NamedTuple):
    """A turn that was taken."""

    by: str
    said: Said


@dataclass
class Talks:
    """How the talks stand: the turns so far, the offer that can be accepted, the deal, and how they ended."""

    items: Mapping[str, Worth]
    bundle: bool
    turns: list[Taken] = field(default_factory=list)
    standing: Offer | None = None
    deal: Offer | None = None
    ended: str = ""

    def take(self, seat: str, said: Said) -> None:
        """Go on by a turn."""
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
        """Return what a side gets by a deal."""
        worth = self._worth(side, deal.items)
        return worth - deal.amount if side == BUYER else deal.amount - worth

    def _worth(self, side: str, items: Iterable[str]) -> float:
        return sum(self.items[name].to(side) for name in items)

    def _surplus(self) -> float:
        """Return the most that the two can share: of everything or, in a bundle, of the best items."""
        gains = [worth.value - worth.cost for worth in self.items.values()]
        return sum(max(0.0, gain) for gain in gains) if self.bundle else sum(gains)

    def found(self, status: AnnotationStatus = AnnotationStatus.OK, reason: str = "") -> Iterator[Annotation]:
        """Yield what came of the talks: whether there is a deal and, if there is, its price and who has what.

        Args:
            status: why there is neither a deal nor none, if a reply could not be used.
            reason: the same in words.
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
        """Return how the talks ended; `deal` is None if they were forfeited or failed."""
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
