"""Events, audiences, views and digests."""

from __future__ import annotations

from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.seat.transcript import NOBODY, Event, EventKind, Transcript, encode, request_digest
from tests.shared.examples import some
from tests.shared.protocols import texts


def told(text: str, *audience: str) -> Event:
    return Event(EventKind.TOLD, None, frozenset(audience), text)


class TestAudiences:
    def test_player_1_is_not_player_10(self) -> None:
        """An audience is a set of seats, never a piece of text to search in."""
        transcript = Transcript({"player_1": "", "player_10": ""})
        transcript.commit([(None, [told("for ten", "player_10")])])
        assert list(transcript.view("player_1")) == []
        assert [event.text for event in transcript.view("player_10")] == ["for ten"]

    def test_what_is_for_nobody_is_in_the_record_and_in_no_view(self) -> None:
        transcript = Transcript({"ann": "", "bob": ""})
        event = Event(EventKind.SAID, "ann", NOBODY, "70")
        transcript.show("ann", event)
        transcript.commit([("ann", [event])])
        assert transcript.events == [event]
        assert list(transcript.view("ann")) == list(transcript.view("bob")) == []


class TestViews:
    def test_a_view_is_a_sequence(self) -> None:
        transcript = Transcript({"ann": ""})
        transcript.commit([(None, [told(text, "ann")]) for text in "abc"])
        view = transcript.view("ann")
        transcript.commit([(None, [told("later", "ann")])])
        assert len(view) == 3
        assert [event.text for event in view] == ["a", "b", "c"]
        assert view[0].text == "a"
        assert view[-1].text == "c"
        assert [event.text for event in view[1:]] == ["b", "c"]
        assert [event.text for event in reversed(view)] == ["c", "b", "a"]
        with pytest.raises(IndexError):
            view[3]

    def test_ones_own_exchange_is_seen_at_once_and_only_once(self) -> None:
        transcript = Transcript({"ann": "", "bob": ""})
        everyone = frozenset({"ann", "bob"})
        ann, bob = (Event(EventKind.SAID, seat, everyone, seat) for seat in ("ann", "bob"))
        transcript.show("ann", ann)
        transcript.show("bob", bob)
        assert [event.text for event in transcript.view("ann")] == ["ann"]
        transcript.commit([("ann", [ann]), ("bob", [bob])])
        assert [event.text for event in transcript.view("ann")] == ["ann", "bob"]
        assert [event.text for event in transcript.view("bob")] == ["bob", "ann"]
        assert [event.text for event in transcript.events] == ["ann", "bob"]


class TestData:
    def test_fields_are_a_fresh_copy_each_time(self) -> None:
        event = Event(EventKind.TOLD, None, NOBODY, "", encode({"moves": {"bet": 1}}))
        event.data["moves"]["bet"] = 2
        event.data["more"] = True
        assert event.data == {"moves": {"bet": 1}}

    def test_an_event_without_fields_has_none(self) -> None:
        assert Event(EventKind.TOLD, None, NOBODY, "hello").data is None

    def test_an_event_cannot_be_changed(self) -> None:
        with pytest.raises(AttributeError):
            told("a", "ann").text = "b"  # type: ignore[misc]


class TestDigests:
    @some
    @given(st.lists(texts, max_size=4), st.lists(texts, max_size=4), texts, texts, texts, texts)
    def test_equal_exactly_where_the_requests_are(
        self, one: list[str], two: list[str], brief: str, other_brief: str, prompt: str, other_prompt: str
    ) -> None:
        def digest(news: list[str], brief: str, prompt: str) -> str:
            transcript = Transcript({"ann": brief})
            for text in news:
                transcript.commit([(None, [told(text, "ann")])])
            return transcript.digest("ann", Event(EventKind.ASKED, "ann", frozenset({"ann"}), prompt))

        same = (one, brief, prompt) == (two, other_brief, other_prompt)
        assert (digest(one, brief, prompt) == digest(two, other_brief, other_prompt)) is same
        assert digest(one, brief, prompt) == digest(one, brief, prompt)

    def test_a_brief_cannot_pass_for_a_brief_and_an_event(self) -> None:
        first = Transcript({"ann": "brief"})
        first.commit([(None, [told("news", "ann")])])
        prompt = Event(EventKind.ASKED, "ann", frozenset({"ann"}), "?")
        forged = Transcript({"ann": f"brief\n{EventKind.TOLD} None 4 4\nnewsnull"})
        assert first.digest("ann", prompt) != forged.digest("ann", prompt)

    def test_a_seat_called_none_is_told_from_no_seat(self) -> None:
        names = [None, "None", "\\None", "\\\\None", "none", "anyNone"]
        prompt = Event(EventKind.ASKED, "ann", frozenset({"ann"}), "?")
        digests = {request_digest("", [told("a", "ann")._replace(seat=name)], prompt) for name in names}
        assert len(digests) == len(names)

    def test_stay_what_journals_hold(self) -> None:
        prompt = Event(EventKind.ASKED, "ann", frozenset({"ann"}), "?")
        text = "5\nbrief\ntold None 4 4\nnewsnull\nasked ann 1 4\n?null"
        kept = blake2b(text.encode(), digest_size=16).hexdigest()
        assert request_digest("brief", [told("news", "ann")], prompt) == kept

    def test_what_a_seat_did_not_see_is_not_in_its_digest(self) -> None:
        prompt = Event(EventKind.ASKED, "ann", frozenset({"ann"}), "?")
        one, two = Transcript({"ann": "", "bob": "x"}), Transcript({"ann": "", "bob": "y"})
        two.commit([(None, [told("secret", "bob")])])
        assert one.digest("ann", prompt) == two.digest("ann", prompt)

    def test_asking_twice_what_was_seen_once_changes_nothing(self) -> None:
        """A digest does not depend on how often digests were made before."""
        prompt = Event(EventKind.ASKED, "ann", frozenset({"ann"}), "?")
        often, once = Transcript({"ann": ""}), Transcript({"ann": ""})
        for _ in range(3):
            for transcript in (often, once):
                transcript.commit([(None, [told("a", "ann")])])
            often.digest("ann", prompt)
        assert often.digest("ann", prompt) == once.digest("ann", prompt)
