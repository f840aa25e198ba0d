"""Sums to work out, made from a seed: open ones whose answer is a number, and pairs of answers to compare."""

from __future__ import annotations

import random

from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.tasks._positions import two_answers
from arena.tasks.arithmetic import value_of
from arena.tasks.problems import perturbed
from arena.tasks.questions import question_task
from arena.tasks.task import Task

MOST = 20
SOLUTION = "I work out the brackets first, then the products, and then I add up. That makes {value}."


def sums(n: int = 10, seed: int = 0, terms: int = 4) -> list[Task]:
    """Return `n` tasks such as "What is 17 + 4 * (23 - 9)?", whose truth is a whole number as text.

    Each has `terms` numbers from 2 to 99, joined by ``+``, ``-`` and ``*``. The first tasks of a longer list
    are those of a shorter one with the same seed.

    Args:
        n: How many tasks are made.
        seed: The seed from which they follow.
        terms: How many numbers each sum has, from 2 to 20.

    Raises:
        UsageError: if there are fewer than 2 or more than 20 terms.

    >>> sums(1, seed=7)[0].text
    'What is 90 * (37 + 42) + 60?'
    """
    if not 2 <= terms <= MOST:
        raise UsageError(f"A sum has 2 to {MOST} terms, not {terms}.")
    return [_task(seed, place, terms) for place in range(n)]


def sum_pairs(n: int = 10, seed: int = 0, terms: int = 4) -> list[Task]:
    """Return `n` sums with a right and a wrong answer to each, which differ in nothing but the result.

    The wrong result is near the right one, as a mistake would give it. The position of the right answer is
    drawn: in every two successive tasks it is first once and second once.

    Args:
        n: How many tasks are made.
        seed: The seed from which they follow.
        terms: How many numbers each sum has, from 2 to 20.

    Raises:
        UsageError: if there are fewer than 2 or more than 20 terms.

    >>> task = sum_pairs(1, seed=7)[0]
    >>> task.text, task.truth.rpartition(". ")[2]
    ('What is 90 * (37 + 42) + 60?', 'That makes 7170.')
    """
    return [_pair(one, seed, place) for place, one in enumerate(sums(n, seed, terms))]


def _pair(task: Task, seed: int, place: int) -> Task:
    wrong = perturbed(task.truth, random.Random(derive(seed, "wrong sum", task.id)))
    right, other = (SOLUTION.format(value=value) for value in (task.truth, wrong))
    return question_task(f"pair-{task.id}", task.text, two_answers(seed, place, right, other), right)


def _task(seed: int, place: int, terms: int) -> Task:
    rng = random.Random(derive(seed, "sum", place, terms))
    parts: list[str] = []
    left = terms
    while left:
        size = min(left, rng.choice((1, 2, 3)))
        parts.append(_part([str(rng.randint(2, 99)) for _ in range(size)], rng))
        left -= size
    written = parts[0] + "".join(f" {rng.choice('+-')} {part}" for part in parts[1:])
    return Task(id=f"sum-{seed}-{terms}-{place}", text=f"What is {written}?", truth=str(value_of(written)))


def _part(numbers: list[str], rng: random.Random) -> str:
    """Return a number, a product of two numbers, or a product of a number and a sum in brackets."""
    if len(numbers) == 3:
        return f"{numbers[0]} * ({numbers[1]} {rng.choice('+-')} {numbers[2]})"
    return " * ".join(numbers)
