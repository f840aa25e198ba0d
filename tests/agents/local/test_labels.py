"""How likely each answer is, from the next tokens' probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest

from agents.local.labels import likelihoods

Table = Mapping[bytes, Mapping[bytes, float]]


async def weighed(answers: Sequence[str], table: Table, temperature: float = 1.0) -> dict[str, float]:
    """Return the answers' likelihoods by a model that has these tokens behind each beginning."""

    async def tokens(beginning: bytes) -> Mapping[bytes, float]:
        return {token: math.log(likely) for token, likely in table[beginning].items()}

    return await likelihoods(answers, tokens, beginning="", end='"', temperature=temperature)


class TestLikelihoods:
    async def test_answers_that_differ_in_their_first_token(self) -> None:
        found = await weighed(["bet", "check"], {b"": {b"bet": 0.2, b"check": 0.6, b"fold": 0.2}})
        assert found == pytest.approx({"bet": 0.25, "check": 0.75})

    async def test_all_ways_of_beginning_an_answer_count(self) -> None:
        found = await weighed(["bet", "check"], {b"": {b"bet": 0.1, b"be": 0.1, b"b": 0.1, b"check": 0.3}})
        assert found == pytest.approx({"bet": 0.5, "check": 0.5})

    async def test_a_token_that_leaves_several_open_is_followed_further(self) -> None:
        table = {
            b"": {b"e": 0.5, b"d4": 0.5},
            b"e": {b"2": 0.2, b"4": 0.6},
        }
        found = await weighed(["e2", "e4", "d4"], table)
        assert found == pytest.approx({"e2": 0.125, "e4": 0.375, "d4": 0.5})

    async def test_an_answer_that_another_begins_with(self) -> None:
        table = {b"": {b"1": 0.9, b"10": 0.1}, b"1": {b'"': 0.5, b"0": 0.5}}
        found = await weighed(["1", "10"], table)
        assert found == pytest.approx({"1": 0.45, "10": 0.55})

    async def test_the_closing_quote_may_be_in_the_same_token(self) -> None:
        found = await weighed(["1", "10"], {b"": {b'1"': 0.3, b'10"}': 0.3, b"10": 0.1}})
        assert found == pytest.approx({"1": 0.75, "10": 0.25})

    @pytest.mark.parametrize(
        ("temperature", "likely"), [(0.0, 1.0), (0.5, 0.9), (1.0, 0.75), (math.inf, 0.5)]
    )
    async def test_temperature(self, temperature: float, likely: float) -> None:
        found = await weighed(["a", "b"], {b"": {b"a": 0.6, b"b": 0.2}}, temperature)
        assert found["a"] == pytest.approx(likely)

    async def test_they_sum_to_1_whatever_is_left_out(self) -> None:
        found = await weighed(["a", "b", "c"], {b"": {b"a": 0.6, b"b": 1e-7, b"c": 0.3}})
        assert sum(found.values()) == pytest.approx(1, abs=1e-12)
        assert found["b"] == 0

    async def test_a_single_answer_needs_no_model(self) -> None:
        assert await weighed(["only"], {}) == {"only": 1.0}

    async def test_a_model_that_would_write_none_of_them(self) -> None:
        with pytest.raises(LookupError, match="none of the answers"):
            await weighed(["a", "b"], {b"": {b"I": 1.0}})
