"""Negotiations: deal rate, price and shares of the surplus, always together, by condition and by agent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._entries import FigureEntry
from arena.results.metrics import surplus_realised
from arena.results.study import Annotations, Axis, Line, Study, groups

Floats = NDArray[np.float64]

ABOUT = (
    "Deals, their prices, and who has what of the surplus (the buyer's value less the seller's cost), to be "
    "read together: prices and shares are of the deals alone, and shares of those with a surplus. Talks that "
    "broke, were cut off or forfeited are no deal that was refused: they lower the coverage. Of coached "
    "games each arm and game is a condition; an arm goes no further than a game without a result."
)
SIDES = "buyer", "seller"
UNIT = "negotiations"
RATE = Axis("share of negotiations that end in a deal", 0.5)
PRICE = Axis("mean price of the deals", 0, share=False)
SHARE = Axis("share of the surplus, mean over the deals", 0.5, share=False)


@dataclass(frozen=True, slots=True)
class NegotiationRows:
    """Negotiations, a row each; what is unknown is NaN.

    Args:
        rows: the labels that say whether there was a deal.
        deal: (rows,), 1 or 0.
        price: (rows,), of the deals.
        created: (rows,), the surplus that was made; 0 without a deal.
        surplus: (rows,), the surplus that there was to make.
        shares: (rows,) of each side, its share of the surplus of the deals that have one.
    """

    rows: Annotations
    deal: Floats
    price: Floats
    created: Floats
    surplus: Floats
    shares: dict[str, Floats]

    def where(self, places: NDArray[np.intp]) -> NegotiationRows:
        """Return some of them."""
        shares = {side: share[places] for side, share in self.shares.items()}
        columns = self.deal[places], self.price[places], self.created[places], self.surplus[places]
        return NegotiationRows(self.rows.where(places), *columns, shares)


def negotiations(labels: Annotations, scores: Annotations, study: Study) -> Iterator[Line]:
    """Deal rate, price, each side's share of the surplus, and the surplus realised."""
    talks = _talks(labels, scores)
    for places in groups(talks.rows.condition):
        own = talks.where(places)
        group = own.rows.condition[0]
        yield from _deals(study, group, own)
        for side in SIDES:
            name = f"{side.capitalize()}'s share of the surplus"
            yield _shared(study, name, group, own, side, SHARE if side == SIDES[0] else None)
        yield study.measure(
            "Surplus realised",
            group,
            surplus_realised,
            (own.created, own.surplus),
            own.rows,
            unit=UNIT,
            convention="sum of the surplus that deals made over the sum of what there was to make; none is "
            "made without a deal",
        )


def negotiations_by_agent(labels: Annotations, scores: Annotations, study: Study) -> Iterator[Line]:
    """Deal rate, price, share of the surplus and gain of each agent in each role."""
    talks = _talks(labels, scores)
    agents, returns = study.episodes.agents, study.episodes.returns
    conditions, episodes = list(talks.rows.condition), talks.rows.episode.tolist()
    for side in SIDES:
        found: dict[str, list[int]] = {}
        for row, (condition, episode) in enumerate(zip(conditions, episodes, strict=True)):
            if side in agents[episode]:
                found.setdefault(f"{condition}: {agents[episode][side]} as {side}", []).append(row)
        for group, rows in found.items():
            own = talks.where(np.array(rows))
            # By agent there are too many groups to draw.
            yield from _deals(study, group, own, " by agent and role")
            yield _shared(study, "Side's share of the surplus by agent and role", group, own, side)
            gains = [returns[episode].get(side, np.nan) for episode in own.rows.episode.tolist()]
            convention = "mean of what the side got, deal or no deal"
            yield study.line(
                "Gain by agent and role", group, gains, own.rows, unit=UNIT, convention=convention
            )


def _talks(labels: Annotations, scores: Annotations) -> NegotiationRows:
    rows = labels.where(labels.name.is_("deal"))
    deal = np.where(rows.ok, rows.text.is_("yes"), np.nan).astype(np.float64)
    created = np.where(deal == 0, 0.0, _of(rows, scores, "created"))
    shares = {side: _of(rows, scores, "share of surplus", side) for side in SIDES}
    return NegotiationRows(
        rows, deal, _of(rows, scores, "price"), created, _of(rows, scores, "surplus"), shares
    )


def _of(rows: Annotations, scores: Annotations, name: str, seat: str = "") -> Floats:
    """Return the score of a name in the episode of each row, (rows,); NaN where there is none."""
    by_episode = np.full(len(rows.episodes), np.nan)
    wanted = scores.where(scores.name.is_(name) & scores.seat.is_(seat))
    by_episode[wanted.episode] = wanted.value
    found: Floats = by_episode[rows.episode]
    return found


def _deals(study: Study, group: str, talks: NegotiationRows, by: str = "") -> Iterator[Line]:
    for name, values, convention, axis in (
        ("Deal rate", talks.deal, "share of those that came to their end", RATE),
        ("Price", np.where(talks.deal == 1, talks.price, np.nan), "mean over the deals", PRICE),
    ):
        yield study.line(
            f"{name}{by}",
            group,
            values,
            talks.rows,
            unit=UNIT,
            convention=convention,
            axis=None if by else axis,
        )


def _shared(
    study: Study, name: str, group: str, talks: NegotiationRows, side: str, axis: Axis | None = None
) -> Line:
    share = np.where(talks.deal == 1, talks.shares[side], np.nan)
    convention = "mean over deals with a surplus of the side's gain over the surplus; below 0 is a loss"
    return study.line(name, group, share, talks.rows, unit=UNIT, convention=convention, axis=axis)


NEGOTIATION = (
    FigureEntry(title="Negotiation", function=negotiations, columns=("text",), about=ABOUT),
    FigureEntry(title="Negotiation", function=negotiations_by_agent, columns=("text",), about=ABOUT),
)
