"""How answers change from turn to turn while somebody comments on them: switching, repair, recovery."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.figures._series import ABOUT
from arena.results.study import NOT_REACHED, Annotations, Line, Study

Floats = NDArray[np.float64]
FEWEST_TURNS = 3
CHANGES = 2
Series = list[tuple[float, int | None]]
"""Whether each answer of an author is right, 1 or 0, and its key; None where there was no usable answer."""


def switching_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Answers that are given three times or more: a missing one is wrong, and a change. Our definitions."""
    for name, group, rows in named(answers.where(~(np.nan_to_num(answers.sample) > 0))):
        if np.isnan(rows.turn).all() or np.nanmax(rows.turn) < FEWEST_TURNS or np.isnan(rows.correct).all():
            continue
        for condition, own in rows.grouped("condition"):
            stand, series = _series(own)
            yield from _lines(study, f"{condition}: {group}{name}", series, own.where(stand))


def _lines(study: Study, what: str, series: list[Series], rows: Annotations) -> Iterator[Line]:
    first, second, last = (np.array([_right(one, at) for one in series]) for at in (0, 1, -1))
    changed = np.array([_changes(one) for one in series])
    lost = (first == 1) & (second == 0)
    unknown = np.isnan(first + second)
    for title, values, belongs, convention in (
        ("Drop after a turn", first - second, None, "accuracy of the first answer less that of the second"),
        ("Harmful switching", second == 0, first == 1, "share of right first answers whose second is wrong"),
        ("Repair", second == 1, first == 0, "share of wrong first answers whose second is right"),
        ("Recovery", last == 1, lost, "share right at the end, of those right first and wrong second"),
        ("Changing twice or more", changed >= CHANGES, None, "share of authors who change their answer so"),
    ):
        chosen = np.ones_like(unknown) if belongs is None else belongs | unknown
        found = np.where(unknown, np.nan, values)[chosen]
        yield study.line(title, what, found, rows.where(chosen), unit="authors", convention=convention)


def _series(rows: Annotations) -> tuple[NDArray[np.intp], list[Series]]:
    """Return the first row of each author of an episode, and its answers in the order of its turns."""
    found: dict[tuple[int, str], list[tuple[float, int]]] = {}
    firsts: list[int] = []
    reached = ~rows.status.is_(NOT_REACHED)
    for row, place in enumerate(zip(rows.episode.tolist(), rows.author, strict=True)):
        if place not in found:
            firsts.append(row)
        turns, turn = found.setdefault(place, []), float(rows.turn[row])
        if reached[row] and not np.isnan(turn):
            turns.append((turn, row))
    series: list[Series] = [
        [(float(np.nan_to_num(rows.correct[row])), rows.key[row]) for _, row in sorted(turns)]
        for turns in found.values()
    ]
    return np.array(firsts, dtype=np.intp), series


def _right(series: Series, at: int) -> float:
    return series[at][0] if -1 <= at < len(series) and len(series) > 1 else np.nan


def _changes(series: Series) -> int:
    return sum(one is None or one != other for (_, one), (_, other) in pairwise(series))


SWITCHING = FigureEntry(title="Turn by turn", function=switching_of_answers, columns=("key",), about=ABOUT)
