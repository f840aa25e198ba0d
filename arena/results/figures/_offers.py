"""Offers of imported negotiations: what each side opened with, where it ended, and how far it went."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "Offers are the scores called offer, such as imported speeches have. Each seat's offers of a negotiation "
    "are taken in their order. A negotiation in which a seat made no offer is not among its rows."
)
_OFFER = "offer"
_UNIT = "negotiations"


def offers(scores: Annotations, study: Study) -> Iterator[Line]:
    """Return what each seat opened with and ended with, how far it went, and how many offers it made."""
    rows = scores.where(scores.name.is_(_OFFER))
    made: dict[tuple[str, str], dict[int, list[int]]] = {}
    for row, (condition, seat, episode) in enumerate(
        zip(rows.condition, rows.seat, rows.episode.tolist(), strict=True)
    ):
        made.setdefault((condition, seat), {}).setdefault(episode, []).append(row)
    values = np.where(rows.ok, rows.value, np.nan).astype(np.float64)
    for (condition, seat), episodes in made.items():
        own = rows.where(np.array([found[0] for found in episodes.values()]))
        first = np.array([values[found[0]] for found in episodes.values()])
        last = np.array([values[found[-1]] for found in episodes.values()])
        count = np.array(
            [np.nan if np.isnan(values[found[0]]) else len(found) for found in episodes.values()]
        )
        for name, what, convention in (
            ("Opening offer", first, "mean of the first offers"),
            ("Last offer", last, "mean of the last offers"),
            ("Concession", np.abs(last - first), "mean distance between the first offer and the last"),
            ("Offers made", count, "mean number of offers"),
        ):
            yield study.line(name, f"{condition}: {seat}", what, own, unit=_UNIT, convention=convention)


OFFERS = (FigureEntry(title="Offers", function=offers, about=ABOUT),)
