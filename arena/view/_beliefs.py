"""Beliefs as a line that grows: a seat's probabilities in the order in which they were said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from arena.annotations import AnnotationRow, Belief
from arena.web.rendering import percent

_LEFT, _RIGHT = 4.0, 96.0
_TOP, _BOTTOM = 4.0, 36.0


class Curve(NamedTuple):
    """A line of beliefs. `points` are the coordinates of an SVG of 100 by 40, of which 4 to 36 is used."""

    points: str
    x: float
    y: float
    first: str
    last: str
    about: str
    told: str


def beliefs_of(rows: Iterable[AnnotationRow], seat: str) -> list[AnnotationRow]:
    """Return what a seat believed of the thing that it was asked about most often, in order."""
    by_question: dict[tuple[str, str], list[AnnotationRow]] = {}
    for row in rows:
        if row.kind == Belief.kind and row.author == seat and row.value is not None:
            by_question.setdefault((row.name, row.text or ""), []).append(row)
    return max(by_question.values(), key=len, default=[])


def curve(rows: Iterable[AnnotationRow], seat: str) -> Curve | None:
    """Return the line of a seat's beliefs; None if it has told none."""
    own = beliefs_of(rows, seat)
    values = [row.value for row in own if row.value is not None]
    if not values:
        return None
    width = (_RIGHT - _LEFT) / max(1, len(values) - 1)
    places = [(_LEFT + at * width, _BOTTOM - value * (_BOTTOM - _TOP)) for at, value in enumerate(values)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    shown = [percent(value) for value in values]
    told = f"belief over time: {', '.join(shown)}"
    return Curve(points, round(x, 1), round(y, 1), shown[0], shown[-1], about(own[-1]), told)


def about(row: AnnotationRow) -> str:
    """Return a phrase that says what a belief is about, such as ``to win``."""
    if row.name == "wins":
        return "to win"
    if row.name == "right":
        return f"that {row.text} is right" if row.text else "to be right"
    return f"{row.name}: {row.text}" if row.text else row.name
