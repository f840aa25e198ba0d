"""Whether several judges of the same episodes agree, and whether one prefers what it said itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from statistics import fmean
from typing import Any, NamedTuple

from arena.results.columns import PANEL, Columns, ScoreRow
from arena.results.figures.lines import FigureDefinition, grouped
from arena.results.metrics import krippendorff_alpha, self_preference
from arena.results.study import Line

_KIND = attrgetter("condition", "criterion")
_RATINGS = (attrgetter("ratings"),)


class Unit(NamedTuple):
    """What judges rated: each one's ruling as a code, or its score; None where it gave none."""

    cluster: str
    ratings: tuple[float | None, ...]


class OwnSide(NamedTuple):
    """What a judge gave to a side that was its own, and what the panel gave to that side."""

    cluster: str
    own: float | None
    gold: float | None


def agreement(columns: Columns, samples: int) -> Iterator[Line]:
    """Yield Krippendorff's alpha of the judges by each criterion, if there are two or more.

    For each judge that sat in a seat it judged, also yield what it gave to itself.
    """
    rulings = [row for row in columns.rulings if row.judge != PANEL]
    sides = sorted({row.side for row in rulings if row.side})
    codes = {side: float(code) for code, side in enumerate(sides)}
    yield from _alpha(
        FigureDefinition(
            "Krippendorff's alpha",
            "nominal, of the side that won or a tie",
            partial(krippendorff_alpha, level="nominal"),
            _RATINGS,
            unit="rulings",
        ),
        rulings,
        attrgetter("episode"),
        lambda row: codes[row.side] if row.side else None,
        samples,
    )
    yield from _alpha(
        FigureDefinition(
            "Krippendorff's alpha of scores",
            "interval, of the scores of sides",
            partial(krippendorff_alpha, level="interval"),
            _RATINGS,
            unit="scores",
        ),
        columns.scores,
        attrgetter("episode", "seat"),
        attrgetter("score"),
        samples,
    )
    yield from FigureDefinition(
        "Self-preference",
        "a judge's score of a side in which it sat itself, less the mean of the panel's, in units of the "
        "scale; the panel: those who judged by the same criterion and sat nowhere, if more than half of them "
        "gave a score; above 0 favours itself",
        self_preference,
        [attrgetter("own"), attrgetter("gold")],
        unit="sides",
    ).of(_own(columns.scores), samples)


def _alpha(
    definition: FigureDefinition,
    rows: Sequence[Any],
    unit: Callable[[Any], Any],
    rating: Callable[[Any], float | None],
    samples: int,
) -> Iterator[Line]:
    """Yield the alpha of the judges by each criterion; of one alone there is none."""
    for (condition, criterion), given in grouped(rows, _KIND).items():
        judges = sorted({row.judge for row in given})
        if len(judges) < 2:
            continue
        by = f" by {criterion}" if criterion else ""
        convention = f"{definition.convention}, {len(judges)} judges{by}; 1 is agreement, 0 is chance"
        units = []
        for own in grouped(given, unit).values():
            ratings = {row.judge: rating(row) for row in own}
            units.append(Unit(own[0].cluster, tuple(map(ratings.get, judges))))
        yield from replace(definition, convention=convention).of({condition: units}, samples)


def _own(scores: Sequence[ScoreRow]) -> dict[str, list[OwnSide]]:
    """Return what each judge gave to the sides that were its own, beside what the panel gave to them."""
    found: dict[str, list[OwnSide]] = {}
    for (condition, criterion), given in grouped(scores, _KIND).items():
        judges = {row.judge for row in given}
        for rows in grouped(given, attrgetter("episode", "seat")).values():
            scored = {row.judge: row.score for row in rows}
            agent, cluster = rows[0].agent, rows[0].cluster
            if agent in scored:
                panel = [scored.get(judge) for judge in judges - rows[0].present]
                own = OwnSide(cluster, scored[agent], _mean_of_most(panel))
                found.setdefault(f"{condition}: {agent}, {criterion}", []).append(own)
    return dict(sorted(found.items()))


def _mean_of_most(scores: Collection[float | None]) -> float | None:
    """Return the mean of the scores of a panel more than half of whom gave one."""
    given = sorted(score for score in scores if score is not None)
    return fmean(given) if 2 * len(given) > len(scores) else None
