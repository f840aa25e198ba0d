"""Words that agents wrote: escaped, visible, and marked by the fields of their event alone."""

from __future__ import annotations

import json

from arena.seat.transcript import Event, EventKind
from arena.web.words import cited_in, cut, marked_words, unmarked_text, visible


def said(text: str, **fields: object) -> Event:
    return Event(EventKind.SAID, "ann", frozenset(("ann", "bob")), text, json.dumps(fields))


class TestWhatCannotBeSeen:
    def test_is_boxed(self) -> None:
        shown = str(visible("a\u202eb\u202c\x1b]0;x\x07\x00\ud800"))
        for code in ("RLO", "PDF", "ESC", "07", "00", "D800"):
            assert f'<span class="ctl">{code}</span>' in shown
        assert not set(shown) & {"\u202e", "\x1b", "\x07", "\x00", "\ud800"}

    def test_line_breaks_and_letters_stay(self) -> None:
        assert str(visible("שלום\tأهلا\n👍🏽")) == "שלום\tأهلا\n👍🏽"
        assert str(visible("a\r\nb")) == "a\nb"

    def test_markup_is_text(self) -> None:
        assert str(visible("</p><script>x</script>")) == "&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;"


class TestQuotes:
    TEXT = "It says <verified>the key</verified> and <unverified>a lock</unverified>."

    def test_are_marked_by_the_fields(self) -> None:
        quotes = [{"text": "the key", "verified": True}, {"text": "a lock", "verified": False}]
        shown = str(marked_words(said(self.TEXT, quotes=quotes)))
        assert '<q class="src">the key</q><span class="tick">✓ in source</span>' in shown
        assert '<q class="src not">a lock</q><span class="tick">✕ not in source</span>' in shown
        assert unmarked_text(said(self.TEXT, quotes=quotes)) == "It says the key and a lock."

    def test_are_never_taken_from_the_text_alone(self) -> None:
        for quotes in ([], [{"text": "the key", "verified": True}], 3, None):
            assert "<q" not in str(marked_words(said(self.TEXT, quotes=quotes)))

    def test_an_empty_one_is_named(self) -> None:
        event = said("<unverified></unverified>", quotes=[{"text": "", "verified": False}])
        assert "(empty quote)" in marked_words(event)


class TestCitedWords:
    def test_are_those_between_quotation_marks_that_somebody_said(self) -> None:
        reasons = ['It is "the cook took it", not “the gardener took it all”.']
        assert cited_in(reasons, ["Surely the cook took it."]) == ("the cook took it",)

    def test_are_marked_across_a_quote(self) -> None:
        event = said(
            "So <verified>the cook took</verified> it.", quotes=[{"text": "the cook took", "verified": True}]
        )
        shown = str(marked_words(event, ["cook took it"]))
        assert '<q class="src">the <mark>cook took</mark></q>' in shown
        assert "<mark> it</mark>." in shown

    def test_of_two_that_overlap_nothing_stands_twice(self) -> None:
        assert (
            str(cut("one two three four", ["one two three", "three four"]))
            == "<mark>one two three four</mark>"
        )


def test_long_words_are_cut() -> None:
    assert len(str(cut("x" * 1_048_576))) == 2_000
