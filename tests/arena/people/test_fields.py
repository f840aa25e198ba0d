"""A person can answer every form: what is filled in reads as what was meant."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

import games
from arena.forms import Choice, Decision, Form, Move, Number, Probability, Speech, Structured, Verdict
from arena.people import AnswerField, FieldKind, NotFitting, answer_fields, composed
from arena.seat.response import read_reply
from protocols.mad import Some
from protocols.shared.answers import ArguedAnswer
from protocols.shared.bets import SpeakAndBet
from protocols.shared.named_moves import NamedMove
from protocols.shared.offers import Act, BargainingTurn, Offer
from protocols.shared.quotes import QuotedSpeech
from protocols.shared.reasoned import ReasonedProbability
from protocols.shared.shopping import OptionLetters
from protocols.shared.table_talk import MoveAndMessage


def filled_in(form: Form[Any], *written: str) -> Any:
    """Return what a form reads of what a person writes in its fields."""
    fields = answer_fields(form)
    values = [field.read(text) for field, text in zip(fields, written, strict=True)]
    return read_reply("ann", form, composed(form, fields, values)).value


class Tea(BaseModel):
    milk: bool
    lumps: int = Field(ge=0, le=5)
    note: str | None = None
    size: Literal["cup", "pot"] = "cup"


class Order(BaseModel):
    tea: Tea
    for_: list[Literal["ann", "bob"]] = Field(alias="for")
    more: dict[str, int] = {}


class TestFormsOfOurOwn:
    def test_a_choice_is_made_by_name_by_digit_or_by_its_beginning(self) -> None:
        form = Choice(("the cook", "the gardener", "nobody"))
        for written in ("the cook", "1", "THE COOK", "the c"):
            assert filled_in(form, written) == "the cook"
        with pytest.raises(NotFitting, match="choose one of: the cook, the gardener, nobody"):
            filled_in(form, "the")

    def test_options_that_are_numbers_are_named_and_never_counted(self) -> None:
        form = Choice(("2", "1"))
        assert answer_fields(form)[0].keys == ()
        assert filled_in(form, "1") == "1"

    def test_moves_are_listed_only_if_the_seat_is_shown_them(self) -> None:
        assert answer_fields(Move(("fold", "call")))[0].options == ("fold", "call")
        (hidden,) = answer_fields(Move(("fold", "call"), shown=False))
        assert (hidden.kind, hidden.options) == (FieldKind.LINE, ())
        assert filled_in(Move(("fold", "call"), shown=False), "call") == "call"

    def test_a_speech_is_as_it_was_written_over_several_lines(self) -> None:
        form = Speech(100)
        assert answer_fields(form)[0].kind is FieldKind.TEXT
        assert filled_in(form, "One.\n\nTwo.") == "One.\n\nTwo."

    @pytest.mark.parametrize(("written", "read"), [("7", 7), ("7.0", 7)])
    def test_a_number(self, written: str, read: float) -> None:
        assert filled_in(Number(1, 10, whole=True), written) == read

    @pytest.mark.parametrize("written", ["11", "7.5", "many", "50%", "7/10", "nan", ""])
    def test_what_is_no_number_within_the_bounds_is_not_accepted(self, written: str) -> None:
        with pytest.raises(NotFitting, match="a whole number from 1 to 10"):
            filled_in(Number(1, 10, whole=True), written)

    @pytest.mark.parametrize(
        ("scale", "written", "read"),
        [(100, "70", 0.7), (100, "70%", 0.7), (100, "1", 0.01), (1, "0.7", 0.7), (1, "70 %", 0.7)],
    )
    def test_a_belief(self, scale: Literal[1, 100], written: str, read: float) -> None:
        assert filled_in(Probability("it rains", scale), written) == pytest.approx(read)

    def test_a_verdict_has_reasons_that_may_quote_other_verdicts(self) -> None:
        said = filled_in(Verdict(("1", "2")), "She wrote:\nVerdict: 1", "2", "80")
        assert said == Decision("2", 0.8, "She wrote:\nVerdict: 1")

    def test_a_verdict_needs_no_reasons(self) -> None:
        assert filled_in(Verdict(("pro", "con"), confidence=False), "", "con") == Decision("con")


class TestStructured:
    def test_fields_of_any_depth(self) -> None:
        form = Structured(Order)
        names = [(field.name, field.kind.value) for field in answer_fields(form)]
        assert names == [
            ("tea milk", "pick"),
            ("tea lumps", "number"),
            ("tea note", "line"),
            ("tea size", "pick"),
            ("for", "several"),
            ("more", "json"),
        ]
        order = filled_in(form, "yes", "2", "", "", "bob, ann", "")
        assert order == Order.model_validate({"tea": {"milk": True, "lumps": 2}, "for": ["ann", "bob"]})
        assert filled_in(form, "no", "0", "hot", "pot", "2", '{"cake": 1}').more == {"cake": 1}

    def test_what_is_no_json_is_not_accepted(self) -> None:
        more = answer_fields(Structured(Order))[-1]
        with pytest.raises(NotFitting, match="it is not JSON"):
            more.read("{cake: 1}")


class TestFormsOfProtocols:
    def test_an_offer_has_an_amount_and_an_answer_has_none(self) -> None:
        form = BargainingTurn(Offer("seller", 9.0, ()))
        assert [field.name for field in answer_fields(form)] == ["act", "amount", "message"]
        offer = filled_in(form, "offer", "12.5", "Take it.")
        assert (offer.act, offer.amount, offer.message) == (Act.OFFER, 12.5, "Take it.")
        accepted = filled_in(form, "accept", "", "")
        assert (accepted.act, accepted.amount, accepted.message) == (Act.ACCEPT, None, "")

    def test_what_must_be_is_not_asked_for(self) -> None:
        act, *_ = answer_fields(BargainingTurn(opening=True))
        assert act.is_given

    def test_several_options(self) -> None:
        assert filled_in(Some(("A", "B", "C")), "c, a") == ("A", "C")

    def test_an_argued_answer(self) -> None:
        argued = filled_in(ArguedAnswer(("12", "13")), "Because.\nAnswer: 13", "12")
        assert argued.answer == "12"
        assert filled_in(ArguedAnswer(), "Because.", "a dozen").answer == "a dozen"

    def test_a_speech_and_a_private_bet(self) -> None:
        said = filled_in(SpeakAndBet(Speech(), "I win"), "I am right.", "He is weak.", "85")
        assert (said.speech, said.bet, said.reasons) == ("I am right.", 0.85, "He is weak.")

    def test_a_probability_with_reasons(self) -> None:
        assert filled_in(ReasonedProbability("it rains"), "Clouds.", "60") == (0.6, "Clouds.")

    def test_a_move_with_or_without_a_message(self) -> None:
        form = MoveAndMessage(Move(("fold", "call")), 20)
        assert filled_in(form, "I hold a king.", "1") == ("fold", "I hold a king.")
        assert filled_in(form, "", "2") == ("call", "")

    def test_a_move_that_the_game_reads_itself(self) -> None:
        state = games.load("tictactoe").new_initial_state()
        assert filled_in(NamedMove(state, 0), state.action_to_string(0, 4)) == state.action_to_string(0, 4)

    def test_a_speech_with_quotes_does_not_show_the_source(self) -> None:
        form = QuotedSpeech("In the morning the cook took the key.")
        assert "cook" not in repr(answer_fields(form))
        assert filled_in(form, "It says <quote>the cook took the key</quote>.").parts[1].verified

    def test_letters(self) -> None:
        assert filled_in(OptionLetters(), "a, c") == ("A", "C")


@given(st.text())
def test_whatever_is_written_fits_or_is_refused_with_a_reason(text: str) -> None:
    fields: list[AnswerField] = []
    for form in (Choice(("a", "b")), Number(0, 9), Structured(Order), Some(("A", "B")), Verdict(("1", "2"))):
        fields += answer_fields(form)
    said = [_complaint(field, text) for field in fields]
    assert "" not in said


def _complaint(field: AnswerField, text: str) -> str | None:
    try:
        field.read(text)
    except NotFitting as misfit:
        return str(misfit)
    return None
