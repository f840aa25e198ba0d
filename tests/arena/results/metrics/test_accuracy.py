"""Accuracy: what counts, by group, with intervals that know what belongs together."""

from __future__ import annotations

import numpy as np
import pytest

from arena.core.errors import UsageError
from arena.ratings import cluster_interval
from arena.results.metrics import Figure, accuracy, accuracy_by_group, accuracy_of_questions


class TestAccuracy:
    def test_missing_is_neither_right_nor_wrong(self) -> None:
        assert accuracy([1, 0, None, 1, float("nan")]) == Figure(2 / 3, 3, 5)

    def test_of_nothing_is_not_defined(self) -> None:
        assert accuracy([None, None]) == Figure(None, 0, 2)
        assert accuracy([]) == Figure(None, 0, 0)

    def test_half_right_is_refused(self) -> None:
        with pytest.raises(UsageError, match="correct"):
            accuracy([0.5])


class TestByGroup:
    def test_each_group_has_its_own_denominator(self) -> None:
        found = accuracy_by_group([1, None, 0, 1, 1], ["debate", "debate", "debate", "ask", "ask"])
        assert list(found) == ["ask", "debate"]
        ask, debate = found["ask"], found["debate"]
        assert (ask.value, ask.n, ask.of) == (1.0, 2, 2)
        assert (debate.value, debate.n, debate.of) == (0.5, 2, 3)

    def test_a_group_without_answers(self) -> None:
        assert accuracy_by_group([None, None], ["ask", "ask"]) == {"ask": Figure(None, 0, 2)}

    def test_intervals_are_those_of_the_ratings(self) -> None:
        """The same clusters drawn by the same function."""
        right = [1, 1, 0, 0, 1, 0, 1]
        tasks = ["a", "a", "b", "b", "c", "d", "d"]
        found = accuracy_by_group(right, ["ask"] * 7, tasks, samples=200, seed=3)["ask"]
        assert found.interval == cluster_interval([[1, 1], [0, 0], [1], [0, 1]], samples=200, seed=3)

    def test_answers_to_one_task_are_one_draw(self) -> None:
        """Ten identical answers to each of 20 tasks are worth 20 answers, and not 200."""
        right = np.repeat([1, 0], 100)
        alone = accuracy_by_group(right, ["ask"] * 200)["ask"].interval
        together = accuracy_by_group(right, ["ask"] * 200, np.repeat(np.arange(20), 10))["ask"].interval
        assert alone is not None
        assert together is not None
        assert together.high - together.low > 2.5 * (alone.high - alone.low)


class TestOfQuestions:
    def test_the_mean_of_each_question_is_taken_first(self) -> None:
        """Three verdicts of one question count as much as one of the other: (2/3 + 0) / 2."""
        found = accuracy_of_questions([1, 0, 1, 0], ["one", "one", "one", "two"])
        error = 1.96 * (2 / 3) / 2
        assert found.interval is not None
        assert (found.value, *found.interval) == pytest.approx((1 / 3, 1 / 3 - error, 1 / 3 + error))

    def test_a_question_without_a_verdict_lowers_the_coverage(self) -> None:
        found = accuracy_of_questions([1, None, 0], ["one", "two", "three"])
        assert (found.value, found.n, found.of) == (0.5, 2, 3)

    def test_one_question_has_no_interval_and_none_has_no_value(self) -> None:
        assert accuracy_of_questions([1, 0], ["one", "one"]) == Figure(0.5, 1, 1)
        assert accuracy_of_questions([], []) == Figure(None, 0, 0)

    def test_columns_of_different_lengths_are_refused(self) -> None:
        with pytest.raises(UsageError, match="2 values"):
            accuracy_of_questions([1, 0], ["one"])
