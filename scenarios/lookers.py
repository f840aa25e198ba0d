"""Questions about drawn pictures, and agents that know each question by its picture alone.

The pictures are made by seed, so their truth is exact (`arena.tasks.drawn`).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from string import ascii_uppercase

from arena import Agent, Reply, Request, Task
from arena.core.errors import UsageError
from arena.pictures import Picture
from arena.tasks import PublicTask, bar_charts, clock_faces, coloured_grids, coloured_shapes

_EACH = 25


def drawn_questions(choices: int) -> list[Task]:
    """Return tasks of each kind in turn: shapes, bars, clocks and grids."""
    makers = (coloured_shapes, bar_charts, clock_faces, coloured_grids)
    kinds = (make(_EACH, seed=7, choices=choices) for make in makers)
    return [task for four in zip(*kinds, strict=True) for task in four]


CHOICES = drawn_questions(choices=4)
"""A hundred questions with four answers each."""
COUNTED = [
    task
    for pair in zip(coloured_shapes(2 * _EACH, seed=9), bar_charts(2 * _EACH, seed=9), strict=True)
    for task in pair
]
"""A hundred questions whose truth is a whole number."""
_PLACES = {
    one: (place, task)
    for tasks in (CHOICES, COUNTED)
    for place, task in enumerate(tasks)
    for one in task.pictures
}


def lettered(task: PublicTask) -> dict[str, str]:
    """Return a task's answers by their letters."""
    return dict(zip(ascii_uppercase, task.data.get("answers", ()), strict=False))


def pictures_seen(request: Request) -> list[Picture]:
    """Return the pictures that a request shows, in their order."""
    return [one for event in (*request.view, request.prompt) for one in event.pictures]


def seen(request: Request) -> tuple[int, Task]:
    """Return the task of the first picture that a request shows, and its place among our tasks.

    Raises:
        ValueError: if it shows none of them.
    """
    known = next((_PLACES[one] for one in pictures_seen(request) if one in _PLACES), None)
    if known is None:
        raise ValueError("lookers know our drawn questions by their pictures, and the request shows none")
    return known


def off_by(task: PublicTask, truth: str, by: int) -> str:
    """Return the right answer, or the one that is so many further on: of a task's answers, or of numbers."""
    answers = [*task.data.get("answers", ())]
    return answers[(answers.index(truth) + by) % len(answers)] if answers else str(int(truth) + by)


@dataclass
class Looker(Agent, ABC):
    """An agent that knows each task by its picture, and replies to it as its courses say.

    The first course is that of the first task, and after the last the first follows again. A digit in a
    course is an answer that is so many further on from the right one: 0 is right.

    Args:
        of: The courses, with commas between them.
        samples: How many episodes each task has. Each of them has a course of its own.
    """

    of: str
    samples: int = 1

    def __post_init__(self) -> None:
        self._courses = self.of.split(",")
        if wrong := [one for one in self._courses if not re.fullmatch(self.allowed(), one)]:
            raise UsageError(
                f"A course of {type(self).__name__} has the form {self.allowed()}, unlike {wrong[0]!r}."
            )
        self._met: dict[int, list[int]] = {}

    @abstractmethod
    def allowed(self) -> str:
        """Return the pattern of a course."""

    @abstractmethod
    def worded(self, request: Request, task: Task, course: str) -> str:
        """Return the reply that a course says."""

    async def reply(self, request: Request) -> Reply:
        """Return the reply that the course of the request's task and episode says."""
        place, task = seen(request)
        met = self._met.setdefault(place, [])
        if request.root not in met:
            met.append(request.root)
        number = place * self.samples + met.index(request.root) % self.samples
        return Reply(self.worded(request, task, self._courses[number % len(self._courses)]))
