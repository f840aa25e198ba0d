"""Resampling by weights gives what resampling of rows gives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.results.metrics import (
    Bins,
    Figure,
    area_under_risk_coverage,
    area_under_roc,
    expected_calibration_error,
    is_weighable,
    overconfidence_bias,
    weighted_interval,
)
from arena.results.metrics._weighted import _MEASURES

five = partial(expected_calibration_error, bins=Bins(5))
MEASURES = (expected_calibration_error, five, area_under_roc, area_under_risk_coverage)
STATED = st.integers(0, 8).map(lambda eighths: eighths / 8)
ROWS = st.lists(st.tuples(STATED, st.integers(0, 1), st.integers(0, 3)), min_size=1, max_size=12)


@pytest.mark.parametrize("measure", MEASURES)
@given(rows=ROWS)
def test_a_measure_of_weights_is_that_of_the_rows_so_often(
    measure: Callable[..., Figure], rows: list[tuple[float, int, int]]
) -> None:
    stated, right, weights = (
        np.array(column, dtype=np.float64) for column in zip(*sorted(rows), strict=True)
    )
    times = weights.astype(int)
    if not times.sum():
        return
    weighed = _MEASURES[getattr(measure, "func", measure)](measure, stated, right)
    expected = measure(np.repeat(stated, times), np.repeat(right, times)).value
    found = weighed(weights)
    assert np.isnan(found) if expected is None else found == pytest.approx(expected, abs=1e-12)


def test_which_measures_have_a_weighted_form() -> None:
    assert all(is_weighable(measure) for measure in MEASURES)
    assert not is_weighable(overconfidence_bias)
    assert not is_weighable(partial(expected_calibration_error, bins=Bins(5, "mass")))


def test_the_interval_does_not_depend_on_the_order_of_rows_or_the_numbers_of_clusters() -> None:
    rng = np.random.default_rng(4)
    stated, right = rng.random(600), rng.integers(0, 2, 600).astype(np.float64)
    clusters = np.repeat(np.arange(40, dtype=np.int32), 15)
    found = weighted_interval(area_under_roc, (stated, right), clusters, samples=50)
    shuffled = rng.permutation(600)
    renamed = rng.permutation(40).astype(np.int32)[clusters]
    again = weighted_interval(
        area_under_roc, (stated[shuffled], right[shuffled]), renamed[shuffled], samples=50
    )
    assert found is not None
    assert again == pytest.approx(found)


def test_rows_without_a_value_are_not_drawn_and_an_undefined_resample_leaves_no_interval() -> None:
    clusters = np.arange(4, dtype=np.int32)
    stated, right = np.array([0.2, 0.9, np.nan, 0.5]), np.array([0.0, 1.0, 1.0, np.nan])
    assert weighted_interval(area_under_roc, (stated, right), clusters, samples=50) is None
    found = weighted_interval(expected_calibration_error, (stated, right), clusters, samples=50)
    assert found is not None
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.2)
