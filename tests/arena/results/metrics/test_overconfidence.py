"""Beliefs over a debate: who rises, who is sure at once, and who moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.results.metrics import (
    Figure,
    absolute_belief_change,
    belief_change,
    confidence_escalation,
    confidence_slope,
    confidence_sum_above_one,
    mutual_confidence_above,
    mutual_confidence_at_least,
)
from tests.arena.results.metrics.strategies import confidences

speakers = st.integers(2, 5).flatmap(
    lambda rounds: st.lists(
        st.lists(st.none() | confidences, min_size=rounds, max_size=rounds), min_size=1, max_size=8
    )
)
gappy = st.lists(st.tuples(st.none() | confidences, st.none() | confidences))

PAIRED = [
    mutual_confidence_at_least,
    mutual_confidence_above,
    confidence_sum_above_one,
    belief_change,
    absolute_belief_change,
]


class TestEscalation:
    def test_is_the_last_less_the_first(self) -> None:
        found = confidence_escalation([[0.5, 0.1, 0.75], [0.25, None, 0.75], [None, 0.5, 1.0]])
        assert found == Figure(0.375, 2, 3)

    def test_confidence_zero_is_a_confidence(self) -> None:
        assert confidence_escalation([[0.5, 0.0], [0.0, 0.5]]) == Figure(0.0, 2, 2)

    @pytest.mark.parametrize("rounds", [[[0.5], [0.6]], [[], []], []])
    def test_one_round_has_none(self, rounds: Any) -> None:
        assert confidence_escalation(rounds) == Figure(None, 0, len(rounds))

    def test_percentages_are_refused(self) -> None:
        with pytest.raises(UsageError, match="confidence"):
            confidence_escalation([[50, 75]])


class TestSlope:
    @given(speakers)
    def test_as_polyfit_finds_it(self, table: list[list[float | None]]) -> None:
        slopes = []
        for row in table:
            there = [(i, stated) for i, stated in enumerate(row) if stated is not None]
            if len(there) >= 2:
                rounds, stated_then = zip(*there, strict=True)
                slopes.append(np.polyfit(rounds, stated_then, deg=1)[0])
        found = confidence_slope(table)
        assert (found.n, found.of) == (len(slopes), len(table))
        assert found.value == (pytest.approx(np.mean(slopes), abs=1e-9) if slopes else None)

    def test_a_gap_keeps_its_place(self) -> None:
        """Half over two rounds, although only two values are there."""
        assert confidence_slope([[0.25, None, 0.75]]).value == 0.25

    @pytest.mark.parametrize("rounds", [[[0.5], [0.6]], [[], []], []])
    def test_one_round_has_none(self, rounds: Any) -> None:
        assert confidence_slope(rounds) == Figure(None, 0, len(rounds))


class TestMutualConfidence:
    def test_exactly_75_tells_the_two_figures_apart(self) -> None:
        one, other = [0.75, 0.8, 0.9, 0.9], [0.75, 0.75, 0.8, 0.5]
        assert mutual_confidence_at_least(one, other) == Figure(0.75, 4, 4)
        assert mutual_confidence_above(one, other) == Figure(0.25, 4, 4)

    @given(gappy)
    def test_above_is_no_more_than_at_least(self, pairs: list[tuple[float | None, float | None]]) -> None:
        one, other = [mine for mine, _ in pairs], [theirs for _, theirs in pairs]
        above, least = mutual_confidence_above(one, other), mutual_confidence_at_least(one, other)
        assert (above.n, above.of) == (least.n, least.of)
        if above.value is not None:
            assert least.value is not None
            assert above.value <= least.value

    @pytest.mark.parametrize("figure", [mutual_confidence_at_least, mutual_confidence_above])
    def test_the_threshold_is_a_chance(self, figure: Any) -> None:
        with pytest.raises(UsageError, match="threshold"):
            figure([0.5], [0.5], 75)
        assert figure([0.6], [0.7], 0.5).value == 1.0


class TestSum:
    @pytest.mark.parametrize("percent", range(101))
    def test_bets_that_sum_to_100_do_not_exceed_it(self, percent: int) -> None:
        """Whatever rounding does to a hundredth."""
        assert confidence_sum_above_one([percent / 100], [(100 - percent) / 100]).value == 0.0
        if percent:
            assert confidence_sum_above_one([percent / 100], [(101 - percent) / 100]).value == 1.0


class TestBeliefChange:
    def test_directions_cancel_only_in_the_signed_figure(self) -> None:
        before, after = [0.5, 0.5, 0.0, None], [0.75, 0.25, 0.5, 0.5]
        assert belief_change(before, after) == Figure(0.5 / 3, 3, 4)
        assert absolute_belief_change(before, after) == Figure(1 / 3, 3, 4)


class TestPairs:
    @pytest.mark.parametrize("figure", PAIRED)
    @given(pairs=gappy, random=st.randoms(use_true_random=False))
    def test_missing_and_order(self, figure: Any, pairs: Any, random: Any) -> None:
        """One that is missing leaves the pair out; the order of rows makes no difference."""
        there = [pair for pair in pairs if None not in pair]
        expected = figure(*split(there))
        assert figure(*split(random.sample(pairs, len(pairs)))) == Figure(
            expected.value, len(there), len(pairs)
        )

    @pytest.mark.parametrize("figure", PAIRED)
    def test_missing_is_not_one_half(self, figure: Any) -> None:
        assert figure([None], [1.0]) == Figure(None, 0, 1)

    @pytest.mark.parametrize("figure", PAIRED)
    @pytest.mark.parametrize(("one", "other"), [([0.5], [0.5, 0.5]), ([75], [25])])
    def test_what_is_out_of_range_is_refused(self, figure: Any, one: Any, other: Any) -> None:
        with pytest.raises(UsageError):
            figure(one, other)


def split(pairs: Any) -> tuple[list[float | None], list[float | None]]:
    """Both columns."""
    return [one for one, _ in pairs], [other for _, other in pairs]
