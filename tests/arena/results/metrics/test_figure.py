"""A figure: its coverage, and what it refuses to be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from arena.core.errors import UsageError
from arena.results.metrics import Figure
from arena.results.metrics.figure import mean_of


class TestFigure:
    def test_coverage_is_the_share_of_rows(self) -> None:
        assert Figure(0.5, n=3, of=4).coverage == 0.75

    def test_no_rows_have_no_coverage(self) -> None:
        assert Figure(None, n=0, of=0).coverage is None

    def test_undefined_is_never_nan(self) -> None:
        with pytest.raises(UsageError, match="None, not NaN"):
            Figure(math.nan, n=1, of=1)

    @pytest.mark.parametrize(("n", "of"), [(2, 1), (-1, 1)])
    def test_more_rows_than_there_are(self, n: int, of: int) -> None:
        with pytest.raises(UsageError, match=f"rest on {n} of {of}"):
            Figure(0.5, n, of)


class TestMeanOf:
    def test_missing_lowers_the_coverage_only(self) -> None:
        assert mean_of(np.array([1.0, np.nan, 0.5])) == Figure(0.75, 2, 3)

    def test_nothing_has_no_mean(self) -> None:
        assert mean_of(np.array([np.nan])) == Figure(None, 0, 1)
        assert mean_of(np.array([]), of=7) == Figure(None, 0, 7)

    def test_share_of_what_is_true(self) -> None:
        assert mean_of(np.array([True, False])) == Figure(0.5, 2, 2)
