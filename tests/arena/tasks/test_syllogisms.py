"""The right proof follows from the rules step by step, and the wrong one contradicts one of them."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from arena.tasks import syllogisms

STEP = re.compile(r"Every (\w+) (is a|is not|is) (\w+), so (\w+) (is a|is not|is) (\w+)\.")


@pytest.mark.parametrize("seed", [3, 4])
def test_each_step_of_the_right_proof_alone_is_a_rule(seed: int) -> None:
    """Checked by reading the rules anew: a proof is right if each of its rules stands in the question."""
    places: Counter[int] = Counter()
    for task in syllogisms(40, seed=seed):
        rules, _, question = task.text.rpartition(". Is it true or false that ")
        name, is_it, asked = re.match(r"(\w+) (is not|is) (\w+)\?", question).groups()  # type: ignore[union-attr]
        right = []
        for place, proof in enumerate(task.data["answers"]):
            steps = STEP.findall(proof)
            assert 3 <= len(steps) <= 5
            if all(f"Every {one} {link} {other}." in f"{rules}." for one, link, other, *_ in steps):
                right.append(place)
                assert steps[-1][3:] == (name, steps[-1][1], asked)
                assert proof.endswith(f"So it is {str(steps[-1][1] == is_it).lower()}.")
            kinds = [steps[0][0], *(other for _, link, other, *_ in steps if link == "is a")]
            assert proof.startswith(f"{name} is a {kinds[0]}.")
            assert [one for one, *_ in steps] == kinds
        assert len(right) == 1
        assert task.truth == task.data["answers"][right[0]]
        places[right[0]] += 1
    assert places == {0: 20, 1: 20}


def test_both_verdicts_are_right_about_as_often() -> None:
    ends = Counter(task.truth.rpartition(" ")[2] for task in syllogisms(400, seed=1))
    assert set(ends) == {"true.", "false."}
    assert min(ends.values()) > 150


def test_the_first_of_many_are_those_of_few() -> None:
    assert syllogisms(9, seed=1)[:3] == syllogisms(3, seed=1)
