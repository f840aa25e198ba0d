"""Clock faces, drawn from hours and minutes."""

from __future__ import annotations

import math
from random import Random

from arena.core.seeds import derive
from arena.tasks.drawn._canvas import BLACK, COLOURS, Canvas, Spot
from arena.tasks.drawn._questions import DrawnQuestion, questions
from arena.tasks.task import Task

SIZE = 320
"""How many pixels a clock face is wide and high."""
HOUR_HAND, MINUTE_HAND = 75, 120
"""How many pixels the hands are long. The hour hand is red, and the minute hand blue."""
_CENTRE = SIZE / 2
_RADIUS, _NUMERALS = 152, 130
_MINUTES = 12 * 60
_OTHERS = (5, -5, 60, -60, 30, -30, 15, -15)
"""By how many minutes a wrong answer differs."""


def clock_faces(n: int = 10, seed: int = 0, choices: int = 0) -> list[Task]:
    """Return `n` tasks that ask for the time on a clock face, whose truth is such as ``4:35``.

    Minutes are multiples of 5. The first tasks of a longer list are those of a shorter one with the same
    seed.

    Args:
        n: How many tasks are made.
        seed: The seed from which they follow.
        choices: How many answers there are to choose among, from 2 to 8; 0 is an open question.

    Raises:
        UsageError: if there can be no such number of answers.
        MissingExtra: if Pillow is not installed.
    """
    return [_task(one) for one in questions("clock", n, seed, choices)]


def _task(question: DrawnQuestion) -> Task:
    time = Random(derive(question.seed, "clock", question.place)).randrange(0, _MINUTES, 5)

    def wrong(rng: Random) -> list[str]:
        return [_written(time + by) for by in rng.sample(_OTHERS, len(_OTHERS))]

    text = "What time does the clock show? Give hours and minutes, such as 4:05."
    face = clock_face(time // 60, time % 60)
    return question.task(text, face, _written(time), wrong)


def _written(time: int) -> str:
    hour, minute = divmod(time % _MINUTES, 60)
    return f"{hour or 12}:{minute:02}"


def clock_face(hour: int, minute: int) -> bytes:
    """Return a clock face as PNG of 320 times 320 pixels. The hour hand moves on with the minutes.

    Raises:
        MissingExtra: if Pillow is not installed.
    """
    canvas = Canvas(SIZE, SIZE)
    canvas.circle((_CENTRE, _CENTRE), _RADIUS, None, BLACK)
    for tick in range(60):
        inner = _RADIUS - (10 if tick % 5 == 0 else 5)
        canvas.line(_at(tick / 60, inner), _at(tick / 60, _RADIUS), BLACK, 2 if tick % 5 == 0 else 1)
    for numeral in range(1, 13):
        canvas.text(_at(numeral / 12, _NUMERALS), str(numeral), 20)
    centre = _CENTRE, _CENTRE
    canvas.line(centre, _at((hour + minute / 60) / 12, HOUR_HAND), COLOURS["red"], 9)
    canvas.line(centre, _at(minute / 60, MINUTE_HAND), COLOURS["blue"], 5)
    canvas.circle(centre, 7, BLACK)
    return canvas.png()


def _at(turn: float, radius: float) -> Spot:
    """Return the place at a part of a turn, clockwise from the top."""
    angle = 2 * math.pi * turn
    return _CENTRE + radius * math.sin(angle), _CENTRE - radius * math.cos(angle)
