"""Intervals around figures of several columns: seeded, order-free, honest where rows are too few."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.results.metrics import (
    Figure,
    accuracy,
    area_under_roc,
    brier_score,
    by_group,
    confidence_escalation,
    log_score,
    with_interval,
)
from tests.arena.results.metrics.strategies import GappyRow, gappy_columns, gappy_rows


class TestInterval:
    @settings(max_examples=50)
    @given(gappy_rows(at_most=12), st.randoms(use_true_random=False), st.data())
    def test_order_and_names_make_no_difference(
        self, rows: list[GappyRow], random: Any, data: st.DataObject
    ) -> None:
        tasks = data.draw(st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows)))
        there = with_interval(brier_score, *gappy_columns(rows), clusters=tasks, samples=20)
        order = random.sample(range(len(rows)), len(rows))
        shuffled = [rows[i] for i in order]
        renamed = [f"task {9 - tasks[i]}" for i in order]
        assert with_interval(brier_score, *gappy_columns(shuffled), clusters=renamed, samples=20) == there

    def test_the_seed_decides(self) -> None:
        columns = np.linspace(0, 1, 30), np.arange(30) % 2
        one, same, other = (with_interval(brier_score, *columns, seed=seed).interval for seed in (1, 1, 2))
        assert one == same != other

    def test_as_scipy_finds_it(self) -> None:
        rng = np.random.default_rng(0)
        stated = rng.random(200)
        right = (rng.random(200) < stated).astype(float)
        found = with_interval(brier_score, stated, right, samples=4000).interval
        theirs = bootstrap(
            ((stated - right) ** 2,), np.mean, n_resamples=4000, method="percentile", rng=rng
        ).confidence_interval
        assert found == pytest.approx((theirs.low, theirs.high), abs=0.004)

    def test_columns_stay_together(self) -> None:
        """Every row scores 0; rows torn apart would not."""
        assert with_interval(brier_score, [0, 1, 0, 1], [0, 1, 0, 1]).interval == (0, 0)

    def test_rows_of_a_table_are_drawn(self) -> None:
        beliefs: list[list[float | None]] = [[0.5, 0.75], [0.5, None], [None, None], [0.5, 0.25]]
        found = with_interval(confidence_escalation, beliefs)
        assert (found.value, found.n, found.of) == (0.0, 2, 4)
        with_all = with_interval(confidence_escalation, [[0.5, 0.75]] * 3 + [[0.5, 0.25]] * 3)
        assert with_all.interval is not None
        assert -0.25 <= with_all.interval.low < 0 < with_all.interval.high <= 0.25

    def test_missing_rows_are_not_drawn(self) -> None:
        """Half of the answers are missing: drawn, they would leave many resamples with none at all."""
        alone = with_interval(accuracy, [1, 0, 1])
        assert with_interval(accuracy, [1, 0, 1, None, None, None]).interval == alone.interval is not None

    @pytest.mark.parametrize(
        ("values", "tasks"), [([], []), ([None, 1], ["a", "b"]), ([1, 0, 1], ["a", "a", "a"])]
    )
    def test_one_cluster_has_no_interval(self, values: Any, tasks: list[str]) -> None:
        assert with_interval(accuracy, values, clusters=tasks).interval is None

    def test_no_interval_where_a_resample_is_undefined(self) -> None:
        """One wrong answer of three is missing from many a resample, and then there is no AUROC."""
        assert with_interval(area_under_roc, [0.9, 0.8, 0.7], [1, 1, 0]) == Figure(1.0, 3, 3)

    def test_no_interval_around_infinity(self) -> None:
        assert with_interval(log_score, [0.0, 0.5], [1, 1]) == Figure(float("inf"), 2, 2)

    @pytest.mark.parametrize(
        ("columns", "clusters", "problem"),
        [
            ((), None, "at least one column"),
            ((3,), None, "one number for each row"),
            ((["sure"],), None, "must hold numbers"),
            (([0.5, 0.5], [1]), None, "different lengths"),
            (([0.5, 0.5], [1, 0]), ["a"], "2 rows, but 1 names of clusters"),
            (([0.5, 0.5], [1, 0]), ["a", None], "Row 1 has no cluster"),
        ],
    )
    def test_what_cannot_be_drawn(self, columns: Any, clusters: Any, problem: str) -> None:
        with pytest.raises(UsageError, match=problem):
            with_interval(brier_score, *columns, clusters=clusters)

    @pytest.mark.parametrize("wrong", [{"samples": 0}, {"confidence": 1.0}])
    def test_numbers_that_make_no_interval(self, wrong: Any) -> None:
        with pytest.raises(UsageError):
            with_interval(accuracy, [1, 0], **wrong)


class TestByGroup:
    def test_each_group_is_as_if_alone(self) -> None:
        stated, right = [0.9, 0.2, 0.7, 0.6, 0.5], [1, 0, 0, 1, 0]
        found = by_group(brier_score, ["b", "a", "b", "a", "b"], stated, right, clusters=[1, 2, 3, 4, 5])
        assert list(found) == ["a", "b"]
        assert found["a"] == with_interval(brier_score, [0.2, 0.6], [0, 1])
        assert found["b"] == with_interval(brier_score, [0.9, 0.7, 0.5], [1, 0, 0])

    def test_no_rows_have_no_groups(self) -> None:
        assert by_group(accuracy, [], []) == {}

    @pytest.mark.parametrize(
        ("groups", "clusters"), [(["a"], None), (["a", None], None), (["a", "b"], ["task"])]
    )
    def test_rows_without_a_group_or_cluster(self, groups: Any, clusters: Any) -> None:
        with pytest.raises(UsageError):
            by_group(accuracy, groups, [1, 0], clusters=clusters)
