"""Sums to work out: right, from the seed, and the same however many are made."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.tasks import sums
from tests.shared.examples import few
from tests.shared.protocols import seeds


@few
@given(seeds, st.integers(2, 20))
def test_the_truth_is_what_python_makes_of_it(seed: int, terms: int) -> None:
    for task in sums(5, seed, terms):
        written = task.text.removeprefix("What is ").removesuffix("?")
        names = {type(node).__name__ for node in ast.walk(ast.parse(written, mode="eval"))}
        assert names <= {"Expression", "BinOp", "Constant", "Add", "Sub", "Mult"}
        assert task.truth == str(eval(written))  # checked to be arithmetic
        assert sum(part.isdecimal() for part in written.replace("(", "").replace(")", "").split()) == terms


@few
@given(seeds, st.integers(0, 8))
def test_a_longer_list_begins_with_the_shorter_one(seed: int, n: int) -> None:
    assert sums(9, seed)[:n] == sums(n, seed)


def test_the_truth_is_not_in_what_is_asked() -> None:
    assert all(
        task.public.model_dump(exclude={"id", "text"}) == {"data": {}, "briefs": {}} for task in sums(20)
    )


@pytest.mark.parametrize("terms", [-1, 1, 21])
def test_other_sums_are_refused(terms: int) -> None:
    with pytest.raises(UsageError, match="2 to 20 terms"):
        sums(1, terms=terms)
