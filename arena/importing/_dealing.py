"""What a file says of scores and of a negotiation's deal, as annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from arena.annotations import Annotation, AnnotationStatus, Label, Place, Score
from arena.importing._parts import DealPart, ScorePart

BUYER, SELLER = "buyer", "seller"
UNKNOWN_DEAL = "the file does not say whether there was a deal"


def scores_found(scores: Iterable[ScorePart]) -> Iterator[Annotation]:
    """Yield the scores of an episode, each about its seat or about the whole."""
    for one in scores:
        known = one.value is not None
        yield Score(
            one.name,
            one.value,
            about=Place(one.seat or ""),
            author=one.author,
            low=one.low,
            high=one.high,
            unit=one.unit,
            status=AnnotationStatus.OK if known else AnnotationStatus.UNKNOWN,
        )


def deal_found(deal: DealPart | None) -> Iterator[Annotation]:
    """Yield what a bargain finds out: whether there is a deal, its price, and what each side gained."""
    if deal is None:
        return
    agreed = deal.is_agreed
    if agreed is None:
        yield Label("deal", status=AnnotationStatus.UNKNOWN, reason=UNKNOWN_DEAL)
        return
    yield Label("deal", "yes" if agreed else "no")
    if BUYER in deal.values and SELLER in deal.values:
        yield Score("surplus", deal.values[BUYER] - deal.values[SELLER], unit=deal.unit)
    if not agreed:
        return
    gains = deal.gains
    if deal.price is not None:
        yield Score("price", deal.price, unit=deal.unit)
    is_of_both = deal.price is not None and len(gains) == 2
    created = sum(gains.values())
    if is_of_both:
        yield Score("created", created, unit=deal.unit)
    for seat, gain in gains.items():
        yield Score("gain", gain, about=Place(seat), unit=deal.unit)
        if is_of_both and created > 0:
            yield Score("share of surplus", gain / created, about=Place(seat))
