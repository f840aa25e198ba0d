"""The journal is a tape: what was recorded rebuilds every view and digest, and replays without asking."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from arena.core.seeds import derive
from arena.episode.episode import Episode
from arena.episode.record import Tape
from arena.seat.agent import Request
from arena.seat.transcript import Event, EventKind, Transcript
from tests.shared.agents import Erratic, Watched
from tests.shared.examples import few, some
from tests.shared.playing import Playing, play
from tests.shared.protocols import SEATS, Script, scripts, seeds


def played(script: Script, seed: int, tape: Tape | None = None) -> tuple[Playing, Erratic]:
    agent = Erratic()
    return asyncio.run(play(script, agent, seed=seed, tape=tape)), agent


def asked(events: Sequence[Event], seat: str) -> list[Event]:
    return [event for event in events if event.kind is EventKind.ASKED and event.seat == seat]


class TestRebuilding:
    @some
    @given(scripts, seeds)
    def test_the_stored_steps_give_the_live_views(self, script: Script, seed: int) -> None:
        playing, _ = played(script, seed)
        rebuilt = Transcript.rebuild(dict(playing.briefs), playing.steps)
        assert rebuilt.events == playing.episode.transcript.events
        for seat in SEATS:
            assert list(rebuilt.view(seat)) == list(playing.episode.view(seat))

    @some
    @given(scripts, seeds)
    def test_a_request_is_the_part_of_the_view_that_was_seen_and_the_asked_event(
        self, script: Script, seed: int
    ) -> None:
        """Digests made afresh from what is stored equal those that were stored when the request was made."""
        playing, _ = played(script, seed)
        rebuilt = Transcript.rebuild(dict(playing.briefs), playing.steps)
        for seat in SEATS:
            prompts = asked(rebuilt.events, seat)
            view = list(rebuilt.view(seat))
            calls = [call for call in playing.calls if call.seat == seat]
            assert [call.count for call in calls] == list(range(len(prompts)))
            for call in calls:
                seen = [(None, [event]) for event in view[: call.seen]]
                again = Transcript(dict(playing.briefs))
                again.commit(seen)
                assert list(again.view(seat)) == view[: call.seen]
                assert again.digest(seat, prompts[call.count]) == call.digest

    @some
    @given(scripts, seeds, seeds)
    def test_different_requests_have_different_digests(self, script: Script, one: int, two: int) -> None:
        digests: dict[str, object] = {}
        for seed in (one, two):
            playing, _ = played(script, seed)
            rebuilt = Transcript.rebuild(dict(playing.briefs), playing.steps)
            for call in playing.calls:
                view = tuple(map(repr, list(rebuilt.view(call.seat))[: call.seen]))
                prompt = asked(rebuilt.events, call.seat)[call.count]
                request = ([repr(prompt.text), prompt.payload, call.seat], view)
                assert digests.setdefault(call.digest, request) == request


class TestCutOff:
    @some
    @given(scripts, seeds, st.data())
    def test_a_step_that_broke_off_leaves_views_and_record_alike(
        self, script: Script, seed: int, data: st.DataObject
    ) -> None:
        """Seats have seen their own part of it, so the record holds it too."""
        hang = data.draw(st.sampled_from(SEATS))
        number = data.draw(st.integers(0, 7))

        async def answer(request: Request) -> str:
            hanging = request.seat == hang and request.prompt.data == {"step": number}
            await asyncio.sleep(60 if hanging else 0)
            return "" if derive(request.seed, "bad") % 3 == 0 else request.form.sample(request.random())

        class Impatient(Episode):
            async def together(self, *arguments: Any, **options: Any) -> Any:
                try:
                    async with asyncio.timeout(0.01):
                        return await super().together(*arguments, **options)
                except TimeoutError:
                    return {}

        playing = asyncio.run(play(script, Watched(answer), seed=seed, episode_class=Impatient))
        rebuilt = Transcript.rebuild(dict(playing.briefs), playing.steps)
        for seat in SEATS:
            assert list(rebuilt.view(seat)) == list(playing.episode.view(seat))


class TestReplaying:
    @some
    @given(scripts, seeds, st.data())
    def test_any_part_of_the_tape_gives_the_same_episode_and_is_not_asked_again(
        self, script: Script, seed: int, data: st.DataObject
    ) -> None:
        """Whichever calls a kill left behind: of simultaneous ones, any subset may have been answered."""
        playing, _ = played(script, seed)
        step = data.draw(st.integers(0, len(script.steps)))
        kept = [
            call
            for call in playing.calls
            if call.step < step or (call.step == step and data.draw(st.booleans()))
        ]
        answered: dict[str, int] = {}
        unbroken = []
        for call in sorted(kept, key=lambda call: (call.seat, call.count)):
            if call.count == answered.get(call.seat, 0):
                answered[call.seat] = call.count + 1
                unbroken.append(call)
        again, agent = played(script, seed, Tape(unbroken))
        assert again.steps == playing.steps
        assert again.outcome == playing.outcome
        assert agent.asked == len(playing.calls) - len(unbroken) == len(again.calls)

    @few
    @given(scripts, seeds)
    def test_calls_that_were_made_again_are_recorded_as_they_were(self, script: Script, seed: int) -> None:
        one, _ = played(script, seed)
        two, _ = played(script, seed)
        assert [call._replace(seconds=0.0) for call in one.calls] == [
            call._replace(seconds=0.0) for call in two.calls
        ]
