"""Beliefs of each seat in each episode, in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._trajectories import Course, Trajectory
from arena.results.study import Annotations, group_codes

Floats = NDArray[np.float64]
MOMENTS = {"before": 0.0, "after": np.inf, "hindsight": np.inf}
"""When beliefs were asked for that are of no round."""


@dataclass(frozen=True, slots=True)
class Courses:
    """The beliefs of one condition, role and method.

    Args:
        condition: the condition.
        role: the seats' role.
        method: how the beliefs were elicited.
        places: when they were asked for: 0 before the first turn, a round, infinity after the verdict.
        values: (courses, places), a course for each seat of each episode; NaN where it gave none.
        asked: (courses, places), whether the seat was asked there.
        rows: the first belief of each course, which knows its episode and seat.
    """

    condition: str
    role: str
    method: str
    places: Floats
    values: Floats
    asked: NDArray[np.bool_]
    rows: Annotations

    @property
    def first(self) -> Floats:
        """The first belief of each course, (courses,); NaN if the seat gave none there."""
        found: Floats = self.values[np.arange(len(self.values)), self.asked.argmax(axis=1)]
        return found

    @property
    def last(self) -> Floats:
        """The last belief that each seat was asked for, (courses,), whatever the episode's length."""
        found: Floats = self.values[np.arange(len(self.values)), self._last]
        return found

    @property
    def slopes(self) -> Floats:
        """The least-squares slope of each course, per asking, (courses,); NaN with fewer than two beliefs."""
        there = ~np.isnan(self.values)
        count = there.sum(axis=1)
        place = np.where(there, np.cumsum(self.asked, axis=1), 0)
        with np.errstate(invalid="ignore"):
            distance = np.where(there, place - (place.sum(axis=1) / count)[:, None], 0)
            slopes = (distance * np.where(there, self.values, 0)).sum(axis=1) / (distance**2).sum(axis=1)
        return np.asarray(np.where(count > 1, slopes, np.nan), dtype=np.float64)

    @property
    def several(self) -> bool:
        """Whether any seat was asked more than once."""
        return bool((self.asked.sum(axis=1) > 1).any())

    @property
    def _last(self) -> NDArray[np.intp]:
        return np.asarray(self.asked.shape[1] - 1 - self.asked[:, ::-1].argmax(axis=1))

    def trajectory(self) -> Trajectory:
        """Return the courses as they are drawn."""
        values = [[None if np.isnan(value) else value for value in own] for own in self.values.tolist()]
        tasks, seats = list(self.rows.task), list(self.rows.author)
        courses = tuple(
            Course(episode, task, seat, tuple(own))
            for episode, task, seat, own in zip(self.rows.episode.tolist(), tasks, seats, values, strict=True)
        )
        return Trajectory(self.condition, self.role, self.method, tuple(self.places.tolist()), courses)


def courses(beliefs: Annotations, values: Floats, role: str = "") -> Iterator[Courses]:
    """Yield the courses of each condition, role and method, which are never mixed.

    Args:
        beliefs: the beliefs.
        values: (beliefs,), what each says, from 0 to 1; NaN where nothing. Of several at one place, at most
            one counts.
        role: what all seats are called together; if it is empty, each is called without its number.
    """
    when = np.nan_to_num(beliefs.turn, nan=0.0)
    for moment, place in MOMENTS.items():
        when[beliefs.moment.is_(moment)] = place
    numbered = Numbered(beliefs, values, when)
    for condition, own_role, method, own in numbered.grouped(by_role=not role):
        yield own.courses(condition, role or own_role, method)


@dataclass(frozen=True, slots=True)
class Numbered:
    """Beliefs, what each says, and when it was asked for."""

    rows: Annotations
    values: Floats
    when: Floats

    def grouped(self, *, by_role: bool) -> Iterator[tuple[str, str, str, Numbered]]:
        """Yield the beliefs of each condition, method and, if they are told apart by it, role."""
        rows = self.rows
        code = group_codes(rows.condition, rows.method, *((rows.role,) if by_role else ()))
        _, firsts = np.unique(code, return_index=True)
        for first in sorted(firsts.tolist()):
            chosen = np.flatnonzero(code == code[first])
            own = Numbered(rows.where(chosen), self.values[chosen], self.when[chosen])
            yield rows.condition[first], rows.role[first], rows.method[first], own

    def courses(self, condition: str, role: str, method: str) -> Courses:
        """Return the beliefs as courses."""
        course = group_codes(self.rows.episode, self.rows.author)
        _, firsts = np.unique(course, return_index=True)
        places, place = np.unique(self.when, return_inverse=True)
        values = np.full((len(firsts), len(places)), np.nan)
        asked = np.zeros_like(values, dtype=np.bool_)
        asked[course, place] = True
        there = ~np.isnan(self.values)
        values[course[there], place[there]] = self.values[there]
        return Courses(condition, role, method, places, values, asked, self.rows.where(firsts))
