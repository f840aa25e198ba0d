"""Selective answering: every threshold, no sort order, against scikit-learn and all permutations."""

from __future__ import annotations

from itertools import permutations
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.results.metrics import (
    Figure,
    area_under_risk_coverage,
    area_under_roc,
    risk_coverage_curve,
    wrong_at_confidence,
)
from tests.arena.results.metrics.checks import close, value
from tests.arena.results.metrics.strategies import GappyRow, Row, columns, gappy_columns, gappy_rows, rows


def sorted_area(pairs: list[Row]) -> float:
    """The AURC as peers find it: whatever a stable sort makes of equal confidences."""
    wrong = [1 - right for _, right in sorted(pairs, key=lambda pair: -pair[0])]
    return fmean(sum(wrong[:k]) / k for k in range(1, len(wrong) + 1))


class TestAreaUnderRiskCoverage:
    @settings(max_examples=50)
    @given(rows(at_most=6))
    def test_is_the_mean_over_all_orders(self, pairs: list[Row]) -> None:
        found = area_under_risk_coverage(*columns(pairs)).value
        assert found == pytest.approx(fmean(sorted_area(list(order)) for order in permutations(pairs)))

    @given(rows(), st.randoms(use_true_random=False))
    def test_the_order_of_ties_makes_no_difference(self, pairs: list[Row], random: Any) -> None:
        """To the last bit."""
        shuffled = random.sample(pairs, len(pairs))
        assert area_under_risk_coverage(*columns(shuffled)) == area_under_risk_coverage(*columns(pairs))

    def test_a_sort_gives_two_answers_on_the_same_data(self) -> None:
        pairs = [(0.9, 1), (0.8, 0), (0.8, 1), (0.8, 1), (0.6, 0)]
        one, other = sorted_area(pairs), sorted_area(pairs[::-1])
        assert (one, other) == pytest.approx((89 / 300, 39 / 300))
        here, there = (value(area_under_risk_coverage(*columns(order))) for order in (pairs, pairs[::-1]))
        assert other < here == there < one

    @given(st.lists(st.sampled_from([0, 1]), min_size=1))
    def test_equal_confidence_throughout_is_the_error_rate(self, right: list[int]) -> None:
        found = area_under_risk_coverage([0.5] * len(right), right)
        assert found.value == pytest.approx(1 - sum(right) / len(right))

    def test_by_hand(self) -> None:
        """Risks 0, 1/2, 1/3 and 1/2."""
        found = area_under_risk_coverage([0.9, 0.7, 0.6, 0.0, None], [1, 0, 1, 0, 1])
        assert close(found, (1 / 2 + 1 / 3 + 1 / 2) / 4, 4, 5)

    def test_nothing_is_not_defined(self) -> None:
        assert area_under_risk_coverage([None], [0]) == Figure(None, 0, 1)
        assert area_under_risk_coverage([None], [0], rule="trapezoid") == Figure(None, 0, 1)

    def test_the_trapezoid_rule_gives_the_number_of_objexmt(self) -> None:
        """Risks 0, 1/2, 1/3, 1/4: their mean is 13/48, and numpy's trapezoid over 1/4 .. 1 is 11.5/48."""
        stated, right = [0.9, 0.8, 0.6, 0.4], [1, 0, 1, 1]
        assert close(area_under_risk_coverage(stated, right), 13 / 48, 4, 4)
        assert close(area_under_risk_coverage(stated, right, rule="trapezoid"), 11.5 / 48, 4, 4)
        with pytest.raises(UsageError, match="rule"):
            area_under_risk_coverage(stated, right, rule="simpson")  # type: ignore[arg-type]


class TestRiskCoverageCurve:
    def test_has_one_point_a_threshold(self) -> None:
        curve = risk_coverage_curve([0.8, 0.9, 0.8, 0.0, None], [0, 1, 1, 0, 0])
        found = [(point.threshold, point.coverage, point.risk, point.n) for point in curve.points]
        assert found == [(0.9, 0.25, 0.0, 1), (0.8, 0.75, 1 / 3, 3), (0.0, 1.0, 0.5, 4)]
        assert (curve.n, curve.of) == (4, 5)

    @given(gappy_rows())
    def test_ends_at_full_coverage_and_the_error_rate(self, pairs: list[GappyRow]) -> None:
        curve = risk_coverage_curve(*gappy_columns(pairs))
        right = [pair[1] for pair in pairs if None not in pair]
        assert (curve.n, curve.of) == (len(right), len(pairs))
        if right:
            assert curve.points[-1].coverage == 1.0
            assert curve.points[-1].risk == right.count(0) / len(right)
        else:
            assert curve.points == ()

    @given(rows())
    def test_each_risk_is_the_wrong_at_its_threshold(self, pairs: list[Row]) -> None:
        for point in risk_coverage_curve(*columns(pairs)).points:
            found = wrong_at_confidence(*columns(pairs), threshold=point.threshold)
            assert close(found, point.risk, point.n, point.n)


class TestAreaUnderRoc:
    @given(rows())
    def test_as_scikit_learn_finds_it(self, pairs: list[Row]) -> None:
        stated, right = columns(pairs)
        found = area_under_roc(stated, right)
        if len(set(right)) == 2:
            assert found.value == pytest.approx(roc_auc_score(right, stated))
        else:
            assert found == Figure(None, len(pairs), len(pairs))

    @given(rows(), st.randoms(use_true_random=False))
    def test_the_order_of_rows_makes_no_difference(self, pairs: list[Row], random: Any) -> None:
        shuffled = random.sample(pairs, len(pairs))
        assert area_under_roc(*columns(shuffled)) == area_under_roc(*columns(pairs))

    def test_ties_count_half(self) -> None:
        assert area_under_roc([0.5, 0.5, None], [1, 0, 1]) == Figure(0.5, 2, 3)

    def test_confidence_zero_counts(self) -> None:
        assert area_under_roc([0.0, 0.1], [0, 1]).value == 1.0

    def test_one_kind_of_answer_has_none(self) -> None:
        """It is not 0.5, which would say that confidence is worthless."""
        assert area_under_roc([0.9, 0.8], [1, 1]).value is None
        assert area_under_roc([], []).value is None


class TestWrongAtConfidence:
    def test_the_threshold_is_included(self) -> None:
        assert wrong_at_confidence([0.9, 0.9, 0.89], [1, 0, 0], 0.9) == Figure(0.5, 2, 2)

    def test_who_may_belong_lowers_the_coverage(self) -> None:
        """Without a confidence, or sure without an outcome; but not who is unsure without an outcome."""
        found = wrong_at_confidence([0.9, None, 0.95, 0.1, None], [0, 1, None, None, None], 0.9)
        assert found == Figure(1.0, 1, 4)

    def test_nobody_that_sure_is_not_defined(self) -> None:
        assert wrong_at_confidence([0.5], [0], 0.9) == Figure(None, 0, 0)

    def test_threshold_zero_takes_confidence_zero(self) -> None:
        assert wrong_at_confidence([0.0, 1.0], [0, 1], 0).n == 2

    @given(rows())
    def test_counts_as_numpy_does(self, pairs: list[Row]) -> None:
        stated, right = map(np.array, columns(pairs))
        found = wrong_at_confidence(stated, right, 0.75)
        sure = right[stated >= 0.75]
        assert found.n == found.of == len(sure)
        assert found.value == (pytest.approx(1 - sure.mean()) if len(sure) else None)

    @pytest.mark.parametrize("threshold", [-0.1, 75, float("nan")])
    def test_thresholds_that_are_none(self, threshold: float) -> None:
        with pytest.raises(UsageError, match="threshold"):
            wrong_at_confidence([0.5], [1], threshold)

    @pytest.mark.parametrize(("confidence", "correct"), [([0.5], [1, 0]), ([75], [1]), ([0.5], [0.5])])
    def test_what_is_out_of_range_is_refused(self, confidence: Any, correct: Any) -> None:
        with pytest.raises(UsageError):
            wrong_at_confidence(confidence, correct, 0.5)
