"""A run that waits for a provider says so within a second, and can be stopped all the same."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from agents.scripted import ScriptedModel
from arena.core.drain import Drain
from arena.journal import StoredRun
from arena.steering import RunState, StateKind, state
from tests.arena.steering.test_steering import done, games, playing

FAULTS: list[dict[str, Any]] = [
    {"faults": "429-retry-after"},
    {"faults": "429"},
    {"faults": "500"},
]


async def held_up(folder: Path) -> RunState:
    until = time.monotonic() + 10
    while (now := state(folder)).kind is not StateKind.HELD_UP:
        assert time.monotonic() < until, now
        await asyncio.sleep(0.02)
    return now


def model(priced_as: str, answered: int, **trouble: Any) -> ScriptedModel:
    """Return a model that answers some calls and then meets nothing but trouble."""
    fault = trouble.pop("faults", None)
    count = 0

    def meets(request: object, attempt: int) -> Any:
        nonlocal count
        count += 1
        return fault if count > answered else None

    return ScriptedModel(priced_as=priced_as, faults=meets, latency=0.001, **trouble)


@pytest.mark.parametrize("trouble", FAULTS, ids=lambda one: str(one["faults"]))
async def test_that_all_calls_wait_is_said_with_the_provider_and_the_next_try(
    trouble: dict[str, Any], tmp_path: Path
) -> None:
    agent = model(f"held-{trouble['faults']}", 30, **trouble)
    async with playing(games(agent), tmp_path / "run") as (task, _):
        now = await held_up(tmp_path / "run")
        (wait,) = now.waits
        assert wait.provider == agent.priced_as
        assert str(trouble["faults"])[:3] in wait.why or "Internal error" in wait.why
        assert 1 <= wait.waiting <= 4
        assert wait.since <= time.time() < wait.next_try + 60
        began = time.monotonic()
        assert await done(tmp_path / "run", "stop") == ""
        result = await task
        assert time.monotonic() - began < 3
    assert result.stopped_by == "ann"
    assert state(tmp_path / "run").kind is StateKind.STOPPED


@pytest.mark.slow
async def test_that_calls_are_made_again_is_said(tmp_path: Path) -> None:
    faults = [None] * 8 + ["500"] * 6
    agent = ScriptedModel(priced_as="mends", faults=faults, latency=0.001)
    async with playing(games(agent, 30), tmp_path / "run") as (task, _):
        await held_up(tmp_path / "run")
        await task
    with StoredRun(tmp_path / "run") as stored:
        kinds = [row.state for row in stored.states()]
    assert kinds[0] == "live"
    assert "held up" in kinds
    assert kinds[-2:] == ["live", "ended"]


@pytest.mark.parametrize(
    "slow", [{"faults": "hang"}, {"requests_per_minute": 6}], ids=["a hanging call", "a limit of requests"]
)
async def test_a_run_that_is_stopped_waits_for_no_provider(slow: dict[str, Any], tmp_path: Path) -> None:
    agent = model(f"slow-{next(iter(slow))}", 4 if "faults" in slow else 1000, **slow)
    async with playing(games(agent), tmp_path / "run", ended=0) as (task, _):
        await asyncio.sleep(0.3)
        assert state(tmp_path / "run").kind is StateKind.LIVE
        began = time.monotonic()
        await done(tmp_path / "run", "stop", seconds=0.3)
        assert (await task).stopped_by == "ann"
        assert time.monotonic() - began < 3


async def test_a_call_that_waits_for_its_turn_is_not_made_while_the_run_is_paused(tmp_path: Path) -> None:
    agent = model("turns", 1000, requests_per_minute=1200)
    async with playing(games(agent), tmp_path / "run", 20) as (task, _):
        await done(tmp_path / "run", "pause")
        await asyncio.sleep(0.1)
        calls = agent.calls
        await asyncio.sleep(0.4)
        assert agent.calls == calls
        await done(tmp_path / "run", "resume")
        await asyncio.sleep(0.4)
        assert agent.calls > calls
        await done(tmp_path / "run", "stop", seconds=0)
        await task


class TestDrain:
    async def test_a_request_waits_while_the_run_is_held(self) -> None:
        drain = Drain()
        await drain.gate()
        drain.hold()
        waiting = asyncio.create_task(drain.gate())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        drain.let_go()
        await waiting

    async def test_a_limit_of_time_stands_still(self) -> None:
        drain = Drain()
        async with asyncio.timeout(0.05) as limit:
            with drain.stopping(limit):
                drain.hold()
                await asyncio.sleep(0.15)
                drain.let_go()
                drain.hold()
                await asyncio.sleep(0.1)
                drain.let_go()

    async def test_a_limit_of_time_goes_on(self) -> None:
        drain = Drain()

        async def waits() -> None:
            async with asyncio.timeout(0.05) as limit:
                with drain.stopping(limit):
                    drain.hold()
                    drain.let_go()
                    await asyncio.sleep(10)

        with pytest.raises(TimeoutError):
            await waits()
