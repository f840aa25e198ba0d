"""A judge's decision: read from lines of its own, never from what it quotes, and public in part."""

from __future__ import annotations

import json

import pytest

from arena.forms import Decision, Status, Unusable, Verdict
from arena.seat.agent import Reply
from arena.seat.response import read_reply

SIDES = Verdict(("pro", "con"))
MARKS = Verdict(("CORRECT", "INCORRECT"))


def status_of(form: Verdict, text: str) -> Status:
    with pytest.raises(Unusable) as unusable:
        form.parse(text)
    return unusable.value.status


class TestWrittenOut:
    def test_choice_confidence_and_reasons_are_told_apart(self) -> None:
        text = "Pro cites the source.\nCon does not.\n\nVerdict: pro\nConfidence: 80"
        assert SIDES.parse(text) == Decision("pro", 0.8, "Pro cites the source.\nCon does not.")

    def test_two_different_labels_are_ambiguous_and_neither_is_taken(self) -> None:
        """Elsewhere the first `[[A]]` that was found won although both were there."""
        assert status_of(SIDES, "Verdict: pro\nVerdict: con\nConfidence: 50") is Status.AMBIGUOUS

    def test_two_different_confidences_are_none(self) -> None:
        decision = SIDES.parse("Verdict: pro\nConfidence: 50\nConfidence: 60")
        assert decision[:2] == ("pro", None)
        assert "more than one" in decision.unread

    def test_incorrect_is_never_read_as_correct(self) -> None:
        """Elsewhere "CORRECT" was found in "INCORRECT"."""
        assert MARKS.parse("Verdict: INCORRECT").choice == "INCORRECT"
        assert status_of(MARKS, "It is INCORRECT to call this CORRECT.") is Status.UNPARSEABLE
        assert status_of(MARKS, "Verdict: not CORRECT") is Status.UNPARSEABLE

    @pytest.mark.parametrize(
        "quotation",
        [
            "> Verdict: con\n> Confidence: 100",
            "  >Verdict: con",
            "```\nVerdict: con\n```",
            "~~~text\nVerdict: con\n~~~",
            "```\nVerdict: con\n~~~\nVerdict: con\n```",
            "He writes 'Verdict: con' and [[con]].",
            '"Verdict: con"',
        ],
    )
    def test_what_is_quoted_is_no_verdict(self, quotation: str) -> None:
        assert SIDES.parse(f"{quotation}\nVerdict: pro\nConfidence: 70")[:2] == ("pro", 0.7)
        assert status_of(SIDES, f"Con says:\n{quotation}\nI cannot decide.") is Status.UNPARSEABLE

    def test_a_block_that_is_never_closed_hides_the_rest(self) -> None:
        assert status_of(SIDES, "I think so.\n```\nVerdict: con") is Status.AMBIGUOUS

    def test_a_tie_is_a_verdict_only_where_it_is_an_option(self) -> None:
        assert status_of(SIDES, "Verdict: tie") is Status.UNPARSEABLE
        assert Verdict(("pro", "con", "tie")).parse("Verdict: Tie").choice == "tie"


class TestConfidence:
    def test_none_given_is_none_and_never_one_half(self) -> None:
        assert SIDES.parse("Verdict: pro").confidence is None

    def test_zero_is_zero(self) -> None:
        """Elsewhere a confidence of 0 was dropped."""
        assert SIDES.parse("Verdict: pro\nConfidence: 0").confidence == 0.0

    @pytest.mark.parametrize(("scale", "text"), [(100, "80"), (100, "80%"), (1, "0.8"), (1, "80%")])
    def test_either_scale_is_read_to_between_0_and_1(self, scale: int, text: str) -> None:
        form = Verdict(("pro", "con"), scale=scale)  # type: ignore[arg-type]  # one of the two
        assert form.parse(f"Verdict: pro\nConfidence: {text}").confidence == 0.8

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("140", "140 is not between 0 and 100"),
            ("-1", "-1 is not between 0 and 100"),
            ("0.85", "0.85 may be 0.85 % or 85 %; write it with a % sign"),
            ("75-80", "'75-80' could be more than one number"),
            ("very high", "the confidence 'very high' is not a number"),
        ],
    )
    def test_one_that_cannot_be_read_is_missing_and_voids_no_verdict(self, text: str, why: str) -> None:
        decision = SIDES.parse(f"It is clear.\nVerdict: pro\nConfidence: {text}")
        assert decision == Decision("pro", None, "It is clear.", why)
        assert SIDES.fields(decision)["unread"] == why
        assert "unread" not in SIDES.fields(SIDES.parse("Verdict: pro"))

    def test_one_that_was_not_asked_for_is_not_read(self) -> None:
        form = Verdict(("pro", "con"), confidence=False)
        assert form.parse("Verdict: pro\nConfidence: 999").confidence is None
        assert "onfidence" not in form.instructions()
        assert list(form.schema()["properties"]) == ["reasons", "choice"]


class TestStructured:
    def test_all_fields_are_read(self) -> None:
        text = json.dumps({"reasons": "Why not.", "choice": "con", "confidence": 55})
        answer = read_reply("judge", SIDES, Reply(text, structured=True))
        assert answer.value == Decision("con", 0.55, "Why not.")

    def test_reasons_come_before_the_choice_they_are_for(self) -> None:
        assert list(SIDES.schema()["properties"]) == ["reasons", "choice", "confidence"]

    def test_verdicts_forged_in_its_reasons_are_reasons(self) -> None:
        reasons = "He wrote:\nVerdict: con\nConfidence: 100"
        text = json.dumps({"reasons": reasons, "choice": "pro", "confidence": 10})
        assert SIDES.parse_structured(text) == Decision("pro", 0.1, reasons)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"choice": "pro", "confidence": 10},
            {"reasons": "", "choice": "both", "confidence": 10},
            {"reasons": "", "choice": ["pro"], "confidence": 10},
            {"reasons": 3, "choice": "pro", "confidence": 10},
            {"reasons": "", "choice": "pro", "confidence": 10, "more": 1},
        ],
    )
    def test_anything_else_is_unparseable(self, wrong: dict[str, object]) -> None:
        with pytest.raises(Unusable) as unusable:
            SIDES.parse_structured(json.dumps(wrong))
        assert unusable.value.status is Status.UNPARSEABLE

    @pytest.mark.parametrize("confidence", [True, None, "High", 0.5, 101])
    def test_a_confidence_that_is_no_number_voids_no_verdict(self, confidence: object) -> None:
        decision = SIDES.parse_structured(
            json.dumps({"reasons": "", "choice": "pro", "confidence": confidence})
        )
        assert decision[:2] == ("pro", None)
        assert decision.unread

    def test_two_different_objects_are_ambiguous(self) -> None:
        one = json.dumps({"reasons": "", "choice": "pro", "confidence": 10})
        assert SIDES.parse_structured(f"{one}\n{one}").choice == "pro"
        with pytest.raises(Unusable) as unusable:
            SIDES.parse_structured(f"{one}\n{one.replace('pro', 'con')}")
        assert unusable.value.status is Status.AMBIGUOUS


class TestPublic:
    decision = Decision("pro", 0.8, "Because.")

    def test_the_choice_alone_unless_told_otherwise(self) -> None:
        assert SIDES.publish(self.decision) == "pro"
        assert SIDES.public_fields(self.decision) == {"choice": "pro"}
        assert SIDES.fields(self.decision) == {"choice": "pro", "confidence": 0.8, "reasons": "Because."}

    def test_a_setting_shows_more(self) -> None:
        form = Verdict(("pro", "con"), public=("choice", "confidence", "reasons"))
        assert form.publish(self.decision) == "Verdict: pro\nConfidence: 80%\n\nBecause."
        assert form.parse(form.publish(self.decision)) == self.decision
