"""The tape gives back what was recorded, and refuses to be used for anything else."""

from __future__ import annotations

import pytest

from arena.core.errors import Diverged
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.playing import play_episode
from arena.episode.record import NO_RECORD, Tape
from arena.forms import Choice
from tests.properties.test_determinism import CHATTY
from tests.shared.agents import Scripted, Watched
from tests.shared.playing import play
from tests.shared.protocols import OneShot
from tests.shared.recording import Memory, plan_of


async def test_what_was_recorded_is_found_by_seat_and_count() -> None:
    playing = await play(CHATTY, Watched(lambda request: request.form.sample(request.random())))
    tape = Tape(playing.calls)
    assert len(tape) == len(playing.calls) > 0
    for call in playing.calls:
        assert tape.find(call.seat, call.count, call.digest) == call


async def test_another_request_at_the_same_place_has_diverged() -> None:
    playing = await play(CHATTY, Watched(lambda request: request.form.sample(request.random())))
    call = playing.calls[0]
    with pytest.raises(Diverged, match=rf"^Request {call.count} to {call.seat} is not the one"):
        Tape(playing.calls).find(call.seat, call.count, "0" * 32)


def test_what_was_not_recorded_is_to_be_asked() -> None:
    assert Tape().find("ann", 0, "0" * 32) is None


async def test_failures_are_on_the_tape_too() -> None:
    """So that a resumed episode fails where it failed, without asking."""
    memory = Memory()
    agents = {"ann": Scripted("maybe", TimeoutError("slow"))}
    before = await Episode(agents, context=EpisodeContext(recorder=memory)).ask("ann", Choice(("yes",)))
    silent = Scripted()
    after = await Episode({"ann": silent}, context=EpisodeContext(tape=Tape(memory.calls[0]))).ask(
        "ann", Choice(("yes",))
    )
    assert before == after
    assert silent.sent == []


async def test_no_record_takes_everything_and_keeps_nothing() -> None:
    async def method(episode: Episode) -> Outcome:
        await episode.ask("ann", Choice(("yes", "no")))
        return Outcome.completed({})

    agents = {"ann": Watched("yes"), "bob": Watched("yes")}
    played = await play_episode(
        OneShot(method=method), plan_of(), agents, context=EpisodeContext(recorder=NO_RECORD)
    )
    assert played.outcome.ending is Ending.COMPLETED
    assert played.turns == 1
    assert vars(NO_RECORD) == vars(type(NO_RECORD)()) == {}
