"""A run is paused, changed, stopped and gone on with while it is played, and its journal says all of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.scripted import ScriptedModel
from arena.core.errors import ConfigurationChanged, UsageError
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending
from arena.journal import StoredRun, add_act
from arena.running.running import Progress, RunResult, run
from arena.seat.agent import Agent, Reply, Request
from arena.spending.limits import Caps, Limits
from arena.steering import ActKind, RunAct, StateKind, acts, ask, state
from protocols import Play
from tests.properties.test_determinism import exported
from tests.shared.agents import Paid
from tests.shared.waiting import until


class Slow(Agent):
    """Plays by each request's own randomness, slowly, and counts what it is asked. It may hang."""

    name = "slow"

    def __init__(self, seconds: float = 0.005, name: str = "slow") -> None:
        self.name = name
        self.seconds = seconds
        self.asked: Counter[tuple[str, int, int]] = Counter()
        self.flying = 0
        self.fails = False

    async def reply(self, request: Request) -> Reply:
        self.asked[request.seat, request.count, request.seed] += 1
        self.flying += 1
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.flying -= 1
        if self.fails:
            raise RuntimeError("no more")
        return Reply(request.form.sample(request.random()))


def games(agent: Agent | str, episodes: int = 60, **more: Any) -> Scenario:
    seats = {"player_0": agent, "player_1": agent}
    return Scenario(protocol=Play(game="kuhn", hands=3), seats=seats, episodes=episodes, seed=4, **more)


@asynccontextmanager
async def playing(
    scenario: Any, folder: Path, concurrency: int = 4, *, ended: int = 1, **how: Any
) -> AsyncIterator[tuple[asyncio.Task[RunResult], Progress]]:
    progress = Progress()
    task = asyncio.create_task(run(scenario, folder, concurrency=concurrency, progress=progress, **how))
    await until(lambda: task.done() or progress.done >= progress.found + ended)
    await until(lambda: task.done() or progress.begun.is_set())
    try:
        yield task, progress
    finally:
        task.cancel()
        await asyncio.wait([task])


async def asked(folder: Path, kind: str, by: str = "ann", **what: Any) -> int:
    return await asyncio.to_thread(ask, folder, RunAct(kind=ActKind(kind), **what), by)


async def heeded(folder: Path, number: int) -> str:
    """Wait until the run has answered an act, and return why it refused, if it did."""
    while True:
        with StoredRun(folder) as stored:
            found = [one.more.get("refused", "") for one in stored.states() if one.act == number]
        if found:
            return str(found[0])
        await asyncio.sleep(0.01)


async def done(folder: Path, kind: str, by: str = "ann", **what: Any) -> str:
    return await heeded(folder, await asked(folder, kind, by, **what))


class TestPausing:
    async def test_a_paused_run_asks_nothing_until_it_goes_on(self, tmp_path: Path) -> None:
        agent = Slow()
        async with playing(games(agent), tmp_path / "run") as (task, progress):
            assert await done(tmp_path / "run", "pause") == ""
            await until(lambda: not agent.flying)
            count, ended = agent.asked.total(), progress.done
            await asyncio.sleep(0.1)
            assert (agent.asked.total(), progress.done) == (count, ended)
            paused = state(tmp_path / "run")
            assert (paused.kind, paused.by) == (StateKind.PAUSED, "ann")
            assert await done(tmp_path / "run", "resume", "bob") == ""
            assert state(tmp_path / "run").kind is StateKind.LIVE
            assert (await task).ended[Ending.COMPLETED] == 60
        assert state(tmp_path / "run").kind is StateKind.ENDED
        with StoredRun(tmp_path / "run") as stored:
            found = acts(stored)
            assert not stored.leave_out_damaged().sentences
        assert [(one.act.kind, one.by, one.holds) for one in found] == [
            ("pause", "ann", True),
            ("resume", "bob", True),
        ]
        assert set(agent.asked.values()) == {1}

    async def test_the_transcripts_are_those_of_a_run_that_nobody_steered(self, tmp_path: Path) -> None:
        await run(games(Slow()), tmp_path / "whole")
        async with playing(games(Slow()), tmp_path / "run") as (task, _):
            for _ in range(3):
                await done(tmp_path / "run", "pause")
                await done(tmp_path / "run", "resume")
            await task
        assert exported(tmp_path / "run") == exported(tmp_path / "whole")

    async def test_the_time_of_an_episode_stands_still(self, tmp_path: Path) -> None:
        limited = games(Slow(), limits=Limits(seconds=0.6))
        async with playing(limited, tmp_path / "run") as (task, _):
            await done(tmp_path / "run", "pause")
            await asyncio.sleep(0.8)
            await done(tmp_path / "run", "resume")
            assert (await task).ended[Ending.COMPLETED] == 60

    @pytest.mark.slow
    async def test_the_minutes_of_the_run_stand_still(self, tmp_path: Path) -> None:
        async with playing(games(Slow()), tmp_path / "run", caps=Caps(minutes=0.02)) as (task, _):
            await done(tmp_path / "run", "pause")
            await asyncio.sleep(1.5)
            await done(tmp_path / "run", "change", caps=Caps(minutes=5))
            await done(tmp_path / "run", "resume")
            assert (await task).reached is None


class TestStopping:
    async def test_a_stopped_run_leaves_its_episodes_and_goes_on_when_it_is_resumed(
        self, tmp_path: Path
    ) -> None:
        agent = Slow()
        await run(games(Slow()), tmp_path / "whole")
        async with playing(games(agent), tmp_path / "run") as (task, _):
            assert await done(tmp_path / "run", "stop") == ""
            result = await task
        assert (result.interrupted, result.stopped_by) == (True, "ann")
        assert sum(result.ended.values()) < 60
        stopped = state(tmp_path / "run")
        assert (stopped.kind, stopped.by) == (StateKind.STOPPED, "ann")
        await run(games(agent), tmp_path / "run", resume=True, by="bob")
        assert exported(tmp_path / "run") == exported(tmp_path / "whole")
        assert set(agent.asked.values()) == {1}
        with StoredRun(tmp_path / "run") as stored:
            assert [(one.act.kind, one.by) for one in acts(stored)] == [("stop", "ann"), ("resume", "bob")]

    async def test_what_hangs_is_left_after_some_seconds(self, tmp_path: Path) -> None:
        agent = Slow()
        async with playing(games(agent), tmp_path / "run") as (task, _):
            agent.seconds = 3600
            await until(lambda: agent.flying == 4)
            await asyncio.sleep(0.05)
            began = asyncio.get_running_loop().time()
            await done(tmp_path / "run", "stop", seconds=0.2)
            result = await task
            assert asyncio.get_running_loop().time() - began < 3
        assert result.stopped_by == "ann"

    async def test_a_paused_run_can_be_stopped(self, tmp_path: Path) -> None:
        async with playing(games(Slow()), tmp_path / "run") as (task, _):
            await done(tmp_path / "run", "pause", "ann")
            await done(tmp_path / "run", "stop", "bob")
            assert (await task).stopped_by == "bob"
        assert state(tmp_path / "run").by == "bob"

    async def test_ctrl_c_ends_a_paused_run(self, tmp_path: Path) -> None:
        async with playing(games(Slow()), tmp_path / "run") as (task, progress):
            await done(tmp_path / "run", "pause")
            progress.drain()
            assert (await task).interrupted
        stopped = state(tmp_path / "run")
        assert (stopped.kind, stopped.why) == (StateKind.STOPPED, "It was interrupted where it was played.")

    async def test_the_cap_that_ended_a_run_is_said(self, tmp_path: Path) -> None:
        await run(games(Paid(), 3), tmp_path / "run", caps=Caps(calls=2))
        assert "cap of 2 calls is reached" in state(tmp_path / "run").why


class TestAskingWhatCannotBe:
    async def test_an_act_to_a_run_that_has_ended_is_a_sentence(self, tmp_path: Path) -> None:
        await run(games("random", 2), tmp_path / "run")
        with pytest.raises(UsageError, match=r"^The run in .* has ended, so there is nothing to pause\.$"):
            await asked(tmp_path / "run", "pause")

    async def test_an_act_to_a_run_that_is_not_played_says_how_to_go_on(self, tmp_path: Path) -> None:
        async with playing(games(Slow()), tmp_path / "run") as (task, progress):
            progress.drain()
            await task
        with pytest.raises(
            UsageError, match=r"not being played, .* nothing to stop; continue .* arena resume"
        ):
            await asked(tmp_path / "run", "stop")

    async def test_an_act_that_nobody_heeded_does_not_stop_the_resumed_run(self, tmp_path: Path) -> None:
        async with playing(games(Slow()), tmp_path / "run") as (task, progress):
            progress.drain()
            await task
        add_act(tmp_path / "run", "ann", "stop", {})
        result = await run(games(Slow()), tmp_path / "run", resume=True)
        assert result.ended[Ending.COMPLETED] == 60
        with StoredRun(tmp_path / "run") as stored:
            late, resumed = acts(stored)
        assert late.answer is not None
        assert late.answer.refused == "The run was over before it heeded this."
        assert resumed.holds

    async def test_an_act_of_a_newer_arena_is_refused(self, tmp_path: Path) -> None:
        async with playing(games(Slow()), tmp_path / "run") as (task, _):
            number = add_act(tmp_path / "run", "ann", "explode", {})
            refused = await heeded(tmp_path / "run", number)
            assert refused == "Act 1 asks for 'explode', which this Arena does not know."
            assert (await task).ended[Ending.COMPLETED] == 60

    @pytest.mark.parametrize("kind", ["pause", "stop"])
    def test_a_pause_changes_nothing_else(self, kind: str) -> None:
        with pytest.raises(UsageError, match=rf"To {kind} a run changes nothing else"):
            RunAct(kind=ActKind(kind), concurrency=3)

    def test_a_change_of_nothing_is_refused(self) -> None:
        with pytest.raises(UsageError, match="Nothing is to be changed"):
            RunAct(kind=ActKind.CHANGE)


class TestChanging:
    async def test_concurrency_grows_and_shrinks(self, tmp_path: Path) -> None:
        agent = Slow(0.02)
        async with playing(games(agent, 400), tmp_path / "run") as (task, _):
            await done(tmp_path / "run", "change", concurrency=20)
            await until(lambda: agent.flying == 20)
            await done(tmp_path / "run", "change", concurrency=2)
            await until(lambda: agent.flying == 2)
            await asyncio.sleep(0.05)
            assert agent.flying <= 2
            await done(tmp_path / "run", "stop")
            await task

    async def test_new_limits_hold_for_what_begins_afterwards_and_stay(self, tmp_path: Path) -> None:
        agent = Slow()
        async with playing(games(agent), tmp_path / "run") as (task, _):
            await done(tmp_path / "run", "pause")
            number = await asked(tmp_path / "run", "change", limits=Limits(turns=2))
            assert await heeded(tmp_path / "run", number) == ""
            await done(tmp_path / "run", "resume")
            await done(tmp_path / "run", "stop")
            await task
        result = await run(games(agent), tmp_path / "run", resume=True)
        with StoredRun(tmp_path / "run") as stored:
            played = list(stored.finished())
            assert not stored.leave_out_damaged().sentences
        before = [one for one in played if not one.plan.act]
        assert before
        assert {one.outcome.ending for one in before} == {Ending.COMPLETED}
        after = [one for one in played if one.plan.act]
        assert {one.plan.act for one in after} == {number}
        assert {one.outcome.ending for one in after} == {Ending.TRUNCATED}
        assert result.ended[Ending.TRUNCATED] == len(after)
        assert len(played) == 60
        with pytest.raises(ConfigurationChanged):
            await run(games(agent, limits=Limits(turns=2)), tmp_path / "run", resume=True)

    async def test_new_caps_hold_and_stay(self, tmp_path: Path) -> None:
        async with playing(games(Slow()), tmp_path / "run") as (task, _):
            await done(tmp_path / "run", "change", caps=Caps(minutes=0.0001))
            assert "minutes" in str((await task).reached)
        with StoredRun(tmp_path / "run") as stored:
            assert stored.header()["caps"] == {"minutes": 0.0001}
        assert "minutes" in state(tmp_path / "run").why

    async def test_a_dead_agent_is_replaced_in_what_has_not_begun(self, tmp_path: Path) -> None:
        agent = Slow()
        async with playing(games(agent), tmp_path / "run") as (task, _):
            number = await asked(tmp_path / "run", "change", replace={"slow": "new=random"})
            assert await heeded(tmp_path / "run", number) == ""
            await task
        with StoredRun(tmp_path / "run") as stored:
            plans = [one.plan for one in stored.finished()]
            assert stored.header()["agents"]["new"]["address"] == "random"
        assert {(plan.act, *plan.seats.values()) for plan in plans} == {
            (0, "slow", "slow"),
            (number, "new", "new"),
        }

    async def test_a_replacement_stays_when_the_run_is_resumed(self, tmp_path: Path) -> None:
        agent = Slow()
        async with playing(games(agent), tmp_path / "run") as (task, _):
            await done(tmp_path / "run", "stop")
            await task
        act = RunAct(kind=ActKind.RESUME, replace={"slow": "new=random"})
        async with playing(games(agent), tmp_path / "run", resume=True, act=act) as (task, progress):
            progress.drain()
            await task
        await run(games(agent), tmp_path / "run", resume=True)
        with StoredRun(tmp_path / "run") as stored:
            seats = Counter(one.plan.seats["player_0"] for one in stored.finished())
        assert seats.total() == 60
        assert seats["slow"] < 20
        assert set(seats) == {"slow", "new"}

    @pytest.mark.parametrize(
        ("replace", "said"),
        [
            ({"slwo": "random"}, "No agent is called 'slwo' here. Did you mean slow? There are: slow."),
            ({"slow": "nobody-knows"}, "nobody-knows"),
        ],
    )
    async def test_what_cannot_replace_is_refused_and_the_run_goes_on(
        self, replace: dict[str, str], said: str, tmp_path: Path
    ) -> None:
        async with playing(games(Slow()), tmp_path / "run") as (task, _):
            assert said in await done(tmp_path / "run", "change", replace=replace, concurrency=9)
            assert (await task).ended[Ending.COMPLETED] == 60

    async def test_an_agent_that_cannot_call_the_tools_of_its_seat_replaces_none(
        self, tmp_path: Path
    ) -> None:
        with_tools = games(Slow(), tools={"player_1": ["calculator"]})
        async with playing(with_tools, tmp_path / "run") as (task, _):
            refused = await done(tmp_path / "run", "change", replace={"slow": "best-of:random"})
            assert "'best-of:random' cannot sit here as player_1, because it cannot call tools" in refused
            assert (await task).ended[Ending.COMPLETED] == 60

    async def test_dollars_are_not_capped_where_a_price_is_unknown(self, tmp_path: Path) -> None:
        agent = ScriptedModel(priced_as="nobody/knows", latency=0.005)
        async with playing(games(agent, 200), tmp_path / "run") as (task, _):
            refused = await done(tmp_path / "run", "change", caps=Caps(dollars=5), concurrency=1)
            assert "nobody/knows" in refused
            await done(tmp_path / "run", "stop")
            await task
        with StoredRun(tmp_path / "run") as stored:
            assert "dollars" not in stored.header()["caps"]


class TestManyAtOnce:
    async def test_two_acts_at_once_are_both_heeded_in_the_order_of_their_numbers(
        self, tmp_path: Path
    ) -> None:
        async with playing(games(Slow()), tmp_path / "run") as (task, _):
            numbers = await asyncio.gather(*(asked(tmp_path / "run", "pause", by) for by in "abcdef"))
            assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
            await asyncio.gather(*(heeded(tmp_path / "run", number) for number in numbers))
            with StoredRun(tmp_path / "run") as stored:
                first = acts(stored)[0]
            assert state(tmp_path / "run").by == first.by
            await done(tmp_path / "run", "resume")
            await task

    @pytest.mark.slow
    @settings(max_examples=30, deadline=None)
    @given(kinds=st.lists(st.sampled_from(["pause", "resume", "change", "stop"]), max_size=6))
    async def test_whatever_is_asked_the_run_ends_as_if_nobody_had(
        self, kinds: list[str], tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder, agent = tmp_path_factory.mktemp("runs") / "run", Slow(0.001)
        async with playing(games(agent, 20), folder) as (task, _):
            for kind in kinds:
                what: dict[str, Any] = {"concurrency": 3} if kind == "change" else {}
                with suppress(UsageError):
                    await asked(folder, kind, **what)
                await asyncio.sleep(0.01)
            if "pause" in kinds and not task.done():
                with suppress(UsageError):
                    await asked(folder, "resume")
            await task
        if "stop" in kinds:
            await run(games(agent, 20), folder, resume=True)
        assert set(agent.asked.values()) == {1}
        with StoredRun(folder) as stored:
            assert stored.counts() == {Ending.COMPLETED: 20}
            assert all(one.answer is not None for one in acts(stored))
            assert not stored.leave_out_damaged().sentences
