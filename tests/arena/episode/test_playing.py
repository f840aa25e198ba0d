"""An episode is played to its end whatever happens in it, and its ending says what did."""

from __future__ import annotations

import asyncio
import gc
import math
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from arena.core.errors import JournalError, PromptTooLong
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.episode.playing import play_episode
from arena.episode.record import Tape
from arena.forms import Choice, Status
from arena.seat.agent import Agent, Request
from arena.seat.transcript import EventKind
from arena.spending.limits import Limits
from arena.tasks.task import PublicTask
from tests.faults.loops import run_jumping
from tests.shared.agents import Scripted, Watched
from tests.shared.protocols import OneShot
from tests.shared.recording import Memory, plan_of
from tests.shared.waiting import HANG

YES_NO = Choice(("yes", "no"))


async def conduct(
    method: Callable[[Episode], Awaitable[Outcome]],
    ann: Agent | None = None,
    *,
    limits: Limits | None = None,
    protocol: type[OneShot] = OneShot,
    **options: Any,
) -> tuple[Played, Memory]:
    memory = Memory()
    agents = {"ann": ann or Watched("yes"), "bob": Watched("yes")}
    played = await play_episode(
        protocol(method=method),
        plan_of(),
        agents,
        context=EpisodeContext(limits=limits or Limits(), recorder=memory, **options),
    )
    assert memory.ended == {0: played}
    return played, memory


async def draw(episode: Episode) -> Outcome:
    return Outcome.completed({"ann": 0.0, "bob": 0.0})


async def ask_for_ever(episode: Episode) -> Outcome:
    while True:
        await episode.ask("ann", YES_NO)


async def ask_both(episode: Episode) -> Outcome:
    await episode.together(("ann", "bob"), YES_NO)
    return Outcome.completed({"ann": 0.0, "bob": 0.0})


class TestCompleted:
    async def test_the_outcome_is_the_protocols(self) -> None:
        played, _ = await conduct(draw)
        assert played.outcome == Outcome.completed({"ann": 0.0, "bob": 0.0})
        assert played.outcome.is_result

    async def test_an_answer_that_failed_is_for_the_protocol_to_judge(self) -> None:
        async def method(episode: Episode) -> Outcome:
            answer = await episode.ask("ann", YES_NO)
            assert answer.status is Status.ERROR
            return Outcome.completed({})

        played, _ = await conduct(method, Scripted(RuntimeError("broke")))
        assert played.outcome.ending is Ending.COMPLETED


class TestFailed:
    async def test_using_an_answer_that_never_came_names_the_offender(self) -> None:
        async def method(episode: Episode) -> Outcome:
            answers = await episode.together(("ann", "bob"), YES_NO)
            return Outcome.won_by(answers["ann"].value, among=episode.seats)

        played, memory = await conduct(method, Watched("maybe"))
        assert played.outcome.ending is Ending.FAILED
        assert played.outcome.offenders == ("ann",)
        assert "unparseable" in played.outcome.reason
        assert played.outcome.returns == {}
        assert not played.outcome.is_result
        assert len(memory.calls[0]) == 4

    @pytest.mark.parametrize("error", [RuntimeError("bug"), KeyError("x"), TimeoutError(), RecursionError()])
    async def test_a_bug_in_the_protocol(self, error: Exception) -> None:
        async def method(episode: Episode) -> Outcome:
            raise error

        played, _ = await conduct(method, limits=Limits(seconds=60))
        assert played.outcome.ending is Ending.FAILED
        assert type(error).__name__ in played.outcome.reason
        assert played.outcome.offenders == ()

    @pytest.mark.parametrize(
        "outcome",
        [
            None,
            "ann won",
            Outcome.completed({"eve": 1.0}),
            Outcome.completed({"ann": math.nan}),
            Outcome.completed({"ann": math.inf}),
            Outcome.completed({"ann": None}),  # type: ignore[dict-item]
            Outcome.completed({"ann": "1"}),  # type: ignore[dict-item]
            Outcome.forfeited(["eve"], "left", {"ann": 1.0}),
            Outcome.completed({"ann": 1.0}, note=object()),
            Outcome.completed({"ann": 1.0}, note="\ud800"),
        ],
        ids=[
            "none",
            "text",
            "no seat",
            "nan",
            "inf",
            "nothing",
            "text for 1",
            "no offender",
            "object",
            "surrogate",
        ],
    )
    async def test_an_outcome_that_is_none(self, outcome: Any) -> None:
        """Returns are finite and of seats, the offender is a seat, and the details can be written down."""

        async def method(episode: Episode) -> Outcome:
            return outcome  # type: ignore[no-any-return]

        played, _ = await conduct(method)
        assert played.outcome.ending is Ending.FAILED

    async def test_an_agents_breaking_inside_together_is_found_in_its_group(self) -> None:
        class Broken(Choice):
            def instructions(self) -> str:
                raise RuntimeError("the form has a bug")

        async def method(episode: Episode) -> Outcome:
            await episode.together(("ann", "bob"), Broken(("yes",)))
            return Outcome.completed({})

        played, _ = await conduct(method)
        assert played.outcome.reason == "RuntimeError: the form has a bug"

    async def test_a_brief_that_cannot_be_made(self) -> None:
        class Briefless(OneShot):
            def brief(self, seat: str, task: PublicTask) -> str:
                raise LookupError("no such passage")

        played, memory = await conduct(draw, protocol=Briefless)
        assert played.outcome.reason == "LookupError: no such passage"
        assert 0 in memory.begun

    async def test_a_tape_of_something_else(self) -> None:
        async def method(episode: Episode) -> Outcome:
            await episode.ask("ann", YES_NO, "Is it raining?")
            return Outcome.completed({})

        async def other(episode: Episode) -> Outcome:
            await episode.ask("ann", YES_NO, "Is it snowing?")
            return Outcome.completed({})

        _, memory = await conduct(method)
        played, again = await conduct(other, tape=Tape(memory.calls[0]))
        assert played.outcome.ending is Ending.FAILED
        assert "not the one that was recorded" in played.outcome.reason
        assert again.calls == {}

    async def test_a_broken_journal_is_everybodys_problem(self) -> None:
        class Full(Memory):
            async def room(self) -> None:
                raise JournalError("The disk is full.")

        agents = {"ann": Watched("yes"), "bob": Watched("yes")}
        with pytest.raises(JournalError):
            await play_episode(
                OneShot(method=ask_for_ever), plan_of(), agents, context=EpisodeContext(recorder=Full())
            )


class TestTruncated:
    async def test_at_the_turn_limit(self) -> None:
        played, memory = await conduct(ask_for_ever, limits=Limits(turns=10))
        assert played.outcome == Outcome.truncated("it reached its limit of 10 turns")
        assert len(memory.calls[0]) == 10
        assert played.turns == 10
        assert not played.outcome.is_result

    def test_at_the_time_limit_and_not_failed(self) -> None:
        async def slow(_: Request) -> str:
            await asyncio.sleep(600)
            return "yes"

        played, memory = run_jumping(conduct(ask_for_ever, Watched(slow), limits=Limits(seconds=3300)))
        assert played.outcome == Outcome.truncated("it reached its limit of 3300 seconds")
        assert len(memory.calls[0]) == 5

    @pytest.mark.parametrize("together", [True, False])
    async def test_a_slow_agent_is_stopped_and_nothing_is_left_running(self, together: bool) -> None:
        stopped: list[str] = []

        async def slow(request: Request) -> str:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                stopped.append(request.seat)
                raise
            return "yes"

        async def method(episode: Episode) -> Outcome:
            seats = ("ann", "bob") if together else ("ann",)
            await episode.together(seats, YES_NO)
            return Outcome.completed({})

        before = asyncio.all_tasks()
        async with asyncio.timeout(HANG):
            played, memory = await conduct(method, Watched(slow), limits=Limits(seconds=0.05))
        assert played.outcome.ending is Ending.TRUNCATED
        assert stopped == ["ann"]
        assert asyncio.all_tasks() == before
        assert {call.seat for call in memory.calls.get(0, [])} == ({"bob"} if together else set())
        gc.collect()

    async def test_every_recorded_call_has_its_question_in_the_record(self) -> None:
        """Those too of a step that the limit cut off: what was asked can be read afterwards."""

        async def slow(request: Request) -> str:
            await asyncio.sleep(60 if request.count else 0)
            return "maybe"

        async def method(episode: Episode) -> Outcome:
            await episode.together(("ann", "bob"), YES_NO)
            return Outcome.completed({})

        played, memory = await conduct(method, Watched(slow), limits=Limits(seconds=0.05))
        assert played.outcome.ending is Ending.TRUNCATED
        events = [event for step in memory.steps.get(0, []) for event in step]
        for seat in ("ann", "bob"):
            asked = [event for event in events if event.kind is EventKind.ASKED and event.seat == seat]
            assert len(asked) >= len([call for call in memory.calls[0] if call.seat == seat]) == 1

    async def test_a_protocols_own_time_out_is_not_the_limit(self) -> None:
        async def method(episode: Episode) -> Outcome:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(60)
            return Outcome.completed({})

        played, _ = await conduct(method, limits=Limits(seconds=60))
        assert played.outcome.ending is Ending.FAILED

    async def test_a_cancelled_episode_has_not_ended(self) -> None:
        memory = Memory()
        agents = {"ann": Watched("yes"), "bob": Watched("yes")}
        task = asyncio.create_task(
            play_episode(
                OneShot(method=ask_for_ever), plan_of(), agents, context=EpisodeContext(recorder=memory)
            )
        )
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert memory.ended == {}


class TestForfeited:
    async def test_the_returns_are_the_protocols_and_the_reason_is_kept(self) -> None:
        async def method(episode: Episode) -> Outcome:
            return Outcome.forfeited("ann", "left the table", {"ann": -1.0, "bob": 1.0})

        played, _ = await conduct(method)
        assert played.outcome.ending is Ending.FORFEITED
        assert played.outcome.offenders == ("ann",)
        assert played.outcome.is_result

    def test_returns_by_agent_add_up_over_seats(self) -> None:
        plan = Plan(0, plan_of().task, {"ann": "x", "bob": "x"}, 0)
        played = Played(plan, Outcome.completed({"ann": 2.0, "bob": -0.5}), 2, 0.1)
        assert played.returns_by_agent() == {"x": 1.5}


class TestTooLong:
    """A request that is longer than the model can read ends its own episode, and is nobody's fault."""

    @pytest.mark.parametrize("method", [ask_for_ever, ask_both], ids=["alone", "together"])
    async def test_the_episode_is_truncated_at_the_first_such_request(
        self, method: Callable[[Episode], Awaitable[Outcome]]
    ) -> None:
        failure = PromptTooLong("m: the prompt is too long", usage={"attempts": 1}, model="m")
        played, memory = await conduct(method, Scripted(failure))
        assert played.outcome.ending is Ending.TRUNCATED
        assert played.outcome.reason == "ann cannot be asked any more: m: the prompt is too long"
        assert not played.outcome.offenders
        (call,) = (call for call in memory.calls[0] if call.seat == "ann")
        assert (call.status, call.spent.usage, call.reply) == (Status.TOO_LONG, {"attempts": 1}, None)

    async def test_it_ends_so_from_the_tape_as_well(self) -> None:
        played, memory = await conduct(ask_for_ever, Scripted(PromptTooLong("too long")))
        again, _ = await conduct(ask_for_ever, Scripted(), tape=Tape(memory.calls[0]))
        assert again.outcome == played.outcome
