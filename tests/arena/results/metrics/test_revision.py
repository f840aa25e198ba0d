"""CL, CS, RSS and their kin: by hand, by sampling, against scikit-learn, and the identity that joins them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, recall_score  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.results.metrics import (
    Figure,
    accuracy_at,
    confidence_level,
    correct_to_wrong,
    critique_score,
    relative_self_correction,
    wrong_to_correct,
)
from tests.arena.results.metrics.checks import close, value
from tests.shared.examples import some

graded = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)
gappy = st.lists(st.tuples(st.none() | st.booleans(), st.none() | st.booleans()), max_size=30)
likely = st.lists(st.tuples(*[st.floats(0, 1, width=32)] * 3), min_size=1, max_size=20)


class TestByHand:
    """Four questions, answered twice: right-right, right-wrong, wrong-right, wrong-wrong, and one refusal."""

    FIRST, LAST = [1, 1, 0, 0, None], [1, 0, 1, 0, 1]

    def test_graded_answers(self) -> None:
        assert close(confidence_level(self.FIRST, self.LAST), 0.5, 2, 3)
        assert close(critique_score(self.FIRST, self.LAST), 0.5, 2, 3)
        assert close(correct_to_wrong(self.FIRST, self.LAST), 0.25, 4, 5)
        assert close(wrong_to_correct(self.FIRST, self.LAST), 0.25, 4, 5)
        assert close(relative_self_correction(self.FIRST, self.LAST), 0.5, 4, 5)

    def test_probabilities_weigh_by_their_mass(self) -> None:
        """P(a) of 0.9 and 0.1: the first question has nine tenths of the mass of right answers."""
        first = [0.9, 0.1]
        assert value(confidence_level(first, [1.0, 0.0])) == pytest.approx(0.9)
        assert value(critique_score(first, [1.0, 0.0])) == pytest.approx(0.1)

    def test_relative_to_the_bounds(self) -> None:
        """From 60% right, at first, to the lower bound 36%, to 60% again, to the upper bound 84%."""
        first = [1] * 15 + [0] * 10
        for right, expected in ((9, 0.0), (15, 0.5), (21, 1.0)):
            last = [1] * right + [0] * (25 - right)
            assert value(relative_self_correction(first, last)) == pytest.approx(expected)

    def test_where_there_is_nothing_to_keep_or_to_mend_nothing_is_defined(self) -> None:
        assert confidence_level([0, 0], [1, 1]) == Figure(None, 0, 0)
        assert critique_score([1], [1]) == Figure(None, 0, 0)
        assert relative_self_correction([1, 1], [1, 0]).value is None
        assert relative_self_correction([], []) == Figure(None, 0, 0)

    def test_accuracy_by_turn(self) -> None:
        stood: list[list[float | None]] = [[0, 1, 1], [1, 1, 0], [None, None, 1], [0, None, 0]]
        assert close(accuracy_at(stood, 1), 1 / 3, 3, 4)
        assert close(accuracy_at(stood, 2), 1.0, 2, 4)
        assert close(accuracy_at(stood, 3), 0.5, 4, 4)
        assert accuracy_at([], 1) == Figure(None, 0, 0)

    @pytest.mark.parametrize("turn", [0, 4])
    def test_there_is_no_other_turn(self, turn: int) -> None:
        with pytest.raises(UsageError, match="There is no turn"):
            accuracy_at([[0, 1, 1]], turn)

    def test_columns_have_to_fit(self) -> None:
        with pytest.raises(UsageError, match="different lengths"):
            confidence_level([1], [1, 0])
        with pytest.raises(UsageError, match="between 0 and 1"):
            critique_score([60], [50])


class TestIdentities:
    @some
    @given(likely)
    def test_accuracy_at_last_is_what_is_kept_and_what_is_mended(
        self, rows: list[tuple[float, float, float]]
    ) -> None:
        """Acc2 = Acc1 * CL + (1 - Acc1) * CS (Yang et al. 2024)."""
        first, kept, repaired = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
        acc1 = first.mean()
        assume(1e-6 < acc1 < 1 - 1e-6)
        acc2 = (first * kept + (1 - first) * repaired).mean()
        cl, cs = value(confidence_level(first, kept)), value(critique_score(first, repaired))
        assert acc1 * cl + (1 - acc1) * cs == pytest.approx(acc2)
        gained = value(wrong_to_correct(first, repaired)) - value(correct_to_wrong(first, kept))
        assert acc1 + gained == pytest.approx(acc2)

    @some
    @given(st.lists(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=4, max_size=4), min_size=1))
    def test_graded_samples_are_the_special_case(self, questions: list[list[tuple[bool, bool]]]) -> None:
        """Pooled samples come to what shares by question do, where all questions have as many samples."""
        samples = [pair for question in questions for pair in question]
        first, last = zip(*samples, strict=True)
        shares, kept, repaired = [], [], []
        for question in questions:
            right = [after for before, after in question if before]
            wrong = [after for before, after in question if not before]
            shares.append(len(right) / 4)
            kept.append(float(np.mean(right)) if right else None)
            repaired.append(float(np.mean(wrong)) if wrong else None)
        for figure, by_question in ((confidence_level, kept), (critique_score, repaired)):
            pooled, weighted = figure(first, last).value, figure(shares, by_question).value
            assert pooled == (None if weighted is None else pytest.approx(weighted))

    @some
    @given(graded)
    def test_against_scikit_learn(self, rows: list[tuple[bool, bool]]) -> None:
        """First answers as labels, last ones as predictions: CL is recall, CS the rate of false positives."""
        first, last = zip(*rows, strict=True)
        (_, mended), (spoilt, _) = confusion_matrix(first, last, labels=[False, True])
        assert value(wrong_to_correct(first, last)) == pytest.approx(mended / len(rows))
        assert value(correct_to_wrong(first, last)) == pytest.approx(spoilt / len(rows))
        if any(first):
            assert value(confidence_level(first, last)) == pytest.approx(recall_score(first, last))
        if not all(first):
            false_positives = mended / first.count(False)
            assert value(critique_score(first, last)) == pytest.approx(false_positives)

    @some
    @given(gappy)
    def test_what_is_missing_lowers_the_coverage_and_nothing_else(
        self, rows: list[tuple[bool | None, bool | None]]
    ) -> None:
        whole = [row for row in rows if None not in row]
        columns = [[row[side] for row in rows] for side in (0, 1)]
        there = [[row[side] for row in whole] for side in (0, 1)]
        for figure in (
            confidence_level,
            critique_score,
            correct_to_wrong,
            wrong_to_correct,
            relative_self_correction,
        ):
            found, expected = figure(*columns), figure(*there)
            assert (found.value, found.n) == (expected.value, expected.n)
            assert expected.of <= found.of <= len(rows)
