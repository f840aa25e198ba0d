"""Bar charts, drawn from whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from string import ascii_uppercase

from arena.core.seeds import derive
from arena.tasks.drawn._canvas import BLACK, COLOURS, LIGHT, Canvas
from arena.tasks.drawn._questions import DrawnQuestion, questions
from arena.tasks.task import Task

HIGHEST = 20
"""The highest value of a bar."""
_WIDTH, _HEIGHT = 480, 360
_LEFT, _BASE, _UNIT = 60, 310, 14
_SLOT, _BAR = 64, 36


def bar_charts(n: int = 10, seed: int = 0, choices: int = 0) -> list[Task]:
    """Return `n` tasks such as "What is the value of the bar C?", each with a chart of 4 to 6 bars.

    The bars have values from 1 to 20, and the axis has a line for each whole number. A question asks for the
    value of a bar, how much higher one is than another, or how many are higher than a number. The first tasks
    of a longer list are those of a shorter one with the same seed.

    Args:
        n: How many tasks are made.
        seed: The seed from which they follow.
        choices: How many answers there are to choose among, from 2 to 8; 0 is an open question.

    Raises:
        UsageError: if there can be no such number of answers.
        MissingExtra: if Pillow is not installed.
    """
    return [_task(one) for one in questions("bars", n, seed, choices)]


def _task(question: DrawnQuestion) -> Task:
    rng = Random(derive(question.seed, "bars", question.place))
    values = [rng.randint(1, HIGHEST) for _ in range(rng.randint(4, 6))]
    text, truth = _question(rng, values)
    return question.number_task(text, bar_chart(values), truth)


def _question(rng: Random, values: Sequence[int]) -> tuple[str, int]:
    """Return a question about the values, and its answer."""
    kind = rng.choice(("value", "difference", "count"))
    if kind == "count":
        limit = rng.randint(5, 15)
        return f"How many bars are higher than {limit}?", sum(value > limit for value in values)
    one, other = rng.sample(range(len(values)), 2)
    if kind == "value" or values[one] == values[other]:
        return f"What is the value of the bar {ascii_uppercase[one]}?", values[one]
    high, low = (one, other) if values[one] > values[other] else (other, one)
    names = ascii_uppercase[high], ascii_uppercase[low]
    text = f"By how much is the bar {names[0]} higher than the bar {names[1]}?"
    return text, values[high] - values[low]


def bar_chart(values: Sequence[int]) -> bytes:
    """Return a chart of at most 6 values from 0 to 20 as PNG of 480 times 360 pixels.

    The bars are called A, B and so on, and each has a colour of its own but the last, which has the first's.

    Raises:
        MissingExtra: if Pillow is not installed.
    """
    canvas = Canvas(_WIDTH, _HEIGHT)
    for value in range(HIGHEST + 1):
        y = _BASE - value * _UNIT
        canvas.line((_LEFT, y), (_WIDTH - 20, y), BLACK if value % 5 == 0 else LIGHT)
        if value % 5 == 0:
            canvas.text((_LEFT - 22, y), str(value))
    for place, (value, colour) in enumerate(
        zip(values, (*COLOURS.values(), *COLOURS.values()), strict=False)
    ):
        left = _LEFT + 12 + place * _SLOT
        if value:
            canvas.rectangle(left, _BASE - value * _UNIT, left + _BAR - 1, _BASE - 1, colour)
        canvas.text((left + _BAR / 2, _BASE + 20), ascii_uppercase[place], 20)
    return canvas.png()
