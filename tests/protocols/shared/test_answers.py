"""Answers with arguments: one answer or none, and when two are the same."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.forms import Status, Unusable
from arena.seat.agent import Reply, Stop
from arena.seat.response import read_reply
from protocols.shared.answers import AnswerMatch, Argued, ArguedAnswer
from tests.shared.examples import few
from tests.shared.proportion import assert_in_proportion, megabytes

FREE = ArguedAnswer()
NUMBER = ArguedAnswer(comparison=AnswerMatch.NUMBER)
OPTIONS = ArguedAnswer(("the cook", "the gardener"))
FORMS = (FREE, NUMBER, OPTIONS, ArguedAnswer(comparison=AnswerMatch.EXACT, words=5))


def status_of(form: ArguedAnswer, text: str) -> Status:
    try:
        form.parse(text)
    except Unusable as unusable:
        return unusable.status
    return Status.OK


class TestReading:
    @pytest.mark.parametrize(
        ("form", "text", "argued"),
        [
            (FREE, "Well.\nAnswer: Paris", Argued("Paris", "Well.")),
            (FREE, "**Answer: Paris**", Argued("Paris")),
            (FREE, "Answer: Paris\nAnswer: paris.", Argued("Paris")),
            (FREE, "Answer: Paris\nIt is on the Seine.", Argued("Paris", "It is on the Seine.")),
            (FREE, "Answer: Paris\nConfidence: 80", Argued("Paris", "Confidence: 80")),
            (FREE, "> Answer: Rome\nNo.\nAnswer: Paris", Argued("Paris", "> Answer: Rome\nNo.")),
            (NUMBER, "42", Argued("42")),
            (NUMBER, "It is 6 * 7.\nAnswer: $42.00", Argued("$42.00", "It is 6 * 7.")),
            (OPTIONS, "Answer: The Cook.", Argued("the cook")),
            (OPTIONS, "the gardener", Argued("the gardener")),
        ],
    )
    def test_one_answer_and_the_rest_is_the_argument(
        self, form: ArguedAnswer, text: str, argued: Argued
    ) -> None:
        assert form.parse(text) == argued

    @pytest.mark.parametrize(
        ("form", "text", "status"),
        [
            (FREE, "", Status.UNPARSEABLE),
            (FREE, "I cannot help with that.", Status.UNPARSEABLE),
            (FREE, "Answer:", Status.UNPARSEABLE),
            (FREE, "> Answer: Rome", Status.UNPARSEABLE),
            (FREE, "Answer: Rome\nAnswer: Paris", Status.AMBIGUOUS),
            (NUMBER, "Answer: many", Status.UNPARSEABLE),
            (NUMBER, "Answer: 42 or 43", Status.AMBIGUOUS),
            (NUMBER, "Answer: 42\nAnswer: 43", Status.AMBIGUOUS),
            (OPTIONS, "Answer: the butler", Status.UNPARSEABLE),
            (OPTIONS, "Answer: the cook\nAnswer: the gardener", Status.AMBIGUOUS),
        ],
    )
    def test_none_or_several_are_unusable(self, form: ArguedAnswer, text: str, status: Status) -> None:
        assert status_of(form, text) is status

    def test_a_refusal_is_never_read(self) -> None:
        answer = read_reply("ann", FREE, Reply("Answer: Paris", stop=Stop.REFUSED))
        assert (answer.status, answer.parsed) == (Status.REFUSED, None)

    def test_words_over_the_limit_are_cut_and_counted_and_the_answer_stays(self) -> None:
        argued = ArguedAnswer(words=2).parse("one two three four\nAnswer: Paris")
        assert argued == Argued("Paris", "one two", 2)
        assert ArguedAnswer(words=2).fields(argued)["cut_words"] == 2

    @pytest.mark.parametrize("form", FORMS, ids=repr)
    def test_structured_replies_are_read_alike(self, form: ArguedAnswer) -> None:
        answer = form.options[0] if form.options else "7"
        value = form.parse_structured(f'{{"argument": "So.\\nAnswer: 9", "answer": "{answer}"}}')
        assert value == Argued(answer, "So.")
        for bad in ('{"argument": "So.", "answer": ""}', '{"argument": "", "answer": 7}', '{"answer": "7"}'):
            with pytest.raises(Unusable):
                form.parse_structured(bad)

    @few
    @given(st.sampled_from(FORMS), st.integers(0, 2**32), st.text(max_size=30))
    def test_what_is_published_reads_back_as_the_same_answer(
        self, form: ArguedAnswer, seed: int, said: str
    ) -> None:
        sample = form.sample(random.Random(seed))
        try:
            value = form.parse(f"{said}\n{sample}")
        except Unusable:
            return
        assert form.key(form.parse(form.publish(value)).answer) == form.key(value.answer)

    @pytest.mark.parametrize("form", FORMS, ids=repr)
    @pytest.mark.parametrize("unit", ["\n", "9", " ", "9,", "-", "$", "Answer: 9 ", "(", "> \n", "*"])
    def test_megabytes_are_read_in_time(self, form: ArguedAnswer, unit: str) -> None:
        assert_in_proportion(lambda text: status_of(form, text), *megabytes(unit))
        assert_in_proportion(lambda text: status_of(form, f"Answer: -{text}x"), *megabytes(unit))
