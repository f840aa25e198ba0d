"""A run that waits for a person says so: for whom, in which seat, since when, and for how long."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from arena.designs.scenario import Scenario
from arena.people import Desk
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.steering import RunState, state
from arena.view._run_page import shown_state
from protocols import Play
from tests.shared.waiting import until


class AtADesk(Agent):
    """A person at a desk of the test's own."""

    desk = "web"
    shares_desk = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.own = Desk(name)

    async def reply(self, request: Request) -> Reply:
        return await self.own.ask(request, 60.0)


async def waiting(folder: Path, desk: Desk) -> RunState:
    """Return the state of the run as soon as it says that it waits for the person at the desk."""
    await until(lambda: desk.state.question is not None)
    await until(lambda: bool(state(folder).people))
    return state(folder)


async def test_the_state_names_the_person_until_the_answer_is_there(tmp_path: Path) -> None:
    heron, began = AtADesk("heron"), time.time()
    scenario = Scenario(
        protocol=Play(game="kuhn"), seats={"player_0": heron, "player_1": "kuhn-nash"}, seed=1
    )
    folder = tmp_path / "run"
    async with asyncio.TaskGroup() as group:
        playing = group.create_task(run(scenario, folder))
        now = await waiting(folder, heron.own)
        (person,) = now.people
        assert (person.name, person.seat, person.episode) == ("heron", "player_0", 0)
        assert began <= person.since <= time.time()
        assert person.until is not None
        assert 59 < person.until - person.since < 61
        assert shown_state(now) == ("person", "live, waiting for a person")
        while not playing.done():
            if (question := heron.own.state.question) is not None:
                heron.own.answer(question.number, {"field-0": ["0"]})
            await asyncio.sleep(0.02)
    assert not state(folder).people
