"""Figures side by side: bets by condition, and agents against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from arena.results.figures.lines import grouped
from arena.results.metrics import Figure
from arena.results.study import Line


@dataclass(frozen=True, slots=True)
class Grid:
    """Figures by row and column, None where there is none; the first head is that of the rows' names."""

    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Figure | None]]]


class BetColumn(StrEnum):
    """What a figure tells of bets, in the order of "When Two LLMs Debate" (Prasad and Nguyen 2025)."""

    FIRST = "first"
    LAST = "last"
    ESCALATION = "escalation"
    BOTH_AT_LEAST = "both ≥ 0.75"
    BOTH_ABOVE = "both > 0.75"
    SUM = "sum > 1"
    BRIER = "Brier"
    ECE = "ECE"
    BRIER_LATER = "Brier, later"
    ECE_LATER = "ECE, later"


def bets_grid(lines: Iterable[Line]) -> Iterator[Grid]:
    """Yield what debaters bet, a row a condition; nothing if nobody bet.

    What is not one figure under a condition, as bets are that were asked for in two ways, is left out.
    """
    rows = []
    for condition, own in grouped([line for line in lines if line.columns], lambda line: line.group).items():
        found = [[line.figure for line in own if column in line.columns] for column in BetColumn]
        rows.append((condition, [figures[0] if len(figures) == 1 else None for figures in found]))
    kept = [place for place in range(len(BetColumn)) if any(row[place] for _, row in rows)]
    if kept:
        heads = list(BetColumn)
        yield Grid(
            ["bets", *(heads[place] for place in kept)],
            [(condition, [row[place] for place in kept]) for condition, row in rows],
        )
