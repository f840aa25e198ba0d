"""The parts of a reply that several authors wrote, and what is refused of them."""

from __future__ import annotations

import pytest

from arena.seat.agent import REPAIRED, Reply
from arena.seat.parts import ReplyPart, Span, parts_from_record, parts_record, spans
from arena.seat.response import checked

STUDENT = ReplyPart("It is 6. ", author="student", version="12")
TEACHER = ReplyPart("Look again. ", author="teacher", trains=False)
GUIDED = (STUDENT, TEACHER, ReplyPart("It is 5.", author="student", version="12"))


def test_parts_make_up_the_text_and_have_their_places_in_it() -> None:
    reply = Reply.of_parts(*GUIDED)
    assert reply.text == "It is 6. Look again. It is 5."
    assert list(spans(reply.parts)) == [
        Span(0, 9, GUIDED[0]),
        Span(9, 21, GUIDED[1]),
        Span(21, 29, GUIDED[2]),
    ]
    assert checked(reply) == reply


def test_the_record_holds_lengths_and_gives_the_parts_back() -> None:
    assert parts_record(GUIDED) == [[9, "student", "12", 1], [12, "teacher", "", 0], [8, "student", "12", 1]]
    assert parts_from_record(Reply.of_parts(*GUIDED).text, parts_record(GUIDED)) == GUIDED


@pytest.mark.parametrize("parts", [GUIDED[:2], ("It is 6. Look again. It is 5.",), (ReplyPart(3),)])  # type: ignore[arg-type]
def test_parts_that_do_not_make_up_the_text_are_refused(parts: tuple[ReplyPart, ...]) -> None:
    with pytest.raises(TypeError, match="part"):
        checked(Reply.of_parts(*GUIDED)._replace(parts=parts))


def test_what_is_repaired_is_repaired_in_the_parts_too() -> None:
    reply = checked(Reply.of_parts(ReplyPart("\ud83d"), ReplyPart("\u00e9", author="\udc00")))
    assert reply.parts == (ReplyPart("\ufffd"), ReplyPart("\u00e9", author="\ufffd"))
    assert reply.text == "\ufffd\u00e9"
    assert reply.notes == (REPAIRED,)
