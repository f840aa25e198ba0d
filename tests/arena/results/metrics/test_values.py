"""Reading columns: missing stays missing, out of range is refused, and sums do not depend on order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.results.metrics._values import (
    among,
    average_ranks,
    chances,
    check_convention,
    column,
    complete,
    exact_mean,
    matrix,
    missing,
    outcomes,
    points,
    same_length,
)


class TestColumns:
    @pytest.mark.parametrize("values", [[0, None, 1], [0.0, float("nan"), True], np.array([0, np.nan, 1])])
    def test_none_and_nan_are_missing(self, values: Any) -> None:
        for read in (column, chances, outcomes, points):
            np.testing.assert_array_equal(read("x", values), [0, np.nan, 1])

    @pytest.mark.parametrize("values", [75, [[0.5]], ["sure"], [[1, 2], [3]], [float("inf")]])
    def test_no_column_of_numbers(self, values: Any) -> None:
        with pytest.raises(UsageError, match="values of x must"):
            column("x", values)

    @pytest.mark.parametrize("value", [75, -0.01, 1.0000001])
    def test_a_percentage_is_no_chance(self, value: float) -> None:
        with pytest.raises(UsageError, match="between 0 and 1"):
            chances("x", [0.5, value])

    def test_half_right_is_no_outcome(self) -> None:
        with pytest.raises(UsageError, match=r"0 or 1 \(or missing\), not 0\.5"):
            outcomes("x", [1, 0.5])
        np.testing.assert_array_equal(points("x", [1, 0.5]), [1, 0.5])

    def test_other_points(self) -> None:
        with pytest.raises(UsageError, match=r"0 or 0\.5 or 1"):
            points("x", [0.25])

    def test_among_what_is_allowed(self) -> None:
        np.testing.assert_array_equal(among("x", np.array([2, np.nan]), (2, 3)), [2, np.nan])


class TestTable:
    def test_missing_cells(self) -> None:
        np.testing.assert_array_equal(matrix("x", [[1, None], [None, 2]]), [[1, np.nan], [np.nan, 2]])

    def test_no_rows(self) -> None:
        assert matrix("x", []).shape == (0, 0)

    @pytest.mark.parametrize("rows", [[1, 2], [[1, 2], [3]], [[[1]]]])
    def test_ragged_or_flat(self, rows: Any) -> None:
        with pytest.raises(UsageError, match="rows with the same number"):
            matrix("x", rows)


class TestArithmetic:
    def test_complete_rows(self) -> None:
        one, other = np.array([1, np.nan, 1]), np.array([1, 1, np.nan])
        assert complete(one, other).tolist() == [True, False, False]
        assert missing(one).tolist() == [False, True, False]

    @given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.randoms(use_true_random=False))
    def test_the_mean_is_the_same_in_any_order(self, values: list[float], random: Any) -> None:
        shuffled = random.sample(values, len(values))
        assert exact_mean(np.array(shuffled)) == exact_mean(np.array(values))

    def test_nothing_has_no_mean(self) -> None:
        assert exact_mean(np.array([])) is None

    @given(st.lists(st.integers(0, 5).map(float)))
    def test_equals_share_their_rank(self, values: list[float]) -> None:
        np.testing.assert_array_equal(average_ranks(np.array(values)), rankdata(values))


class TestRefusals:
    def test_an_unknown_convention_names_the_known(self) -> None:
        with pytest.raises(UsageError, match=r"no method 'guess'; it is one of 'one', 'two'"):
            check_convention("method", "guess", ("one", "two"))

    def test_columns_of_different_lengths_are_named(self) -> None:
        with pytest.raises(UsageError, match=r"\{'one': 1, 'other': 2\}"):
            same_length(one=[1], other=[1, 2])
