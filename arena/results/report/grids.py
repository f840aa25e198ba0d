"""Figures side by side, each with what it rests on: bets by condition, and agents against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from arena.results.columns import Columns
from arena.results.figures import Section
from arena.results.figures.lines import grouped
from arena.results.figures.sides import duels
from arena.results.metrics import Figure, win_rate
from arena.results.report.parts import Cell, PagePart, PageTable, Shown, number

_BETS = (
    ("escalation", "Escalation of confidence"),
    ("both ≥ 0.75", "Both at least 0.75"),
    ("both > 0.75", "Both above 0.75"),
    ("sum > 1", "Sum above 1"),
    ("Brier", "Brier score of debaters"),
    ("ECE", "Expected calibration error of debaters"),
    ("Brier, later", "Brier score of debaters, later judges"),
    ("ECE, later", "Expected calibration error of debaters, later judges"),
)


def bets(found: Section, columns: Columns) -> Iterator[PagePart]:
    """Yield what debaters bet, a row a condition, as "When Two LLMs Debate" (Prasad and Nguyen 2025) has it.

    What is not one figure under a condition, as bets are that were asked for in two ways, is in the long
    table alone.
    """
    told: dict[str, list[str]] = {}
    figures: dict[tuple[str, str], list[Figure]] = {}
    for line in found.lines:
        figures.setdefault((line.group, line.name), []).append(line.figure)
        if line.name.startswith("Confidence "):
            told.setdefault(line.group, []).append(line.name)
    rows: list[list[Shown]] = []
    for condition, names in told.items():
        wanted = (names[0], names[-1], *(name for _, name in _BETS))
        cells = [figures.get((condition, name), []) for name in wanted]
        rows.append([condition, *(_cell(*cell) if len(cell) == 1 else "" for cell in cells)])
    heads = ("bets", "first", "last", *(head for head, _ in _BETS))
    kept = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    if len(kept) > 1:
        yield PageTable([heads[place] for place in kept], [[row[place] for place in kept] for row in rows], 1)


def wins(found: Section, columns: Columns) -> Iterator[PagePart]:
    """Yield the share of points of each agent (a row) against each other one (a column), by condition."""
    for condition, met in grouped(duels(columns).items(), lambda duel: duel[0].condition).items():
        rates = {(one, other): win_rate([side.won for side in sides]) for (_, one, other), sides in met}
        agents = sorted({agent for agent, _ in rates})
        rows: list[list[Shown]] = []
        for one in agents:
            against = [rates.get((one, other)) for other in agents]
            rows.append([one, *(_cell(rate) if rate else "" for rate in against)])
        yield PageTable([f"{condition}: won against", *agents], rows, numbers=1)


def _cell(figure: Figure) -> Cell:
    value = number(figure.value)
    counts = f"{figure.n:,} of {figure.of:,}"
    return replace(value, small=counts) if isinstance(value, Cell) else Cell([value], small=counts)
