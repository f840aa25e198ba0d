"""Chains of arithmetic with at most one wrong step, made from a seed: whose first error is known exactly."""

from __future__ import annotations

import random

from arena.core.seeds import derive
from arena.tasks.solutions import NO_ERROR
from arena.tasks.task import Task

_FEWEST, _MOST, _MOST_PRODUCTS = 3, 8, 2
_WORDS = {"+": "add {}", "-": "take away {}", "*": "multiply by {}"}


def faulty_chains(n: int = 10, seed: int = 0) -> list[Task]:
    """Return `n` chains of 3 to 8 steps such as ``17 * 3 = 51``, whose truth is the index of the first error.

    They have the form of ProcessBench (Zheng et al. 2024): the steps count from 0, and the truth is -1 if
    none is wrong. Every second chain, from the first, has one wrong result. In every second of these, the
    steps after it go on from the wrong result; in the others, from the right one. That is the category:
    ``right``, ``carried on`` or ``not carried on``. The first tasks of a longer list are those of a shorter
    one with the same seed.

    Args:
        n: How many chains are made.
        seed: The seed from which they follow.

    >>> (task,) = faulty_chains(1, seed=7)
    >>> task.data["steps"][:2], task.truth
    (['19 + 21 = 40', '40 * 2 = 80'], 3)
    """
    return [_task(seed, place) for place in range(n)]


def _task(seed: int, place: int) -> Task:
    rng = random.Random(derive(seed, "chain", place))
    first, length = rng.randint(10, 99), rng.randint(_FEWEST, _MOST)
    wrong = rng.randrange(length) if place % 2 == 0 else NO_ERROR
    carries = place % 4 == 0
    steps, words, value, times = [], [], first, 0
    for number in range(length):
        sign = rng.choice("+-*")
        by = rng.randint(2, 9) if sign == "*" else rng.randint(10, 99)
        if (sign == "*" and times == _MOST_PRODUCTS) or (sign == "-" and by > value // 2):
            sign = "+"  # so that numbers stay readable, and none is below 0
        times += sign == "*"
        result = {"+": value + by, "-": value - by, "*": value * by}[sign]
        told = result + rng.choice((-2, -1, 1, 2)) if number == wrong else result
        steps.append(f"{value} {sign} {by} = {told}")
        words.append(_WORDS[sign].format(by))
        value = told if carries else result
    return Task(
        id=f"chain-{seed}-{place}",
        text=f"Begin with {first}, and one after the other {', '.join(words)}. What comes out?",
        data={"steps": steps, "category": _category(wrong, carries)},
        truth=wrong,
    )


def _category(wrong: int, carries: bool) -> str:
    if wrong == NO_ERROR:
        return "right"
    return "carried on" if carries else "not carried on"
