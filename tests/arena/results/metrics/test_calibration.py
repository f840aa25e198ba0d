"""Calibration: against scikit-learn, by hand, and what peers got wrong (confidence 0, gaps, bins)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve  # type: ignore[import-untyped]
from sklearn.metrics import brier_score_loss, log_loss  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.results.metrics import (
    Bins,
    Figure,
    brier_decomposition,
    brier_score,
    expected_calibration_error,
    log_score,
    overconfidence_bias,
    reliability_curve,
)
from arena.results.metrics._calibration import Closed, Spacing
from arena.results.metrics._values import read_pairs
from tests.arena.results.metrics.checks import close, value
from tests.arena.results.metrics.strategies import GappyRow, Row, columns, gappy_columns, gappy_rows, rows

some_bins = st.builds(
    Bins,
    st.integers(1, 20),
    spacing=st.sampled_from(["width", "mass"]),
    closed=st.sampled_from(["left", "right"]),
)

FIGURES = [brier_score, log_score, expected_calibration_error, overconfidence_bias]


class TestEveryFigure:
    @pytest.mark.parametrize("figure", FIGURES)
    @given(pairs=gappy_rows())
    def test_missing_rows_count_against_coverage_only(self, figure: Any, pairs: list[GappyRow]) -> None:
        """A missing confidence is not 0.5, and a missing outcome is not wrong."""
        there = [pair for pair in pairs if None not in pair]
        expected = figure(*gappy_columns(there))
        assert figure(*gappy_columns(pairs)) == Figure(expected.value, len(there), len(pairs))

    @pytest.mark.parametrize("figure", FIGURES)
    def test_missing_confidence_is_not_one_half(self, figure: Any) -> None:
        with_gap, with_half = figure([1.0, None], [1, 1]), figure([1.0, 0.5], [1, 1])
        assert with_gap == Figure(0.0, 1, 2)
        assert with_half.value != 0.0

    @pytest.mark.parametrize("figure", FIGURES)
    def test_confidence_zero_counts(self, figure: Any) -> None:
        """It is falsy, and the first bin of (a, b] would leave it out; here it halves the figure."""
        both, one = figure([0.0, 0.75], [0, 0]), figure([0.75], [0])
        assert (both.n, both.of) == (2, 2)
        assert both.value == one.value / 2

    @pytest.mark.parametrize("figure", FIGURES)
    def test_nothing_is_not_defined(self, figure: Any) -> None:
        assert figure([], []) == Figure(None, 0, 0)
        assert figure([None], [1]) == Figure(None, 0, 1)

    @pytest.mark.parametrize("figure", FIGURES)
    @given(pairs=rows(), random=st.randoms(use_true_random=False))
    def test_the_order_of_rows_makes_no_difference(self, figure: Any, pairs: list[Row], random: Any) -> None:
        """To the last bit."""
        assert figure(*columns(random.sample(pairs, len(pairs)))) == figure(*columns(pairs))

    @pytest.mark.parametrize("figure", [*FIGURES, reliability_curve, brier_decomposition])
    @pytest.mark.parametrize(
        ("confidence", "correct"), [([0.5], [1, 0]), ([75], [1]), ([0.5], [0.5]), ([0.5], [-1])]
    )
    def test_what_is_out_of_range_is_refused(self, figure: Any, confidence: Any, correct: Any) -> None:
        with pytest.raises(UsageError):
            figure(confidence, correct)


class TestBrier:
    @given(rows())
    def test_as_scikit_learn_finds_it(self, pairs: list[Row]) -> None:
        stated, right = columns(pairs)
        theirs = brier_score_loss(right, stated, pos_label=1, labels=[0, 1])
        assert value(brier_score(stated, right)) == pytest.approx(theirs)

    @given(rows())
    def test_is_reliability_less_resolution_plus_uncertainty(self, pairs: list[Row]) -> None:
        stated, right = columns(pairs)
        parts = brier_decomposition(stated, right)
        total = value(parts.reliability) - value(parts.resolution) + value(parts.uncertainty)
        assert total == pytest.approx(value(brier_score(stated, right)), abs=1e-12)
        assert {part.n for part in (parts.reliability, parts.resolution, parts.uncertainty)} == {len(pairs)}

    def test_decomposed_by_hand(self) -> None:
        """At 0.8 three of four are right, at 0.4 one of four; half overall."""
        parts = brier_decomposition([0.8] * 4 + [0.4] * 4 + [None], [1, 1, 1, 0, 1, 0, 0, 0, 1])
        assert value(parts.reliability) == pytest.approx((0.05**2 + 0.15**2) / 2)
        assert value(parts.resolution) == pytest.approx(0.25**2)
        assert parts.uncertainty == Figure(0.25, 8, 9)

    def test_nothing_has_no_parts(self) -> None:
        parts = brier_decomposition([None], [1])
        assert parts.reliability == parts.resolution == parts.uncertainty == Figure(None, 0, 1)


class TestLogScore:
    @given(st.lists(st.tuples(st.floats(0.001, 0.999), st.sampled_from([0, 1])), min_size=1))
    def test_as_scikit_learn_finds_it(self, pairs: list[Row]) -> None:
        stated, right = columns(pairs)
        assert value(log_score(stated, right)) == pytest.approx(log_loss(right, stated, labels=[0, 1]))

    def test_the_impossible_that_happened_is_infinite(self) -> None:
        assert log_score([0.0, 0.5], [1, 1]).value == math.inf
        assert log_score([1.0, 0.5], [0, 1]).value == math.inf

    def test_certainty_that_was_right_costs_nothing(self) -> None:
        assert repr(log_score([0.0, 1.0], [0, 1]).value) == "0.0"

    def test_clipping_is_named(self) -> None:
        assert value(log_score([0.0], [1], clip=0.05)) == pytest.approx(-math.log(0.05))
        assert value(log_score([1.0], [1], clip=0.05)) == pytest.approx(-math.log(0.95))

    @pytest.mark.parametrize("clip", [0, 0.5, -1, math.nan])
    def test_clips_that_are_none(self, clip: float) -> None:
        with pytest.raises(UsageError, match="clip"):
            log_score([0.5], [1], clip=clip)


class TestBins:
    def test_three_tenths_belong_to_the_fourth_bin(self) -> None:
        """As sums of steps the edges would be 0.30000000000000004 and so on."""
        bins = Bins()
        stated = np.arange(11) / 10
        assert bins.places(stated, bins.edges(stated)).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]

    def test_closed_on_the_right(self) -> None:
        bins = Bins(closed="right")
        stated = np.arange(11) / 10
        assert bins.places(stated, bins.edges(stated)).tolist() == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

    @pytest.mark.parametrize("closed", ["left", "right"])
    @given(stated=st.lists(st.floats(0, 1), min_size=1, max_size=40, unique=True), count=st.integers(1, 50))
    def test_equal_mass_is_equal(self, closed: Closed, stated: list[float], count: int) -> None:
        """Without equal confidences the bins' sizes differ by at most one, and none is empty."""
        bins = Bins(count, "mass", closed)
        edges = bins.edges(np.array(stated))
        sizes = np.bincount(bins.places(np.array(stated), edges), minlength=len(edges) - 1)
        assert len(sizes) == min(count, len(stated))
        assert sizes.max() - sizes.min() <= 1

    @given(rows(), some_bins)
    def test_equal_confidences_share_a_bin_with_edges_around_them(self, pairs: list[Row], bins: Bins) -> None:
        stated = np.array(columns(pairs)[0])
        edges = bins.edges(stated)
        places = bins.places(stated, edges)
        assert (np.diff(edges) >= 0).all()
        assert ((edges[places] <= stated) & (stated <= edges[places + 1])).all()
        assert len(set(zip(stated.tolist(), places.tolist(), strict=True))) == len(set(stated.tolist()))

    @pytest.mark.parametrize("closed", ["left", "right"])
    def test_two_lumps_are_two_bins(self, closed: Closed) -> None:
        bins = Bins(2, "mass", closed)
        stated = np.array([0.1] * 5 + [0.9] * 5)
        assert bins.places(stated, bins.edges(stated)).tolist() == [0] * 5 + [1] * 5

    def test_the_convention_has_a_name(self) -> None:
        assert str(Bins()) == "10 bins of equal width, [a, b), the last closed"
        assert str(Bins(5, "mass", "right")) == "5 bins of equal mass, (a, b], the first closed"

    @pytest.mark.parametrize("wrong", [{"count": 0}, {"spacing": "wide"}, {"closed": "both"}])
    def test_no_such_bins(self, wrong: Any) -> None:
        with pytest.raises(UsageError):
            Bins(**wrong)


class TestReliability:
    @given(rows(), st.integers(1, 15))
    def test_as_scikit_learn_finds_it(self, pairs: list[Row], count: int) -> None:
        """Whose bins are closed on the right; edges that rounding moves are kept out of the way."""
        stated, right = columns([(round(stated, 1) * 0.98 + 0.0012345, right) for stated, right in pairs])
        assume(len(set(right)) > 1)
        filled = [
            each for each in reliability_curve(stated, right, bins=Bins(count, closed="right")).bins if each.n
        ]
        accuracy, confidence = calibration_curve(right, stated, n_bins=count)
        assert [each.accuracy for each in filled] == pytest.approx(accuracy.tolist())
        assert [each.confidence for each in filled] == pytest.approx(confidence.tolist())

    def test_equal_mass_as_scikit_learn_finds_it(self) -> None:
        rng = np.random.default_rng(0)
        stated, right = rng.random(60), rng.integers(0, 2, 60)
        for closed in ("left", "right"):
            curve = reliability_curve(stated, right, bins=Bins(6, "mass", closed))
            accuracy, confidence = calibration_curve(right, stated, n_bins=6, strategy="quantile")
            assert [each.accuracy for each in curve.bins] == pytest.approx(accuracy.tolist())
            assert [each.confidence for each in curve.bins] == pytest.approx(confidence.tolist())

    def test_empty_bins_are_there_without_a_value(self) -> None:
        curve = reliability_curve([0.1, 0.9, 1.0, None], [0, 1, 0, 1], bins=Bins(4))
        assert [each.n for each in curve.bins] == [1, 0, 0, 2]
        assert (curve.bins[1].confidence, curve.bins[1].accuracy) == (None, None)
        assert (curve.bins[3].low, curve.bins[3].high) == (0.75, 1.0)
        assert (curve.bins[3].confidence, curve.bins[3].accuracy) == (0.95, 0.5)
        assert (curve.n, curve.of) == (3, 4)

    def test_nothing_has_no_bins(self) -> None:
        curve = reliability_curve([None], [1])
        assert (curve.bins, curve.n, curve.of) == ((), 0, 1)


class TestExpectedCalibrationError:
    @given(rows(), some_bins)
    def test_lies_between_zero_and_one(self, pairs: list[Row], bins: Bins) -> None:
        assert 0 <= value(expected_calibration_error(*columns(pairs), bins=bins)) <= 1

    @given(rows())
    def test_one_bin_is_the_overconfidence(self, pairs: list[Row]) -> None:
        stated, right = columns(pairs)
        found = value(expected_calibration_error(stated, right, bins=Bins(1)))
        assert found == pytest.approx(abs(value(overconfidence_bias(stated, right))))

    @given(rows(), some_bins)
    @example([(0.5, 1), (0.5, 0)], Bins(1))
    def test_no_bins_show_less_than_one_bin(self, pairs: list[Row], bins: Bins) -> None:
        """Gaps of opposite sign cancel only within a bin."""
        stated, right = columns(pairs)
        found = value(expected_calibration_error(stated, right, bins=bins))
        assert found >= abs(value(overconfidence_bias(stated, right))) - 1e-12

    def test_by_hand(self) -> None:
        """Below 0.5 one of two is right at 0.2 on average; from 0.5 up two of three are at 0.8."""
        found = expected_calibration_error([0.1, 0.3, 0.5, 0.9, 1.0], [0, 1, 1, 1, 0], bins=Bins(2))
        assert close(found, (2 * 0.3 + 3 * (0.8 - 2 / 3)) / 5, 5, 5)

    def test_conventions_differ_on_the_same_data(self) -> None:
        """So a figure has to say which it is."""
        stated, right = [0.5, 0.5, 0.4, 0.9], [1, 1, 0, 1]
        conventions: list[tuple[Spacing, Closed]] = [("width", "left"), ("width", "right"), ("mass", "right")]
        found = [
            value(expected_calibration_error(stated, right, bins=Bins(2, spacing, closed)))
            for spacing, closed in conventions
        ]
        assert found[0] == pytest.approx((3 * (1 - 1.9 / 3) + 0.4) / 4)
        assert found[1] == pytest.approx((3 * (2 / 3 - 1.4 / 3) + 0.1) / 4)
        assert len({round(each, 6) for each in found}) == 2
        assert str(Bins(2, "width", "left")) != str(Bins(2, "width", "right"))


class TestOverconfidence:
    def test_is_confidence_less_accuracy(self) -> None:
        found = overconfidence_bias([1.0, 0.5, 0.75, None], [1, 0, 0, 1])
        assert close(found, 0.75 - 1 / 3, 3, 4)

    def test_is_negative_where_accuracy_is_higher(self) -> None:
        assert overconfidence_bias([0.5, 0.5], [1, 1]).value == -0.5


class TestReadingPairs:
    def test_keeps_complete_rows_and_counts_all(self) -> None:
        stated, right, of = read_pairs([0.0, None, 0.5], [0, 1, None])
        assert (stated.tolist(), right.tolist(), of) == ([0.0], [0.0], 3)
