"""Negotiations: deal rate, price and shares of the surplus, always together, by condition and by agent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from arena.results.columns import Columns, DetailsRow
from arena.results.figures.lines import FigureDefinition, grouped
from arena.results.metrics import Figure, deal_price, deal_rate, surplus_realised, surplus_share
from arena.results.metrics.figure import mean_of
from arena.results.metrics.values import Values, column
from arena.results.study import Axis, Line

SIDES = "buyer", "seller"


class NegotiationSide(NamedTuple):
    """A negotiation, seen by one of its sides; what is unknown is None."""

    cluster: str
    group: str
    deal: float | None
    price: float | None
    share: float | None
    made: float | None
    surplus: float | None
    gain: float | None


def mean_gain(gain: Values) -> Figure:
    """The mean of what a side got, without a deal too; missing where there is no result."""
    return mean_of(column("gain", gain))


def share_of(whose: str) -> FigureDefinition:
    """Return the measure of one side's share of the surplus."""
    return FigureDefinition(
        f"{whose}'s share of the surplus",
        "mean over deals with a surplus of the side's gain over the surplus; below 0 is a loss",
        surplus_share,
        [attrgetter("share"), attrgetter("deal")],
        unit=UNIT,
    )


UNIT = "negotiations"
RATE = FigureDefinition(
    "Deal rate",
    "share of those that came to their end",
    deal_rate,
    [attrgetter("deal")],
    unit=UNIT,
    axis=Axis("share of negotiations that end in a deal", 0.5),
)
PRICE = FigureDefinition(
    "Price",
    "mean over the deals",
    deal_price,
    [attrgetter("price"), attrgetter("deal")],
    unit=UNIT,
    axis=Axis("mean price of the deals", 0, share=False),
)
SHARE = Axis("share of the surplus, mean over the deals", 0.5, share=False)
REALISED = FigureDefinition(
    "Surplus realised",
    "sum of the surplus that deals made over the sum of what there was to make; none is made without a deal",
    surplus_realised,
    [attrgetter("made"), attrgetter("surplus")],
    unit=UNIT,
)
GAIN = FigureDefinition(
    "Gain", "mean of what the side got, deal or no deal", mean_gain, [attrgetter("gain")], unit=UNIT
)


def negotiation(columns: Columns, samples: int) -> Iterator[Line]:
    """Yield the figures of each condition, then of each agent in each role."""
    rows = columns.details["negotiation"]
    buying = [_talks(row, row.condition, "buyer") for row in rows]
    selling = [_talks(row, row.condition, "seller") for row in rows]
    yield from _lines(buying, samples, "", RATE, PRICE, replace(share_of("Buyer"), axis=SHARE))
    yield from _lines(selling, samples, "", share_of("Seller"))
    yield from _lines(buying, samples, "", REALISED)
    # By agent there are too many groups to draw.
    undrawn = (replace(definition, axis=None) for definition in (RATE, PRICE, share_of("Side"), GAIN))
    own = [
        _talks(row, f"{row.condition}: {row.agents[side]} as {side}", side)
        for side in SIDES
        for row in rows
        if side in row.agents
    ]
    yield from _lines(own, samples, " by agent and role", *undrawn)


def _talks(row: DetailsRow, group: str, side: str) -> NegotiationSide:
    values = row.values
    deal = values.get("deal")
    return NegotiationSide(
        row.cluster,
        group,
        None if deal is None else float(deal),
        values.get("price"),
        values.get(f"{side}_share"),
        0.0 if deal is False else values.get("created"),
        values.get("surplus"),
        row.returns.get(side),
    )


def _lines(
    talks: Sequence[NegotiationSide], samples: int, by: str, *definitions: FigureDefinition
) -> Iterator[Line]:
    groups = grouped(talks, attrgetter("group"))
    for definition in definitions:
        yield from replace(definition, name=f"{definition.name}{by}").of(groups, samples)
