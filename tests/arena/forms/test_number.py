"""Numbers and probabilities: finite, in bounds, 0 kept as 0, and nothing missing read as a half."""

from __future__ import annotations

import math
import random
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.forms import Number, Probability, Status, Unusable
from tests.shared.examples import some

finite = st.floats(allow_nan=False, allow_infinity=False)


def status(form: Number | Probability, text: str) -> Status:
    try:
        form.parse(text)
    except Unusable as unusable:
        return unusable.status
    return Status.OK


class TestNumber:
    @some
    @given(finite)
    def test_every_number_reads_back_from_what_is_published(self, value: float) -> None:
        assert Number().parse(Number().publish(value)) == value

    @some
    @given(finite, finite, finite)
    def test_bounds_are_included_and_kept(self, one: float, two: float, value: float) -> None:
        low, high = sorted((one, two))
        form = Number(low=low, high=high)
        assert form.parse(repr(low)) == low
        assert form.parse(repr(high)) == high
        assert status(form, repr(value)) is (Status.OK if low <= value <= high else Status.ILLEGAL)

    @some
    @given(finite, finite, st.integers())
    def test_samples_are_in_bounds(self, one: float, two: float, seed: int) -> None:
        low, high = sorted((one, two))
        for form in (Number(low=low), Number(high=high), Number(low=low, high=high)):
            sampled = form.parse(form.sample(random.Random(seed)))
            assert form.low is None or form.low <= sampled
            assert form.high is None or sampled <= form.high

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("0", 0),
            ("-0", 0),
            ("+3", 3),
            ("-3.5", -3.5),
            (".5", 0.5),
            ("5.", 5),
            ("1e3", 1000),
            ("2E-1", 0.2),
            ("1,000", 1000),
            ("1_000", 1000),
            ("five", 5),
            ("3/4", 0.75),
        ],
    )
    def test_how_numbers_may_be_written(self, text: str, value: float) -> None:
        assert Number().parse(text) == value
        assert Number().parse(f"Answer: {text}") == value

    @pytest.mark.parametrize(
        "text",
        ["nan", "inf", "-inf", "Infinity", "0x10", "about half", "1e", "--1"],
    )
    def test_what_is_no_number(self, text: str) -> None:
        assert status(Number(), text) is Status.UNPARSEABLE

    @pytest.mark.parametrize("text", ["1e999", "-1e999", "9" * 400])
    def test_a_number_beyond_all_bounds_is_not_infinity(self, text: str) -> None:
        assert status(Number(), text) is not Status.OK

    def test_whole_means_whole(self) -> None:
        form = Number(low=1, high=6, whole=True)
        assert form.parse("4") == 4
        assert form.parse("4.0") == 4
        assert status(form, "4.5") is Status.ILLEGAL
        assert status(form, "7") is Status.ILLEGAL

    def test_instructions_name_the_bounds_there_are(self) -> None:
        assert "at least 1 and at most 6" in Number(low=1, high=6).instructions()
        assert "at most" not in Number(low=1).instructions()
        assert "whole" in Number(whole=True).instructions()

    def test_the_record_holds_the_number(self) -> None:
        assert Number().fields(3.0) == {"number": 3.0}


class TestProbability:
    @pytest.mark.parametrize("scale", [1, 100])
    @pytest.mark.parametrize("text", ["0", "0%", "0.0", "Probability: 0", "probability: **0 %**"])
    def test_zero_is_zero(self, scale: Literal[1, 100], text: str) -> None:
        value = Probability("it rains", scale=scale).parse(text)
        assert value == 0
        assert math.copysign(1, value) == 1

    @pytest.mark.parametrize("scale", [1, 100])
    @pytest.mark.parametrize("text", ["", "unsure", "Probability:", "Probability: about half", "fifty-fifty"])
    def test_what_is_missing_is_no_half(self, scale: Literal[1, 100], text: str) -> None:
        assert status(Probability("it rains", scale=scale), text) is Status.UNPARSEABLE

    @pytest.mark.parametrize("scale", [1, 100])
    @pytest.mark.parametrize(("text", "value"), [("70%", 0.7), ("70 %", 0.7), ("0.5%", 0.005), ("100%", 1)])
    def test_a_percentage_means_the_same_on_either_scale(
        self, scale: Literal[1, 100], text: str, value: float
    ) -> None:
        assert Probability("it rains", scale=scale).parse(text) == pytest.approx(value)

    def test_the_scale_is_what_was_asked_for(self) -> None:
        assert Probability("it rains").parse("70") == 0.7
        assert Probability("it rains", scale=1).parse("0.7") == 0.7

    @pytest.mark.parametrize("text", ["-1", "101", "100.01", "150%", "-0.1%", "1e9"])
    def test_out_of_range_is_not_pulled_in(self, text: str) -> None:
        assert status(Probability("it rains"), text) is Status.ILLEGAL

    def test_beyond_one_on_a_scale_of_one(self) -> None:
        assert status(Probability("it rains", scale=1), "70") is Status.ILLEGAL
        assert status(Probability("it rains", scale=1), "1") is Status.OK

    @some
    @given(st.floats(0, 1), st.sampled_from([1, 100]))
    def test_what_is_published_reads_back(self, value: float, scale: Literal[1, 100]) -> None:
        form = Probability("it rains", scale=scale)
        assert form.parse(form.publish(value)) == pytest.approx(value, rel=1e-12, abs=1e-300)

    def test_instructions_name_the_proposition_and_the_scale(self) -> None:
        told = Probability("it rains", scale=1).instructions()
        assert "it rains" in told
        assert "0 (impossible) to 1 (certain)" in told

    def test_the_record_holds_the_probability(self) -> None:
        assert Probability("it rains").fields(0.25) == {"probability": 0.25}
