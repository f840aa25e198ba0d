"""Grids of coloured cells, drawn from the colours of the cells."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from arena.core.seeds import derive
from arena.tasks.drawn._canvas import BLACK, COLOURS, WHITE, Canvas
from arena.tasks.drawn._questions import DrawnQuestion, questions
from arena.tasks.task import Task

CELL = 40
"""How many pixels a cell is wide and high, its right and lower line included."""
_ROWS, _COLUMNS = 6, 8


def coloured_grids(n: int = 10, seed: int = 0, choices: int = 0) -> list[Task]:
    """Return `n` tasks such as "How many cells are blue?", each with a grid of 6 rows of 8 cells.

    The truth is from 0 to 16. The first tasks of a longer list are those of a shorter one with the same seed.

    Args:
        n: How many tasks are made.
        seed: The seed from which they follow.
        choices: How many answers there are to choose among, from 2 to 8; 0 is an open question.

    Raises:
        UsageError: if there can be no such number of answers.
        MissingExtra: if Pillow is not installed.
    """
    return [_task(one) for one in questions("grid", n, seed, choices)]


def _task(question: DrawnQuestion) -> Task:
    rng = Random(derive(question.seed, "grid", question.place))
    colour = rng.choice(tuple(COLOURS))
    truth = rng.randint(0, 16)
    others = ["", *(other for other in COLOURS if other != colour)]
    cells = [colour] * truth + rng.choices(others, k=_ROWS * _COLUMNS - truth)
    rng.shuffle(cells)
    rows = [cells[start : start + _COLUMNS] for start in range(0, len(cells), _COLUMNS)]
    text = f"How many cells of the grid are {colour}?"
    return question.number_task(text, grid_picture(rows), truth)


def grid_picture(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a grid as PNG, whose cells have the names of colours, or are empty and white.

    Raises:
        MissingExtra: if Pillow is not installed.
    """
    canvas = Canvas(CELL * len(rows[0]) + 1, CELL * len(rows) + 1)
    for y, row in enumerate(rows):
        for x, colour in enumerate(row):
            left, top = x * CELL, y * CELL
            fill = COLOURS[colour] if colour else WHITE
            canvas.rectangle(left, top, left + CELL, top + CELL, fill, BLACK)
    return canvas.png()
