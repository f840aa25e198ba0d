"""Views only grow, simultaneous means a frozen view, and an audience is a set of seats."""

from __future__ import annotations

import asyncio

from hypothesis import given

from arena.seat.transcript import Event, EventKind, Transcript
from tests.shared.agents import Erratic, Sent, Watched
from tests.shared.examples import few, some
from tests.shared.playing import Playing, play
from tests.shared.protocols import SEATS, Ask, Script, Tell, scripts, seeds


def played(script: Script, seed: int, *, latency: float = 0.0) -> tuple[Playing, dict[str, Watched]]:
    """Play the script with agents that often fail; return it with what each agent was sent."""
    erratic = Erratic(latency=latency)
    agents = {seat: Watched(erratic.reply, seat) for seat in SEATS}
    return asyncio.run(play(script, agents, seed=seed)), agents


class TestViewsOnlyGrow:
    @some
    @given(scripts, seeds)
    def test_each_request_starts_with_the_one_before_and_its_reply(self, script: Script, seed: int) -> None:
        _, agents = played(script, seed)
        for seat, agent in agents.items():
            for before, after in zip(agent.sent, agent.sent[1:], strict=False):
                self.assert_grown(seat, before, after)

    @staticmethod
    def assert_grown(seat: str, before: Sent, after: Sent) -> None:
        assert after.count == before.count + 1
        assert after.brief == before.brief
        assert after.view[: len(before.view)] == before.view
        news = after.view[len(before.view) :]
        if seat in before.prompt.audience:
            assert news[0] == before.prompt
            assert news[1].seat == seat
            assert news[1].kind in (EventKind.SAID, EventKind.FAILED)
        else:
            assert before.prompt not in news

    @some
    @given(scripts, seeds)
    def test_a_view_holds_what_its_seat_is_in_the_audience_of_and_nothing_else(
        self, script: Script, seed: int
    ) -> None:
        playing, agents = played(script, seed)
        for seat in SEATS:
            seen = list(playing.episode.view(seat))
            everything = [event for event in playing.episode.transcript.events if seat in event.audience]
            assert sorted(map(repr, seen)) == sorted(map(repr, everything))
            for sent in agents[seat].sent:
                assert all(seat in event.audience for event in sent.view)

    @some
    @given(scripts, seeds)
    def test_a_view_is_in_the_transcripts_order_but_for_its_own_exchange(
        self, script: Script, seed: int
    ) -> None:
        """Within a step a seat's own exchange comes first; between steps nothing is ever reordered."""
        playing, _ = played(script, seed)
        for seat in SEATS:
            expected = []
            for step in playing.steps:
                visible = [event for event in step if seat in event.audience]
                expected += [event for event in visible if event.seat == seat]
                expected += [event for event in visible if event.seat != seat]
            assert list(playing.episode.view(seat)) == expected

    def test_a_view_that_was_taken_stays_as_it_was(self) -> None:
        transcript = Transcript({"ann": ""})
        view = transcript.view("ann")
        transcript.commit([(None, [Event(EventKind.TOLD, None, frozenset({"ann"}), "news")])])
        assert list(view) == []
        assert [event.text for event in transcript.view("ann")] == ["news"]


class TestTogether:
    @some
    @given(scripts, seeds)
    def test_nobody_sees_what_the_others_say_at_the_same_time(self, script: Script, seed: int) -> None:
        """The view of everyone who is asked together is the view from before that step, plus own retries."""
        playing, agents = played(script, seed)
        for number, step in enumerate(script.steps):
            if not isinstance(step, Ask):
                continue
            before = Transcript.rebuild(dict(playing.briefs), playing.steps[:number])
            for seat in step.seats:
                frozen = list(before.view(seat))
                asked = [sent for sent in agents[seat].sent if sent.prompt.data == {"step": number}]
                assert asked
                for sent in asked:
                    assert list(sent.view[: len(frozen)]) == frozen
                    assert all(event.seat == seat for event in sent.view[len(frozen) :])

    @few
    @given(scripts, seeds)
    def test_what_is_committed_does_not_depend_on_who_answers_first(self, script: Script, seed: int) -> None:
        """Random latencies, the same transcript; and the order of the answers is the order of the seats."""
        at_once, _ = played(script, seed)
        late, _ = played(script, seed, latency=0.001)
        assert late.steps == at_once.steps
        for number, step in enumerate(script.steps):
            if isinstance(step, Ask):
                spoke = list(dict.fromkeys(event.seat for event in late.steps[number]))
                assert spoke == list(step.seats)

    @some
    @given(scripts, seeds)
    def test_audiences_are_exactly_those_that_were_named(self, script: Script, seed: int) -> None:
        """What is for "player_10" is not heard by "player_1"; failures are the seat's own."""
        playing, _ = played(script, seed)
        for step, events in zip(script.steps, playing.steps, strict=True):
            for event in events:
                if isinstance(step, Tell):
                    assert event.audience == step.audience
                    continue
                assert event.seat is not None
                own = frozenset({event.seat}) if step.remember else frozenset()
                others = frozenset(SEATS) if step.audience is None else step.audience
                heard_by = (others | own) if step.remember else others - {event.seat}
                assert event.audience == (heard_by if event.kind is EventKind.SAID else own)
