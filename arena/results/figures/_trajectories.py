"""Beliefs in the order in which they were asked for: of each seat in each episode, a row of numbers."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import NamedTuple

Place = float
"""When a belief was asked for: 0 before the first turn, a round's number, infinity after the verdict."""


class Course(NamedTuple):
    """What one seat believed over an episode, at the places of its trajectory; None where it gave nothing."""

    episode: Hashable
    task: str
    seat: str
    values: tuple[float | None, ...]


class Trajectory(NamedTuple):
    """The courses of one condition, role and method, all over the same `places`."""

    condition: str
    role: str
    method: str
    places: tuple[Place, ...]
    courses: tuple[Course, ...]


def named(place: Place) -> str:
    """Return a place in words.

    >>> [named(place) for place in (0, 2, math.inf)]
    ['before the first turn', 'after round 2', 'after the verdict']
    """
    if place == 0:
        return "before the first turn"
    return "after the verdict" if math.isinf(place) else f"after round {place:g}"
