"""Exact arithmetic: which equations are read, what they come to, and that nothing is guessed."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.tasks.arithmetic import MARK, equations, value_of, without_marks
from tests.shared.examples import some
from tests.shared.proportion import assert_in_proportion
from tests.shared.tasks import real
from tests.shared.waiting import no_hang

numbers = st.integers(0, 10**6).map(str) | st.decimals(0, 1000, places=2).map(str)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> tuple[str, Fraction]:
    """Return an expression and what it comes to, worked out beside it."""
    if depth == 0 or draw(st.booleans()):
        number = draw(numbers)
        return number, Fraction(number)
    (left, one), (right, other) = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    operator = draw(st.sampled_from("+-*/" if other else "+-*"))
    value = {"+": one + other, "-": one - other, "*": one * other}.get(operator)
    space = draw(st.sampled_from(["", " "]))
    return f"({left}{space}{operator}{space}{right})", one / other if value is None else value


class TestValues:
    @some
    @given(expressions())
    def test_are_exact(self, made: tuple[str, Fraction]) -> None:
        expression, value = made
        assert value_of(expression) == value

    @pytest.mark.parametrize(
        ("expression", "value"),
        [
            ("$50,000 * 50%", 25_000),
            ("1 - 2 - 3", -4),
            ("8 / 4 / 2", 1),
            ("2 + 3 × 4 ÷ 6", 4),
            ("2 x 3", 6),
            ("-(2 - 5)", 3),
            (".5 + 0.5", 1),
            ("0.1 + 0.2", Fraction(3, 10)),
        ],
    )
    def test_by_the_rules(self, expression: str, value: Fraction) -> None:
        assert value_of(expression) == value

    @pytest.mark.parametrize(
        "text",
        [
            "", "two", "2 +", "2 3", "(2", "1/0", "2 ** 3", "2^3", "2//3", "1e3", "__import__('os')", "9" *
            31, "1,23", "2(3)",
        ],
    )  # fmt: skip
    def test_of_anything_else_there_is_none(self, text: str) -> None:
        assert value_of(text) is None

    @pytest.mark.parametrize("text", ["(" * 5_000, "1+" * 5_000 + "1", "-" * 5_000 + "1"])
    def test_what_is_too_long_or_too_deep_has_none(self, text: str) -> None:
        with no_hang():
            assert value_of(text) is None


class TestEquations:
    @some
    @given(expressions(), st.sampled_from(["So ", "", "He has 3. ", "It is: "]), st.booleans())
    def test_hold_if_both_sides_are_equal(
        self, made: tuple[str, Fraction], before: str, marked: bool
    ) -> None:
        expression, value = made
        for right, holds in ((value, True), (value + 1, False)):
            equation = f"{expression} + 0 = {right}"
            (found,) = equations(f"{before}<<{equation}>>" if marked else f"{before}{equation} eggs.")
            assert (found.left, found.holds) == (value, holds)

    @pytest.mark.parametrize(
        ("text", "written", "holds"),
        [
            ("She sells 16 - 3 - 4 = 9 eggs.", "16 - 3 - 4 = 9", True),
            ("He makes 9 * 2 = $19 a day.", "9 * 2 = $19", False),
            ("It is 10/3=3.33 each", "10/3=3.33", True),
            ("It is 10/3=3 each", "10/3=3", False),
            ("It is 10/3=3.34 each", "10/3=3.34", False),
            ("That is 3/12*100 = 25%.", "3/12*100 = 25%", True),
            ("That is 3/12 = 25%.", "3/12 = 25%", True),
            ("That is 3/12 = 24%.", "3/12 = 24%", False),
            ("He earns 12 * 5 = $60/hour.", "12 * 5 = $60", True),
            ("(2 + 3 = 5)", "2 + 3 = 5", True),
            ("3 * 4 = 6 * 2", "3 * 4 = 6 * 2", True),
        ],
    )
    def test_in_prose(self, text: str, written: str, holds: bool) -> None:
        (found,) = equations(text)
        assert (found.written, found.holds) == (written, holds)

    @pytest.mark.parametrize(
        "text",
        [
            "half of 10 + 2 = 7",
            "5 weeks * 7 days = 35 days",
            "2x + 3 = 9",
            "n = 5",
            "2^3 + 1 = 9",
            "2 1/2 * 4 = 10",
            "18 pink - 6 = 12",
            "3 + 4 = 7 * apples",
            "5 = 5",
            "3 + 4 = x",
            "2 hours + 30 minutes = 150 minutes",
        ],
    )
    def test_what_is_half_prose_is_not_read(self, text: str) -> None:
        assert equations(text) == []

    def test_chains_are_several(self) -> None:
        assert [found.holds for found in equations("So 2 * 3 = 6 = 12 / 2 = 5.")] == [True, True, False]

    def test_marks_come_first_and_do_not_hide_the_prose(self) -> None:
        text = "16 - 3 - 4 = $<<16-3-4=9>>9 a day"
        marked, prose = equations(text)
        assert [marked.left, prose.left] == [9, 9]
        assert [text[slice(*found.result)] for found in (marked, prose)] == ["9", "9"]
        assert marked.result < prose.result
        assert without_marks(text) == "16 - 3 - 4 = $9 a day"

    @some
    @given(st.text(st.sampled_from("0123456789.,$%+-*/×÷=()<> xab\n"), max_size=60) | st.text(max_size=60))
    def test_any_text_can_be_read(self, text: str) -> None:
        for found in equations(text):
            start, end = found.result
            assert value_of(text[start:end].replace(",", "")) is not None

    def test_long_texts_take_no_time(self) -> None:
        sums = ["1+" * times + "1=1" + "-" * times + "1=1" for times in (500, 5_000)]
        chains = ["=".join(["1+1"] * times) for times in (50, 500)]
        assert equations(sums[1]) == []
        assert len(equations(chains[1])) == 499
        assert_in_proportion(equations, *sums)
        assert_in_proportion(equations, *chains)


def test_the_marks_of_gsm8k_hold_but_for_five_that_are_algebra() -> None:
    """Five marks are of equations in an unknown (``<<+8=8>>``); four lines say what does not hold."""
    marks = unread = 0
    odd = []
    for number, line in enumerate(real("gsm8k/test.jsonl").read_text().splitlines(), start=1):
        for step in json.loads(line)["answer"].splitlines():
            for mark in MARK.finditer(step):
                marks += 1
                sides = [value_of(side) for side in mark[1].split("=")]
                unread += None in sides
                assert None in sides or sides[0] == sides[1]
            odd += [number for found in equations(without_marks(step)) if not found.holds]
    assert (marks, unread) == (4282, 5)
    assert odd == [411, 502, 959, 1025]
