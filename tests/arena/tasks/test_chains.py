"""Chains of arithmetic: their first error is where it is said to be, by an evaluation of our own."""

from __future__ import annotations

from hypothesis import given

from arena.tasks import Task, faulty_chains
from tests.shared.protocols import seeds


def holds(step: str) -> bool:
    left, told = step.split(" = ")
    one, sign, other = left.split(" ")
    return {"+": int(one) + int(other), "-": int(one) - int(other), "*": int(one) * int(other)}[sign] == int(
        told
    )


def wrong_in(task: Task) -> list[int]:
    return [place for place, step in enumerate(task.data["steps"]) if not holds(step)]


@given(seed=seeds)
def test_the_truth_is_the_one_step_that_does_not_hold(seed: int) -> None:
    for place, task in enumerate(faulty_chains(8, seed)):
        assert wrong_in(task) == ([] if place % 2 else [task.truth])
        assert (task.truth == -1) == (task.data["category"] == "right") == bool(place % 2)
        assert 3 <= len(task.data["steps"]) <= 8


@given(seed=seeds)
def test_what_follows_an_error_is_carried_on_or_not(seed: int) -> None:
    for task in faulty_chains(8, seed):
        steps = task.data["steps"]
        broken = [
            place
            for place in range(1, len(steps))
            if steps[place].split(" ")[0] != steps[place - 1].split(" = ")[1]
        ]
        goes_on = task.data["category"] != "not carried on" or task.truth == len(steps) - 1
        assert broken == ([] if goes_on else [task.truth + 1])


def test_a_shorter_list_begins_a_longer_one() -> None:
    assert faulty_chains(3, 5) == faulty_chains(9, 5)[:3]
