"""An episode that is stepped through with an agent's own replies is the episode that the agent plays."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.random import Random
from arena.episode.context import EpisodeContext
from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.episode.protocol import Protocol
from arena.tasks.task import Task
from arena.training.environments.stepper import Stepper, SyncStepper
from tests.properties.settings import SETTINGS
from tests.shared.examples import few, fewest
from tests.shared.protocols import Script, scripts, seeds
from tests.shared.recording import Memory

AGENT = Random()


def planned(protocol: Protocol, task: Task, seed: int) -> Plan:
    return Plan(0, task, {seat: seat for seat in protocol.seats}, seed)


def kept(memory: Memory) -> tuple[Any, ...]:
    """Return all that was recorded but the seconds. Seats that are asked at once may reply in any order."""
    calls = {(call.seat, call.count): call._replace(seconds=0.0) for call in memory.calls.get(0, [])}
    ended = memory.ended[0]
    return memory.begun, calls, memory.steps, memory.found, ended.outcome, ended.turns, ended.plan


async def stepped(protocol: Protocol, task: Task, seed: int, own: Collection[str]) -> tuple[Any, ...]:
    memory = Memory()
    others = {seat: AGENT for seat in protocol.seats if seat not in own}
    context = EpisodeContext(seed=seed, recorder=memory)
    stepper = Stepper(protocol, planned(protocol, task, seed), others, seats=list(own), context=context)
    request = await stepper.start()
    while request is not None:
        request = await stepper.step(await AGENT.reply(request))
    return kept(memory)


def stepped_in_turn(protocol: Protocol, task: Task, seed: int) -> tuple[Any, ...]:
    memory = Memory()
    context = EpisodeContext(seed=seed, recorder=memory)
    stepper = SyncStepper(protocol, planned(protocol, task, seed), {}, context=context)
    request = stepper.start()
    while request is not None:
        for seat, asked in reversed(stepper.open.items()):
            stepper.submit(seat, asyncio.run(AGENT.reply(asked)))
        request = stepper.next()
    return kept(memory)


async def played(protocol: Protocol, task: Task, seed: int) -> tuple[Any, ...]:
    memory = Memory()
    everyone = dict.fromkeys(protocol.seats, AGENT)
    context = EpisodeContext(seed=seed, recorder=memory)
    await play_episode(protocol, planned(protocol, task, seed), everyone, context)
    return kept(memory)


@pytest.mark.parametrize("name", SETTINGS)
@fewest
@given(data=st.data(), seed=seeds)
def test_every_protocol_is_stepped_through_as_it_is_played(name: str, data: st.DataObject, seed: int) -> None:
    settings = SETTINGS[name]
    protocol, public = data.draw(settings.protocols), data.draw(st.sampled_from(settings.tasks))
    if protocol.tools:
        return
    task = Task(**dict(public))
    own = data.draw(st.sets(st.sampled_from(protocol.seats), min_size=1))
    expected = asyncio.run(played(protocol, task, seed))
    assert asyncio.run(stepped(protocol, task, seed, own)) == expected
    assert stepped_in_turn(protocol, task, seed) == expected


@few
@given(protocol=scripts, seed=seeds)
def test_any_protocol_at_all_is_stepped_through_as_it_is_played(protocol: Script, seed: int) -> None:
    expected = asyncio.run(played(protocol, Task(), seed))
    assert asyncio.run(stepped(protocol, Task(), seed, protocol.seats)) == expected
    assert stepped_in_turn(protocol, Task(), seed) == expected
    assert expected[4].ending in Ending
