"""Whether several judges of the same episodes agree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from arena.columns import PANEL, Columns, RulingRow
from arena.figures.lines import Line, Measure, grouped
from arena.metrics import krippendorff_alpha


class Unit(NamedTuple):
    """An episode, and what each judge ruled as a code."""

    cluster: str
    ratings: tuple[float | None, ...]


def agreement(columns: Columns, samples: int) -> Iterator[Line]:
    """Yield Krippendorff's alpha of the judges by each criterion, if there are two or more."""
    rulings = [row for row in columns.rulings if row.judge != PANEL]
    for (condition, criterion), rows in grouped(rulings, attrgetter("condition", "criterion")).items():
        judges = sorted({row.judge for row in rows})
        if len(judges) < 2:
            continue
        by = f" by {criterion}" if criterion else ""
        yield from Measure(
            "Krippendorff's alpha",
            f"nominal, of the side that won or a tie, {len(judges)} judges{by}; 1 is agreement, 0 is chance",
            partial(krippendorff_alpha, level="nominal"),
            [attrgetter("ratings")],
            unit="rulings",
        ).of({condition: _units(rows, judges)}, samples)


def _units(rows: list[RulingRow], judges: list[str]) -> list[Unit]:
    codes = {side: float(code) for code, side in enumerate(sorted({row.side for row in rows if row.side}))}
    units = []
    for own in grouped(rows, attrgetter("episode")).values():
        given = {row.judge: codes[row.side] for row in own if row.side}
        units.append(Unit(own[0].cluster, tuple(map(given.get, judges))))
    return units
