"""Choices and moves: one option by its text, and never one found inside another."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.forms import Choice, Move, Status, Unusable
from tests.shared.examples import some

words = st.text("abcXYZ019 .()-+=/#%ßé", min_size=1, max_size=8).map(str.strip).filter(bool)
option_lists = st.lists(words, min_size=1, max_size=5, unique_by=str.casefold).map(tuple)


def failure(form: Choice | Move, text: str) -> tuple[Status, str]:
    with pytest.raises(Unusable) as caught:
        form.parse(text)
    return caught.value.status, caught.value.reason


class TestChoice:
    @some
    @given(option_lists, st.data())
    def test_every_option_can_be_chosen_by_its_text(
        self, options: tuple[str, ...], data: st.DataObject
    ) -> None:
        option = data.draw(st.sampled_from(options))
        form = Choice(options)
        assert form.parse(option) == option
        assert form.parse(f"Because.\nAnswer: {option}") == option

    @some
    @given(option_lists, st.integers())
    def test_samples_are_options(self, options: tuple[str, ...], seed: int) -> None:
        assert Choice(options).parse(Choice(options).sample(random.Random(seed))) in options

    def test_correct_is_not_found_in_incorrect(self) -> None:
        form = Choice(("CORRECT", "INCORRECT"))
        assert form.parse("Answer: incorrect") == "INCORRECT"
        assert form.parse("INCORRECT") == "INCORRECT"
        assert failure(form, "It is not CORRECT, it is INCORRECT.")[0] is Status.UNPARSEABLE
        assert failure(form, "CORRECTNESS")[0] is Status.UNPARSEABLE

    def test_a_and_b_both_named_is_ambiguous(self) -> None:
        form = Choice(("A", "B"))
        assert failure(form, "Answer: [[A]]\nAnswer: [[B]]")[0] is Status.AMBIGUOUS
        assert failure(form, "[[A]] [[B]]")[0] is not Status.OK
        assert form.parse("[[A]]") == "A"

    def test_options_that_differ_in_case_alone_need_their_exact_spelling(self) -> None:
        form = Choice(("Yes", "YES"))
        assert form.parse("YES") == "YES"
        assert failure(form, "yes")[0] is Status.AMBIGUOUS

    def test_an_empty_labelled_line_announces_the_next_line_or_nothing(self) -> None:
        form = Choice(("yes", "no"))
        assert form.parse("Answer:\nyes") == "yes"
        assert form.parse("Answer: \nAnswer: yes") == "yes"
        assert failure(form, "Answer:\nI weigh both.\nPerhaps.")[0] is Status.UNPARSEABLE

    def test_whose_answer_it_is_counts(self) -> None:
        form = Choice(("yes", "no"))
        assert form.parse("My answer: yes") == "yes"
        for label in ("His answer", "Member 2's answer", "My first answer", "Wrong answer", "NonAnswer"):
            assert failure(form, f"{label}: yes\nI do not know.")[0] is Status.UNPARSEABLE

    def test_the_instructions_name_every_option(self) -> None:
        assert "yes, no" in Choice(("yes", "no")).instructions()

    def test_the_record_holds_the_option(self) -> None:
        assert Choice(("yes", "no")).fields("yes") == {"choice": "yes"}


class TestMove:
    def test_an_answer_that_is_not_legal_is_told_from_no_answer(self) -> None:
        form = Move(("check", "bet"))
        assert failure(form, "Move: fold") == (Status.ILLEGAL, "'fold' is not a legal move here")
        assert failure(form, "fold")[0] is Status.ILLEGAL
        assert failure(form, "I would rather not say")[0] is Status.UNPARSEABLE

    @pytest.mark.parametrize("text", ['"x(0,0)"', "**Move: x(0,0)**", "Move: X(0,0)", "[x(0,0)]", "x(0,0)."])
    def test_a_moves_own_brackets_are_part_of_it(self, text: str) -> None:
        """As OpenSpiel writes moves in many games."""
        assert Move(("x(0,0)", "x(0,1)")).parse(text) == "x(0,0)"

    def test_legal_moves_are_told_only_if_they_are_shown(self) -> None:
        assert "check, bet" in Move(("check", "bet")).instructions()
        hidden = Move(("check", "bet"), shown=False).instructions()
        assert "check" not in hidden
        assert "bet" not in hidden

    def test_the_reason_does_not_tell_the_legal_moves_either(self) -> None:
        assert "check" not in failure(Move(("check", "bet"), shown=False), "Move: fold")[1]

    def test_moves_of_several_words(self) -> None:
        form = Move(("Bid: 1 of 2", "Bid: 2 of 2", "Liar"))
        assert form.parse("Move: Bid: 1 of 2") == "Bid: 1 of 2"
        assert form.parse("bid: 2 of 2") == "Bid: 2 of 2"

    @some
    @given(option_lists, st.data())
    def test_every_legal_move_can_be_made(self, legal: tuple[str, ...], data: st.DataObject) -> None:
        move = data.draw(st.sampled_from(legal))
        assert Move(legal).parse(move) == move
        assert Move(legal).parse(f"Move: {move}") == move
        assert Move(legal).parse(f"move: **{move}**") == move
