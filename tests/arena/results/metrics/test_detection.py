"""Detection: errors found and right steps left alone, apart; and ProcessBench's F1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.results.metrics import (
    Figure,
    correct_step_accuracy,
    detection_harmonic_mean,
    detection_recall,
    first_error_accuracy,
    first_error_f1,
    no_error_accuracy,
    with_interval,
)
from tests.arena.results.metrics.checks import close
from tests.shared.examples import some

flags = st.sampled_from([None, 0, 1])
labels = st.integers(-1, 4)


class TestSteps:
    SAID, WRONG = [1, 0, None, 1, 0, 0, None], [1, 1, 1, 0, 0, 0, None]

    def test_are_told_apart(self) -> None:
        assert detection_recall(self.SAID, self.WRONG) == Figure(0.5, 2, 3)
        assert close(correct_step_accuracy(self.SAID, self.WRONG), 2 / 3, 3, 3)
        assert close(detection_harmonic_mean(self.SAID, self.WRONG), 4 / 7, 5, 6)

    def test_calling_everything_wrong_earns_nothing(self) -> None:
        said, wrong = [1, 1, 1, 1], [1, 1, 1, 0]
        assert detection_recall(said, wrong).value == 1
        assert correct_step_accuracy(said, wrong).value == 0
        assert detection_harmonic_mean(said, wrong).value == 0
        assert detection_harmonic_mean([0, 1], [1, 0]).value == 0

    def test_of_nothing_is_not_defined(self) -> None:
        assert detection_recall([1], [0]) == Figure(None, 0, 0)
        assert detection_recall([None], [1]) == Figure(None, 0, 1)
        assert detection_harmonic_mean([1], [1]) == Figure(None, 1, 1)

    @some
    @given(st.lists(st.tuples(flags, flags)))
    def test_every_row_belongs_to_one_of_them(self, rows: list[tuple[int | None, int | None]]) -> None:
        said, wrong = [row[0] for row in rows], [row[1] for row in rows]
        recall, accuracy = detection_recall(said, wrong), correct_step_accuracy(said, wrong)
        assert recall.of + accuracy.of == sum(one is not None for one in wrong)
        swapped = [None if one is None else 1 - one for one in said]
        other = [None if one is None else 1 - one for one in wrong]
        assert correct_step_accuracy(swapped, other) == recall

    def test_have_intervals(self) -> None:
        found = with_interval(detection_recall, [1, 1, 0, 0], [1, 1, 1, 1], clusters=["a", "a", "b", "b"])
        assert found.interval is not None
        assert (found.interval.low, found.interval.high) == (0, 1)

    @pytest.mark.parametrize(("said", "wrong"), [([0.5], [1]), ([1], [2]), ([1], [1, 0])])
    def test_what_is_no_column_is_refused(self, said: Any, wrong: Any) -> None:
        with pytest.raises(UsageError):
            detection_recall(said, wrong)


class TestProcessBench:
    def test_by_exact_index(self) -> None:
        """One of four wrong solutions is found, one of two right ones: 1/4 and 1/2."""
        predicted, label = [1, 2, -1, 0, -1, 3], [1, 3, 2, 4, -1, -1]
        assert first_error_accuracy(predicted, label) == Figure(0.25, 4, 4)
        assert no_error_accuracy(predicted, label) == Figure(0.5, 2, 2)
        assert close(first_error_f1(predicted, label), 1 / 3, 6, 6)

    def test_no_answer_is_missing_or_wrong_as_one_says(self) -> None:
        predicted, label = [1, None, -1, None], [1, 2, -1, -1]
        assert first_error_accuracy(predicted, label) == Figure(1.0, 1, 2)
        assert first_error_accuracy(predicted, label, unanswered="wrong") == Figure(0.5, 2, 2)
        assert first_error_f1(predicted, label) == Figure(1.0, 2, 4)
        assert first_error_f1(predicted, label, unanswered="wrong") == Figure(0.5, 4, 4)

    def test_a_missing_label_belongs_nowhere(self) -> None:
        assert first_error_f1([1, -1], [None, None], unanswered="wrong") == Figure(None, 0, 0)

    @some
    @given(st.lists(st.tuples(st.none() | labels, labels), min_size=1))
    def test_is_what_the_benchmarks_script_computes(self, rows: list[tuple[int | None, int]]) -> None:
        """By its definition, spelt out: means of matches over either kind, and their harmonic mean."""
        predicted, label = [row[0] for row in rows], [row[1] for row in rows]
        wrong = [one == other for one, other in rows if other != -1]
        right = [one == other for one, other in rows if other == -1]
        found = first_error_f1(predicted, label, unanswered="wrong")
        if not wrong or not right:
            assert found.value is None
            return
        one, other = sum(wrong) / len(wrong), sum(right) / len(right)
        assert found.value == pytest.approx(2 * one * other / (one + other) if one + other else 0)
        assert (found.n, found.of) == (len(rows), len(rows))

    @pytest.mark.parametrize("figure", [first_error_accuracy, no_error_accuracy, first_error_f1])
    @pytest.mark.parametrize(
        ("predicted", "label"), [([0.5], [1]), ([-2], [1]), ([1], [-2]), ([1, 1], [1]), ([True, "a"], [1, 1])]
    )
    def test_what_is_no_index_is_refused(
        self, figure: Callable[..., Figure], predicted: Any, label: Any
    ) -> None:
        with pytest.raises(UsageError):
            figure(predicted, label)

    def test_an_unknown_way_to_count_is_told(self) -> None:
        with pytest.raises(UsageError, match="'half'"):
            first_error_f1([1], [1], unanswered="half")  # type: ignore[arg-type]
