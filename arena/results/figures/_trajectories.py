"""Beliefs in the order in which they were asked for: of each seat in each episode, a row of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from arena.results.columns import BeliefRow, EpisodeKey
from arena.results.figures.lines import grouped

Place = float
"""When a belief was asked for: 0 before the first turn, a round's number, infinity after the verdict."""


class Course(NamedTuple):
    """What one seat believed over an episode, at the places of its trajectory; None where it gave nothing."""

    episode: EpisodeKey
    cluster: str
    seat: str
    values: tuple[float | None, ...]


class Trajectory(NamedTuple):
    """The courses of one condition, role and method, all over the same `places`."""

    condition: str
    role: str
    method: str
    places: tuple[Place, ...]
    courses: tuple[Course, ...]


def trajectories(
    beliefs: Iterable[BeliefRow], value: Callable[[BeliefRow], float | None]
) -> list[Trajectory]:
    """Return the beliefs in their order, by condition, role and method, which are never mixed.

    A place belongs to a trajectory if anybody was asked there, and an episode that ended earlier has None.
    """
    found = []
    kinds = grouped(beliefs, lambda row: (row.condition, row.role, row.method))
    for (condition, role, method), rows in kinds.items():
        places = tuple(sorted({place(row) for row in rows}))
        courses = []
        for (episode, seat), own in grouped(rows, lambda row: (row.episode, row.seat)).items():
            # Of several answers that were asked about at once, at most one has a value.
            said = {place(row): value(row) for row in own if value(row) is not None}
            courses.append(Course(episode, own[0].cluster, seat, tuple(map(said.get, places))))
        found.append(Trajectory(condition, role, method, places, tuple(courses)))
    return found


def place(row: BeliefRow) -> Place:
    """Return when a belief was asked for."""
    return {"before": 0, "after": math.inf}.get(row.moment, row.round)


def named(place: Place) -> str:
    """Return a place in words.

    >>> [named(place) for place in (0, 2, math.inf)]
    ['before the first turn', 'after round 2', 'after the verdict']
    """
    if place == 0:
        return "before the first turn"
    return "after the verdict" if math.isinf(place) else f"after round {place:g}"
