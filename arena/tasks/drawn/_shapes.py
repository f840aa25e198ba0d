"""Shapes in several colours, drawn from how many there are of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random
from typing import NamedTuple

from arena.core.seeds import derive
from arena.tasks.drawn._canvas import COLOURS, Canvas
from arena.tasks.drawn._questions import DrawnQuestion, questions
from arena.tasks.task import Task

FORMS = ("circle", "square", "triangle")
MOST_ALIKE = 6
"""The largest number of shapes of the colour and form that a question is about."""
_COLUMNS, _ROWS, _SLOT, _HALF = 6, 4, 80, 24


class Shape(NamedTuple):
    """A shape: its colour, its form and the place of its centre in pixels."""

    colour: str
    form: str
    x: int
    y: int


def coloured_shapes(n: int = 10, seed: int = 0, choices: int = 0) -> list[Task]:
    """Return `n` tasks such as "How many red circles are in the picture?", whose truth is from 0 to 6.

    No shapes overlap, and each picture has 12 to 20. The first tasks of a longer list are those of a shorter
    one with the same seed.

    Args:
        n: How many tasks are made.
        seed: The seed from which they follow.
        choices: How many answers there are to choose among, from 2 to 8; 0 is an open question.

    Raises:
        UsageError: if there can be no such number of answers.
        MissingExtra: if Pillow is not installed.
    """
    return [_task(one) for one in questions("shapes", n, seed, choices)]


def _task(question: DrawnQuestion) -> Task:
    rng = Random(derive(question.seed, "shapes", question.place))
    asked = rng.choice(tuple(COLOURS)), rng.choice(FORMS)
    truth = rng.randint(0, MOST_ALIKE)
    others = [kind for kind in product(COLOURS, FORMS) if kind != asked]
    kinds = [asked] * truth + rng.choices(others, k=rng.randint(12, 20) - truth)
    slots = rng.sample(tuple(product(range(_COLUMNS), range(_ROWS))), len(kinds))
    shapes = [
        Shape(*kind, *(_SLOT * at + _SLOT // 2 + rng.randint(-12, 12) for at in slot))
        for kind, slot in zip(kinds, slots, strict=True)
    ]
    text = f"How many {asked[0]} {asked[1]}s are in the picture?"
    return question.number_task(text, shapes_picture(shapes), truth)


def shapes_picture(shapes: Sequence[Shape]) -> bytes:
    """Return shapes as PNG of 480 times 320 pixels.

    Raises:
        MissingExtra: if Pillow is not installed.
    """
    canvas = Canvas(_COLUMNS * _SLOT, _ROWS * _SLOT)
    for colour, form, x, y in shapes:
        fill = COLOURS[colour]
        if form == "circle":
            canvas.circle((x, y), _HALF, fill)
        elif form == "square":
            canvas.rectangle(x - _HALF + 3, y - _HALF + 3, x + _HALF - 3, y + _HALF - 3, fill)
        else:
            canvas.polygon([(x, y - _HALF), (x - _HALF, y + _HALF - 4), (x + _HALF, y + _HALF - 4)], fill)
    return canvas.png()
