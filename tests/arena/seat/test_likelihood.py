"""How likely each answer was, read off the tokens where the answer begins, or not at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.forms import Choice, Verdict
from arena.seat._likelihood import likely_answers
from arena.seat.agent import Reply, Tokens
from arena.seat.response import read_reply
from tests.shared.examples import some

LIKELY = {"1": math.log(0.6), "2": math.log(0.2)}
SCORES = tuple(map(str, range(1, 10)))


def reply(*texts: str, at: int = -1, likely: Mapping[str, float] = LIKELY, structured: bool = False) -> Reply:
    """Return a reply of these tokens, with the likeliest at one place."""
    places: list[Mapping[str, float]] = [{text: 0.0} for text in texts]
    places[at] = likely
    return Reply("".join(texts), structured=structured, tokens=Tokens(texts=texts, likely=places))


class TestReadOff:
    @pytest.mark.parametrize(
        ("texts", "at"),
        [
            (("1",), 0),
            (("Answer", ":", " 1"), 2),
            (("1 and ", "2 differ.\n", "**Answer:** ", "1", "\nSo 1."), 3),
            (('{"', "answer", '":"', "1", '"}'), 3),
            (('{"answer": "', '1"}'), 1),
            (('{"why": "1 is short", "final_', 'answer": "', "1", '"}'), 2),
            (("It is not 2 but 1.\n", "Final answer", ": ", "**", "1", "**"), 4),
            (("2 or 1?\n", "答案：", "1"), 2),
            (("1 and 2.\n\n", "### Answer\n\n", "1"), 2),
            (("1 and 2.\n", "My choice", " is: ", "1", ", as 1 holds"), 3),
            (("> Answer: ", "1", "\n\nI agree. ", "\n", "Answer: ", "1"), 5),
            (("1 it is.\n", "<answer>", "1", "</answer>"), 2),
        ],
    )
    def test_it_is_where_the_answer_begins(self, texts: Sequence[str], at: int) -> None:
        likely = likely_answers(reply(*texts, at=at), "1", ("1", "2"))
        assert likely == pytest.approx({"1": 0.75, "2": 0.25})

    def test_spellings_of_one_token_are_one_answer(self) -> None:
        likely = {" yes": math.log(0.3), "Yes": math.log(0.3), '"no': math.log(0.2), "maybe": math.log(0.2)}
        found = likely_answers(reply("yes", likely=likely), "yes", ("yes", "no"))
        assert found == pytest.approx({"yes": 0.75, "no": 0.25})

    def test_an_answer_that_is_not_among_them_has_none(self) -> None:
        assert likely_answers(reply("1"), "1", ("1", "2", "3"))["3"] == 0

    def test_a_token_that_begins_several_answers_tells_nothing(self) -> None:
        """Half of 10 is no vote for 1."""
        assert likely_answers(reply("1"), "1", (*SCORES, "10")) == {}
        assert likely_answers(reply("1"), "1", SCORES)

    def test_tokens_of_another_text_tell_nothing(self) -> None:
        assert likely_answers(reply("1")._replace(text="2"), "2", ("1", "2")) == {}
        assert likely_answers(Reply("1"), "1", ("1", "2")) == {}
        assert likely_answers(Reply("1", tokens=Tokens(texts=("1",))), "1", ("1", "2")) == {}

    def test_what_is_not_a_number_tells_nothing(self) -> None:
        assert likely_answers(reply("1", likely={"1": math.nan}), "1", ("1", "2")) == {}
        assert likely_answers(reply("1", likely={"1": 1e9}), "1", ("1", "2")) == {"1": 1.0, "2": 0.0}

    @some
    @given(st.lists(st.text(max_size=4), min_size=1, max_size=5), st.sampled_from(SCORES))
    def test_whatever_the_tokens_are_it_is_a_distribution_or_nothing(
        self, texts: Sequence[str], answer: str
    ) -> None:
        found = likely_answers(reply(*texts), answer, SCORES)
        assert not found or sum(found.values()) == pytest.approx(1)


class TestAnswers:
    def test_a_choice_has_them(self) -> None:
        found = read_reply("judge", Choice(("1", "2")), reply("Answer: ", "1"))
        assert found.probabilities == pytest.approx({"1": 0.75, "2": 0.25})

    def test_what_an_agent_tells_itself_goes_first(self) -> None:
        told = reply("1")
        assert told.tokens is not None
        told = told._replace(tokens=told.tokens._replace(answers={"1": 1.0}))
        assert read_reply("judge", Choice(("1", "2")), told).probabilities == {"1": 1.0}

    def test_other_forms_have_none(self) -> None:
        assert read_reply("judge", Verdict(("1", "2")), reply("Verdict: ", "1")).probabilities == {}
