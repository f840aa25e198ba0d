"""Validation: what arithmetic can tell, what rollouts can, and that neither guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.shared.validation import ARITHMETIC, ROLLOUTS, Rollouts, Validity, by_arithmetic, by_rollouts
from tests.shared.examples import some

MARKED = "She sells 9 eggs at $2 each, which is $<<9*2=18>>18 a day."


class TestArithmetic:
    @pytest.mark.parametrize(
        "altered",
        [
            "She sells 9 eggs at $2 each, which is $19 a day.",
            "She sells 9 eggs at $2 each, which is $<<9*2=19>>19 a day.",
            "So 9 * 2 = 20.",
            "She sells 9 eggs at  $2 each, which\nis $1,800 a day.",
        ],
    )
    def test_shows_that_a_step_is_wrong(self, altered: str) -> None:
        assert by_arithmetic(MARKED, altered) == Validity(True, ARITHMETIC)

    @pytest.mark.parametrize(
        "altered",
        [
            "She sells 9 eggs at $2 each, which is $18.00 a day.",
            "She sells 8 eggs at $2 each, which is $18 a day.",
            "She sells 8 eggs at $2 each, which is $16 a day.",
            "She sells 9 ducks at $2 each, which is $18 a day.",
            "She sells 9 eggs at $2 each, which is nothing a day.",
            "So 8 * 2 = 16.",
            "half of 10 + 2 = 7",
            "x",
        ],
    )
    def test_says_nothing_where_it_cannot_tell(self, altered: str) -> None:
        assert by_arithmetic(MARKED, altered) == Validity()

    def test_says_nothing_of_a_step_that_it_finds_wrong_already(self) -> None:
        """As four of GSM8K's: what is read there is not what was meant."""
        right = "So, Suzzane has $32 - $20 = $300 left."
        assert by_arithmetic(right, "So, Suzzane has $32 - $20 = $400 left.") == Validity()

    def test_a_step_without_equations(self) -> None:
        assert by_arithmetic("He has three.", "He has four.") == Validity()
        assert by_arithmetic("He has three.", "He has 1 + 2 = 4.") == Validity(True, ARITHMETIC)


counts = st.integers(1, 12).flatmap(
    lambda of: st.integers(0, of).flatmap(
        lambda succeeded: st.builds(Rollouts, st.just(succeeded), st.integers(0, of - succeeded), st.just(of))
    )
)


class TestRollouts:
    @pytest.mark.parametrize(
        ("original", "altered", "valid"),
        [
            ((6, 0, 8), (0, 0, 8), True),
            ((5, 0, 8), (0, 0, 8), None),
            ((8, 0, 8), (1, 0, 8), False),
            ((6, 2, 8), (0, 0, 8), True),
            ((5, 1, 8), (0, 0, 8), None),
            ((8, 0, 8), (0, 8, 8), None),
            ((0, 8, 8), (1, 7, 8), None),
            ((0, 8, 8), (0, 8, 8), None),
        ],
    )
    def test_three_quarters_of_the_one_and_none_of_the_other(
        self, original: tuple[int, int, int], altered: tuple[int, int, int], valid: bool | None
    ) -> None:
        found = by_rollouts(Rollouts(*original), Rollouts(*altered), 0.75, 0.0)
        assert (found.valid, found.by) == (valid, None if valid is None else ROLLOUTS)
        assert found.rollouts is not None
        assert tuple(found.rollouts["altered"].values()) == altered

    @some
    @given(counts, counts, st.floats(0.01, 1), st.floats(0, 0.99), st.data())
    def test_a_decision_is_the_same_whatever_the_missing_ones_would_have_been(
        self, original: Rollouts, altered: Rollouts, low: float, high: float, data: st.DataObject
    ) -> None:
        found = by_rollouts(original, altered, low, high).valid
        one, other = (
            Rollouts(given.succeeded + data.draw(st.integers(0, given.unusable)), 0, given.of)
            for given in (original, altered)
        )
        told = by_rollouts(one, other, low, high).valid
        assert found in (None, told)

    def test_a_solver_too_weak_to_tell_says_nothing(self) -> None:
        """2 of 4 from the original step are too few: the altered one is then neither wrong nor right."""
        assert by_rollouts(Rollouts(2, 0, 4), Rollouts(0, 0, 4), 0.75, 0.0).valid is None
        assert by_rollouts(Rollouts(2, 0, 4), Rollouts(3, 0, 4), 0.75, 0.0).valid is None
