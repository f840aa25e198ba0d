"""Speech: free text, trimmed, and cut where the words are used up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from arena.forms import Speech
from arena.forms.reading import said
from arena.seat.transcript import encode
from tests.shared.examples import some

texts = st.text(max_size=80).filter(lambda text: bool(text.strip()) and said(text) == text)


class TestSpeech:
    @some
    @given(texts)
    def test_without_a_limit_it_is_the_text_as_it_came(self, text: str) -> None:
        assert Speech().parse(text) == text.strip()

    @some
    @given(texts, st.integers(1, 10))
    def test_never_more_words_than_allowed_and_all_that_are(self, text: str, words: int) -> None:
        speech = Speech(words=words).parse(text)
        assert text.strip().startswith(speech)
        assert speech.split() == text.split()[:words]

    def test_white_space_between_the_words_is_kept(self) -> None:
        assert Speech(words=3).parse("  one\n\ntwo   three four ") == "one\n\ntwo   three"

    def test_the_cut_is_between_words(self) -> None:
        assert (
            Speech(words=2).parse("antidisestablishmentarianism is long") == "antidisestablishmentarianism is"
        )

    @some
    @given(texts)
    def test_what_is_published_is_what_was_parsed(self, text: str) -> None:
        speech = Speech(words=4).parse(text)
        assert Speech(words=4).publish(speech) == speech
        assert Speech(words=4).fields(speech)["speech"] == speech

    @some
    @given(texts, st.integers(1, 10))
    def test_how_many_words_were_cut_is_recorded_if_any_were(self, text: str, words: int) -> None:
        form = Speech(words=words)
        over = len(text.split()) - words
        recorded = from_json(encode(form.fields(form.parse(text))))
        assert recorded.get("cut_words", 0) == max(0, over)
        assert ("cut_words" in recorded) is (over > 0)

    def test_instructions_state_the_limit_if_there_is_one(self) -> None:
        assert "150 words" in Speech(words=150).instructions()
        assert "at most" not in Speech().instructions()
