"""What samples come to: agreement, Borda's vote, and how sure a model was."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.votes.voting import agreement, borda, leading, self_certainty
from tests.shared.examples import some

answers_given = st.lists(st.none() | st.sampled_from("abc"), min_size=1, max_size=8)
shares = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=6).map(lambda some: np.array(some) / sum(some))


def logs(probabilities: Any) -> dict[str, float]:
    return {str(place): math.log(share) for place, share in enumerate(probabilities)}


class TestAgreement:
    @some
    @given(st.lists(st.none() | st.sampled_from(["a", "A", "b", "c"]), min_size=1, max_size=8), st.randoms())
    def test_refusals_never_add_to_agreement(self, answers: list[str | None], rng: Any) -> None:
        found = agreement(answers, str.casefold)
        given = [answer.casefold() for answer in answers if answer]
        assert found.members == len(answers)
        assert found.answered == len(given)
        assert found.agreeing == max(map(given.count, given), default=0)
        assert found.is_consensus is (len(given) == len(answers) and len(set(given)) == 1)
        majority = [one for one in set(given) if 2 * given.count(one) > len(answers)]
        assert [found.majority.casefold()] == majority if found.majority else majority == []
        refused = agreement([*answers, None], str.casefold)
        assert not refused.is_consensus
        assert refused.leading == found.leading
        shuffled = rng.sample(answers, len(answers))
        again = agreement(shuffled, str.casefold)
        assert {one.casefold() for one in again.leading} == {one.casefold() for one in found.leading}


class TestBorda:
    def test_by_hand(self) -> None:
        """Of three ranked samples the surest has 3 votes, the next 2, the last 1."""
        assert borda(["a", "b", "b"], [0.9, 0.5, 0.1]) == {"a": 3.0, "b": 3.0}
        assert borda(["a", "b", "b"], [0.9, 0.5, 0.1], power=2) == {"a": 9.0, "b": 5.0}
        assert leading(borda(["a", "b", "b"], [0.9, 0.5, 0.1])) == ("a", "b")

    def test_refusals_and_what_has_no_certainty_never_vote(self) -> None:
        assert borda(["a", None, "b"], [1.0, 9.0, None]) == {"a": 1.0}
        assert borda([None, None], [1.0, 2.0]) == {}
        assert leading({}) == ()

    @some
    @given(answers_given, st.randoms(), st.floats(0, 3))
    def test_neither_refusals_nor_order_matter(
        self, answers: list[str | None], rng: Any, power: float
    ) -> None:
        certainties = [float(rng.randrange(4)) for _ in answers]
        votes = borda(answers, certainties, power)
        ranked = sum(answer is not None for answer in answers)
        assert math.fsum(votes.values()) == pytest.approx(sum(r**power for r in range(1, ranked + 1)))
        assert borda([*answers, None], [*certainties, 9.0], power) == votes
        pairs = list(zip(answers, certainties, strict=True))
        rng.shuffle(pairs)
        shuffled = borda([one for one, _ in pairs], [one for _, one in pairs], power)
        assert shuffled == pytest.approx(votes)

    @some
    @given(answers_given)
    def test_without_power_it_is_the_plain_vote(self, answers: list[str | None]) -> None:
        votes = borda(answers, [float(place) for place in range(len(answers))], power=0)
        assert leading(votes) == agreement(answers).leading

    def test_what_does_not_fit_is_refused(self) -> None:
        with pytest.raises(UsageError, match="2 answers, and 1"):
            borda(["a", "b"], [1.0])
        with pytest.raises(UsageError, match="at least 0"):
            borda(["a"], [1.0], power=-1)


class TestSelfCertainty:
    @some
    @given(st.lists(shares, min_size=1, max_size=4))
    def test_of_whole_distributions_is_the_divergence_from_an_even_one(self, places: list[Any]) -> None:
        size = min(map(len, places))
        places = [place[:size] / place[:size].sum() for place in places]
        found = self_certainty(map(logs, places), vocabulary=size)
        assert found is not None
        assert found.is_approximate is False
        expected = [entropy(np.full(size, 1 / size), place) for place in places]
        assert found.value == pytest.approx(np.mean(expected), abs=1e-9)

    def test_of_the_likeliest_alone_the_rest_is_spread_evenly(self) -> None:
        found = self_certainty([logs([0.5, 0.3])], vocabulary=4)
        assert found is not None
        assert found.is_approximate is True
        assert found.value == pytest.approx(entropy([0.25] * 4, [0.5, 0.3, 0.1, 0.1]))

    def test_without_the_vocabulary_the_likeliest_are_all_there_is(self) -> None:
        found = self_certainty([logs([0.4, 0.1])])
        assert found is not None
        assert found.is_approximate is True
        assert found.value == pytest.approx(entropy([0.5, 0.5], [0.8, 0.2]))

    def test_is_known_only_if_every_place_tells_of_two_tokens(self) -> None:
        assert self_certainty([]) is None
        assert self_certainty([logs([0.5, 0.5]), {"a": -0.1}]) is None
        with pytest.raises(UsageError, match="vocabulary of 2"):
            self_certainty([logs([0.5, 0.3, 0.2])], vocabulary=2)

    def test_all_the_probability_on_what_is_told_is_no_trouble(self) -> None:
        found = self_certainty([logs([0.6, 0.4])], vocabulary=1000)
        assert found is not None
        assert math.isfinite(found.value)


def test_the_largest_power_lets_the_most_certain_win_and_is_still_a_number() -> None:
    votes = borda(["A", "B", "B", "C", "B"], [5.0, 4.0, 3.0, 2.0, 1.0], 1_000.0)
    assert votes["A"] == 1.0
    assert 0 <= votes["B"] < 1e-90
    assert leading(votes) == ("A",)
