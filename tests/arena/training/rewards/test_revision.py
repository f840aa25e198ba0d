"""Rewards for answering again: as published, and None where an answer is missing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.training.rewards._revision import (
    decayed_success,
    exponential_weights,
    keeps_critique,
    repetition_penalty,
    shaped_correction,
    unary_feedback,
)
from tests.shared.examples import some

rights = st.none() | st.booleans()


class TestShapedCorrection:
    @pytest.mark.parametrize(
        ("first", "second", "reward"),
        [(False, False, 0.0), (False, True, 11.0), (True, True, 1.0), (True, False, -10.0)],
    )
    def test_by_hand(self, first: bool, second: bool, reward: float) -> None:
        assert shaped_correction(first, second) == reward

    @some
    @given(rights, rights, st.floats(0, 100))
    def test_is_missing_where_an_answer_is(
        self, first: bool | None, second: bool | None, alpha: float
    ) -> None:
        assert (shaped_correction(first, second, alpha) is None) is (None in (first, second))


class TestUnaryFeedback:
    @some
    @given(st.integers(0, 20), st.floats(0.01, 0.99))
    def test_falls_with_every_turn(self, turn: int, decay: float) -> None:
        sooner = decayed_success([False] * turn + [True], decay)
        later = decayed_success([False] * (turn + 1) + [True], decay)
        assert sooner is not None
        assert later is not None
        assert sooner > later > 0
        assert sooner == pytest.approx(decay**turn)

    def test_counts_turns_from_0(self) -> None:
        assert [decayed_success([False] * turn + [True]) for turn in range(4)] == [1.0, 0.5, 0.25, 0.125]

    def test_a_missing_answer_is_no_wrong_one(self) -> None:
        assert decayed_success([None, False]) is None
        assert decayed_success([None, True]) == 1.0
        assert decayed_success([]) is None
        assert decayed_success([False]) == 0.0

    def test_repeating_oneself_costs(self) -> None:
        assert repetition_penalty(["1", "2", "3"]) == 0.0
        assert repetition_penalty(["1", "1", "1", "1"], weight=1.0) == 0.75
        assert repetition_penalty(["1", None, "1"], weight=2.0) == 1.0
        assert repetition_penalty([None]) is None
        assert unary_feedback([False, False, True], ["1", "1", "2"]) == pytest.approx(0.25 - 0.5 / 3)
        assert unary_feedback([False, None], ["1", None]) is None

    @pytest.mark.parametrize("decay", [0.0, -0.5, 1.5, math.nan])
    def test_a_decay_that_is_none_is_refused(self, decay: float) -> None:
        with pytest.raises(UsageError, match="decay"):
            decayed_success([True], decay)


class TestExponentialWeights:
    @some
    @given(st.lists(st.none() | st.floats(-5, 5), max_size=6), st.floats(0.1, 10))
    def test_are_e_to_the_reward_over_the_temperature(
        self, rewards: list[float | None], temperature: float
    ) -> None:
        weights = exponential_weights(rewards, temperature)
        assert [weight is None for weight in weights] == [reward is None for reward in rewards]
        for reward, weight in zip(rewards, weights, strict=True):
            if reward is not None and weight is not None:
                assert math.log(weight) * temperature == pytest.approx(reward, abs=1e-9)

    @pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan, 1e-6])
    def test_a_temperature_without_weights_is_refused(self, temperature: float) -> None:
        with pytest.raises(UsageError, match="temperature"):
            exponential_weights([1.0], temperature)


def test_a_critique_is_kept_only_if_a_wrong_answer_became_right() -> None:
    all_pairs = [(before, after) for before in (True, False, None) for after in (True, False, None)]
    assert [pair for pair in all_pairs if keeps_critique(*pair)] == [(False, True)]
