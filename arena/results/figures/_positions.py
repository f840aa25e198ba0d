"""Whether a judge prefers what stands first, of two, and whether it contradicts itself in the other order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from arena.judging import TIE
from arena.results.figures._accuracy import named
from arena.results.study import NOT_REACHED, Annotations, Axis, Line, Study, groups

Floats = NDArray[np.float64]
FIRST = Axis("share of points won by what stood first", 0.5, alone=True)


def first_position(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Share of points won by what stood first, of two, ties half; 1/2 is a judge that does not care."""
    for group, condition, rows in _asks(verdicts, study):
        points = _points(rows, study, 0)
        yield study.line("First position", f"{condition}: {group}", points, rows, unit="asks", axis=FIRST)


def swaps(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Share of pairs of verdicts in swapped orders that differ, a tie being a verdict."""
    for group, condition, rows in _asks(verdicts, study):
        points, order = _points(rows, study, 0), rows.order
        firsts, differ = [], []
        for places in groups(rows.episode, rows.author, rows.name, rows.repeat):
            if len(places) == 2:
                one, other = places[np.argsort(order[places])].tolist()
                # What stands first in one order stands second in the other.
                same = points[one], 1 - points[other]
                firsts.append(one)
                differ.append(np.nan if np.isnan(same).any() else float(same[0] != same[1]))
        if firsts:
            pairs = rows.where(np.array(firsts))
            yield study.line(
                "Inconsistency under swap", f"{condition}: {group}", np.array(differ), pairs, unit="pairs"
            )


def _asks(verdicts: Annotations, study: Study) -> Iterator[tuple[str, str, Annotations]]:
    """Yield the asks to choose between two, of each judge and condition."""
    of_two = np.array([len(_shown(more)) == 2 for more in verdicts.more.names] + [False], dtype=np.bool_)
    chosen = of_two[verdicts.more.codes]
    for name, group, rows in named(verdicts.where(chosen | verdicts.status.is_(NOT_REACHED))):
        for condition, own in rows.grouped("condition"):
            if not own.status.is_(NOT_REACHED).all():
                yield f"{group}{name}", condition, own


def _points(rows: Annotations, study: Study, place: int) -> Floats:
    """Return the points of what stood at a place, (rows,); NaN without a choice."""
    points = np.full(len(rows), np.nan)
    codes = rows.text.codes
    for row, (episode, choice, more) in enumerate(
        zip(rows.episode.tolist(), rows.text, rows.more, strict=True)
    ):
        if codes[row] >= 0:
            seat, unit = _shown(more)[place]
            listed = study.episodes.answers[episode]
            if not seat and not (unit is not None and unit < len(listed)):
                continue
            stands_for = study.sides[episode].get(seat) if seat else listed[unit or 0]
            is_tie = choice == TIE and TIE not in listed
            points[row] = 0.5 if is_tie else float(choice in (seat, stands_for))
    return points


def _shown(more: str) -> list[tuple[str, int | None]]:
    """Return what was chosen among, in the order shown: seats, or places of the task's answers."""
    found = from_json(more).get("among", ()) if "among" in more else ()
    return [(place[0], place[3]) for _, place in found]
