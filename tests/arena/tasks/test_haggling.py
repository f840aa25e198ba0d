"""Things to haggle over: from the seed alone, with values in nobody's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.tasks import haggling
from tests.shared.examples import some
from tests.shared.protocols import seeds

numbers = st.integers(1, 5)


class TestTasks:
    @some
    @given(seeds, st.integers(1, 6), numbers)
    def test_the_truth_follows_from_the_values(self, seed: int, n: int, items: int) -> None:
        for task in haggling(n, seed, items):
            worths = task.data["items"].values()
            assert len(worths) == items
            low, high = sum(one["cost"] for one in worths), sum(one["value"] for one in worths)
            assert task.truth["zone"] == ([low, high] if low <= high else None)
            assert task.truth["surplus"] == sum(max(0, one["value"] - one["cost"]) for one in worths) > 0

    @some
    @given(seeds, numbers)
    def test_a_longer_list_begins_with_a_shorter_one(self, seed: int, items: int) -> None:
        assert haggling(5, seed, items)[:2] == haggling(2, seed, items)
        assert len({task.id for task in haggling(5, seed, items)}) == 5

    @some
    @given(seeds, numbers)
    def test_no_number_is_in_the_text(self, seed: int, items: int) -> None:
        (task,) = haggling(1, seed, items)
        assert not any(character.isdigit() for character in task.text)
        assert task.briefs == {}

    def test_one_thing_is_always_worth_selling(self) -> None:
        assert all(task.truth["zone"] for task in haggling(200, seed=3))

    def test_of_several_some_are_not(self) -> None:
        worths = [worth for task in haggling(50, items=4) for worth in task.data["items"].values()]
        assert any(one["value"] < one["cost"] for one in worths)
        assert all(one["value"] > 0 for one in worths)

    def test_seeds_make_different_ones(self) -> None:
        assert haggling(3, seed=1) != haggling(3, seed=2)

    @pytest.mark.parametrize("items", [0, 17])
    def test_there_are_so_many_things_and_no_more(self, items: int) -> None:
        with pytest.raises(UsageError, match="1 to 16 items"):
            haggling(1, items=items)
