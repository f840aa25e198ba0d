"""Pairs of solutions of sums: they differ in the result alone, and each place is right half the time."""

from __future__ import annotations

import re
from collections import Counter

from arena.tasks import sum_pairs
from arena.tasks.arithmetic import value_of


def test_one_of_two_answers_is_the_value_of_the_sum() -> None:
    places: Counter[int] = Counter()
    for task in sum_pairs(40, seed=3):
        written = task.text.removeprefix("What is ").removesuffix("?")
        results = [answer.rpartition("That makes ")[2].rstrip(".") for answer in task.data["answers"]]
        right = [place for place, result in enumerate(results) if result == str(value_of(written))]
        assert len(right) == 1
        assert task.truth == task.data["answers"][right[0]]
        assert len({re.sub(r"-?[0-9]+", "", answer) for answer in task.data["answers"]}) == 1
        places[right[0]] += 1
    assert places == {0: 20, 1: 20}


def test_the_first_of_many_are_those_of_few() -> None:
    assert sum_pairs(9, seed=1)[:3] == sum_pairs(3, seed=1)
