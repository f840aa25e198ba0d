"""How much groups of judges of the same cases differ, and how much the judges inside a group do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._agreement import table_of
from arena.results.figures._dispersion import ABOUT, group_of, permuted
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study, group_codes

Floats = NDArray[np.float64]


def inconsistency_of_groups(scores: Annotations, study: Study) -> Iterator[Line]:
    """Spread of groups of judges over the same cases, after LInCo (Wang et al. 2021), by our formula."""
    sitting = scores.by.is_("seat") & scores.seat.is_("")
    for name, condition, rows in scores.where(sitting | scores.by.is_("judge")).grouped("name", "condition"):
        judges = sorted(set(rows.author))
        groups = [group_of(judge) for judge in judges]
        known = sorted(set(groups))
        is_named = bool(rows.by.is_("seat").all()) or all("/" in judge for judge in judges)
        if len(known) < 2 or not is_named:
            continue
        units = group_codes(rows.episode, rows.seat, rows.step, rows.sample, rows.unit)
        _, firsts = np.unique(units, return_index=True)
        columns = np.array([judges.index(judge) for judge in rows.author])
        table = table_of(units, columns, rows.value, len(judges))
        members = [[at for at, own in enumerate(groups) if own == group] for group in known]
        yield from _lines(
            study, f"{condition}: {name}, {len(known)} groups", table, members, rows.where(firsts)
        )


def _lines(
    study: Study, what: str, table: Floats, members: list[list[int]], stand: Annotations
) -> Iterator[Line]:
    means = np.stack([_moments(table[:, own])[0] for own in members], axis=1)
    mean, spread, count = _moments(means)
    several = count > 1
    groups = np.zeros(table.shape[1], dtype=np.intp)
    for number, own in enumerate(members):
        groups[own] = number
    test = permuted(table, groups) if len(members) < len(groups) else None
    shuffled = "; p: shuffled groups of judges whose variance is as large" if test else ""
    of = "of the groups' means in one case, mean over the cases that two groups or more ruled on"
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.where(mean == 0, np.where(spread == 0, 0.0, np.nan), spread / mean)
    for title, values, convention in (
        ("Inconsistency of groups", spread, f"standard deviation (n) {of}{shuffled}"),
        ("Inconsistency of groups, relative", relative, f"standard deviation (n) {of}, by their mean there"),
        ("Inconsistency of groups, range", _range(means), f"greatest less smallest {of}"),
    ):
        shown = np.where(several, values, np.nan)
        line = study.line(title, what, shown, stand, unit="cases", convention=convention)
        yield replace(line, test=test) if values is spread else line
    if any(len(own) > 1 for own in members):
        inside = [_moments(table[:, own]) for own in members if len(own) > 1]
        each = np.stack([np.where(judged > 1, own, np.nan) for _, own, judged in inside], axis=1)
        convention = "standard deviation (n) of the judges of a group in one case, mean over groups and cases"
        title = "Inconsistency inside groups"
        yield study.line(title, what, _moments(each)[0], stand, unit="cases", convention=convention)


def _moments(values: Floats) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return the mean and the standard deviation (n) of each row, and how many values it has; NaN if none."""
    there = ~np.isnan(values)
    counts = there.sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.where(there, values, 0).sum(axis=1) / counts
        spread = np.sqrt((np.where(there, values - mean[:, None], 0) ** 2).sum(axis=1) / counts)
    return mean, spread, counts


def _range(values: Floats) -> Floats:
    greatest = np.where(np.isnan(values), -np.inf, values).max(axis=1)
    smallest = np.where(np.isnan(values), np.inf, values).min(axis=1)
    return np.asarray(greatest - smallest, dtype=np.float64)


INCONSISTENCY = FigureEntry(title="Agreement of judges", function=inconsistency_of_groups, about=ABOUT)
