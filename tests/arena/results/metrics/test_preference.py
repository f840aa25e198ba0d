"""Length and self: against scipy, and free of who happens to be named first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pointbiserialr, spearmanr  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.results.metrics import Figure, by_group, length_correlation, self_preference
from arena.results.metrics._preference import Correlation
from tests.arena.results.metrics.strategies import points

METHODS: list[Correlation] = ["point-biserial", "spearman"]

Comparison = tuple[int, int, float]
comparisons = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), points), min_size=1, max_size=20)


def columns(rows: list[Comparison]) -> tuple[list[int], list[int], list[float]]:
    """Both lengths and the points of the one."""
    return [one for one, _, _ in rows], [other for _, other, _ in rows], [won for _, _, won in rows]


class TestLength:
    @pytest.mark.parametrize("method", METHODS)
    @given(rows=comparisons)
    def test_as_scipy_finds_it_from_both_sides(self, method: Correlation, rows: list[Comparison]) -> None:
        one, other, won = map(np.array, columns(rows))
        found = length_correlation(one, other, won, method=method)
        decided = won != 0.5
        longer, won = (one - other)[decided], won[decided]
        assert found.n == found.of == len(won)
        if not longer.any():
            assert found.value is None
            return
        oracle = spearmanr if method == "spearman" else pointbiserialr
        theirs = oracle(np.concatenate([won, 1 - won]), np.concatenate([longer, -longer])).statistic
        assert found.value == pytest.approx(theirs, abs=1e-9)

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("ties", ["half", "left out"])
    @given(rows=comparisons, data=st.data())
    def test_who_is_named_first_makes_no_difference(
        self, method: Correlation, ties: Any, rows: list[Comparison], data: st.DataObject
    ) -> None:
        turned = [
            (other, one, 1 - won) if data.draw(st.booleans()) else (one, other, won)
            for one, other, won in rows
        ]
        here, there = (
            length_correlation(*columns(each), method=method, ties=ties) for each in (rows, turned)
        )
        assert here.value == (None if there.value is None else pytest.approx(there.value, abs=1e-9))

    @pytest.mark.parametrize("method", METHODS)
    def test_the_first_named_winning_always_is_no_length_bias(self, method: Correlation) -> None:
        """Once the longer, once the shorter by as much: plain correlation has no variance in the wins."""
        assert length_correlation([9, 1], [1, 9], [1, 1], method=method).value == 0.0

    @pytest.mark.parametrize("method", METHODS)
    def test_the_sign_says_who_wins(self, method: Correlation) -> None:
        assert length_correlation([9, 9], [1, 1], [1, 1], method=method).value == 1.0
        assert length_correlation([9, 9], [1, 1], [0, 0], method=method).value == -1.0

    def test_ties_half_or_left_out(self) -> None:
        arguments = [5, 5, 9, None], [3, 3, 1, 4], [1, 0, 0.5, 1]
        assert length_correlation(*arguments) == Figure(0.0, 2, 3)
        assert length_correlation(*arguments, ties="half") == Figure(0.0, 3, 4)
        assert length_correlation([5], [3], [0.5], ties="half") == Figure(None, 1, 1)

    def test_equal_lengths_are_not_defined(self) -> None:
        assert length_correlation([5, 5], [5, 5], [1, 0]) == Figure(None, 2, 2)
        assert length_correlation([], [], []) == Figure(None, 0, 0)

    @pytest.mark.parametrize(
        ("arguments", "options"),
        [
            (([5], [3, 3], [1]), {}),
            (([-5], [3], [1]), {}),
            (([5], [3], [2]), {}),
            (([5], [3], [1]), {"method": "kendall"}),
            (([5], [3], [1]), {"ties": "ignored"}),
        ],
    )
    def test_what_is_out_of_range_is_refused(self, arguments: Any, options: Any) -> None:
        with pytest.raises(UsageError):
            length_correlation(*arguments, **options)


class TestSelf:
    def test_is_own_score_less_the_panels(self) -> None:
        """A missing score of the panel is not a score of 0."""
        assert self_preference([9, 8, 7, None], [7, 9, None, 5]) == Figure(0.5, 2, 4)

    def test_of_each_judge(self) -> None:
        found = by_group(self_preference, ["ann", "bob", "ann"], [9, 5, 8], [7, 6, 8])
        assert {judge: each.value for judge, each in found.items()} == {"ann": 1.0, "bob": -1.0}

    def test_nothing_is_not_defined(self) -> None:
        assert self_preference([None], [7]) == Figure(None, 0, 1)

    def test_columns_of_different_lengths(self) -> None:
        with pytest.raises(UsageError, match="different lengths"):
            self_preference([1], [1, 2])
