"""The truth is reachable from nothing that an agent or a protocol is given."""

from __future__ import annotations

import gc
import types
from pathlib import Path
from typing import Any

from arena.designs.scenario import Scenario
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.episode.record import NO_RECORD, Recorder
from arena.journal import recording
from arena.running.running import run
from arena.seat.agent import Request
from arena.tasks.task import Task
from tests.shared.agents import Watched
from tests.shared.protocols import SEATS, Ask, OneShot, Script, Tell

TRUTH = "the butler did it with the candlestick"

_SHARED = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType, types.CodeType)


def reachable(root: object) -> list[object]:
    """Return everything that can be reached from `root` by references; what all code shares is left out."""
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, _SHARED):
            continue
        seen[id(thing)] = thing
        waiting.extend(gc.get_referents(thing))
    return list(seen.values())


def holds_truth(root: object) -> bool:
    return any(
        (isinstance(thing, str) and TRUTH in thing)
        or (isinstance(thing, bytes) and TRUTH.encode() in thing)
        or isinstance(thing, Task)
        for thing in reachable(root)
    )


TASK = Task(id="1", text="Who did it?", briefs={"judge": "Be fair."}, data={"n": 1}, truth=[TRUTH])

SCRIPT = Script(
    steps=(
        Tell(audience=frozenset(SEATS), text="Begin."),
        Ask(seats=SEATS, audience=None, belief=False, remember=True, retries=1),
    )
)


def test_the_search_would_find_it() -> None:
    assert holds_truth({"a": [TASK]})
    assert holds_truth([{"x": (TRUTH,)}])
    assert not holds_truth(TASK.public)


def test_no_truth_in_the_public_task() -> None:
    assert "truth" not in type(TASK.public).model_fields
    assert not hasattr(TASK.public, "truth")
    assert TRUTH not in repr(TASK.public)


async def test_no_request_leads_to_it(tmp_path: Path) -> None:
    """Not even by way of private attributes, in a run with its journal open."""
    led: list[bool] = []

    def answer(request: Request) -> str:
        led.append(holds_truth(request))
        return request.form.sample(request.random())

    seats = dict.fromkeys(SEATS, Watched(answer))
    await run(Scenario(protocol=SCRIPT, seats=seats, tasks=[TASK]), tmp_path / "run")
    assert led == [False] * 3


async def test_the_episodes_task_does_not_lead_to_it() -> None:
    tasks: list[Any] = []

    async def method(episode: Episode) -> Outcome:
        tasks.append(episode.task)
        return Outcome.completed({})

    seats = {"ann": "ann", "bob": "bob"}
    agents = {name: Watched("hi") for name in seats}
    await play_episode(OneShot(method=method), Plan(0, TASK, seats, 0), agents)
    assert not holds_truth(tasks)


async def test_the_episode_itself_does_not_lead_to_it() -> None:
    """The recorder apart, which is the journal's."""
    led: list[bool] = []

    async def method(episode: Episode) -> Outcome:
        episode.tell(episode.everyone, "Begin.")
        led.append(holds_truth(episode))
        return Outcome.completed({})

    agents = {name: Watched("hi") for name in ("ann", "bob")}
    await play_episode(OneShot(method=method), Plan(0, TASK, {"ann": "ann", "bob": "bob"}, 0), agents)
    assert led == [False]


async def test_the_brief_is_made_without_it() -> None:
    given: list[object] = []

    class Nosy(OneShot):
        def brief(self, seat: str, task: Any) -> str:
            given.append(task)
            return super().brief(seat, task)

    async def method(episode: Episode) -> Outcome:
        return Outcome.completed({})

    agents = {name: Watched("hi") for name in ("ann", "bob")}
    recorder: Recorder = NO_RECORD
    plan = Plan(0, TASK, {"ann": "ann", "bob": "bob"}, 0)
    await play_episode(Nosy(method=method), plan, agents, context=EpisodeContext(recorder=recorder))
    assert len(given) == 2
    assert not holds_truth(given)


async def test_the_journal_does_keep_it(tmp_path: Path) -> None:
    """For scorers, after the fact."""
    async with recording(tmp_path / "run", {"config": {}}) as journal:
        journal.begin(Plan(0, TASK, {"ann": "ann"}, 0), {"ann": ""})
    from arena.journal import StoredRun

    with StoredRun(tmp_path / "run") as stored:
        assert stored.episode(0).plan.task.truth == [TRUTH]
