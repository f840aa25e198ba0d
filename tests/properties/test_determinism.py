"""Same seed, same bytes, at any concurrency and through any interruption; another seed, other bytes."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from arena.core.seeds import derive
from arena.designs.scenario import Scenario
from arena.designs.tournament import Tournament
from arena.journal import StoredRun
from arena.running.running import Progress, run
from arena.tasks.task import Task
from arena.training.export import export_jsonl
from protocols import Play
from tests.shared.agents import Erratic
from tests.shared.protocols import SEATS, Ask, Script, Tell

CHATTY = Script(
    steps=(
        Tell(audience=frozenset(SEATS), text="Begin."),
        Ask(seats=SEATS, audience=None, belief=False, remember=True, retries=1),
        Ask(seats=SEATS[:2], audience=frozenset({"judge"}), belief=True, remember=False, retries=2),
        Ask(seats=("judge",), audience=frozenset(), belief=True, remember=True, retries=0),
    )
)


def chatty(seed: int) -> Scenario:
    agent = Erratic(latency=0.001)
    tasks = [Task(id=f"task {n}", text="Rain?", truth=n) for n in range(30)]
    return Scenario(protocol=CHATTY, seats=dict.fromkeys(SEATS, agent), tasks=tasks, seed=seed)


def tournament(seed: int) -> Tournament:
    return Tournament(
        protocol=Play(game="repeated:kuhn?n=3"),
        agents=["random", "kuhn-nash", "illegal:random?rate=0.2", "failing:random?rate=0.05"],
        format="round-robin?meetings=10",
        seed=seed,
    )


async def export(scenario: Scenario, folder: Path, concurrency: int) -> bytes:
    result = await run(scenario, folder, concurrency=concurrency)
    assert not result.interrupted
    return exported(folder)


def exported(folder: Path) -> bytes:
    with StoredRun(folder) as stored:
        export_jsonl(stored, folder / "export.jsonl")
    return (folder / "export.jsonl").read_bytes()


@pytest.mark.parametrize("make", [chatty, tournament])
class TestExports:
    async def test_concurrency_changes_nothing(self, make: Callable[[int], Scenario], tmp_path: Path) -> None:
        one_by_one = await export(make(7), tmp_path / "one", 1)
        all_at_once = await export(make(7), tmp_path / "many", 200)
        assert one_by_one == all_at_once
        assert one_by_one

    async def test_another_seed_changes_everything(
        self, make: Callable[[int], Scenario], tmp_path: Path
    ) -> None:
        assert await export(make(7), tmp_path / "one", 50) != await export(make(8), tmp_path / "two", 50)

    async def test_the_global_generator_is_not_used(
        self, make: Callable[[int], Scenario], tmp_path: Path
    ) -> None:
        random.seed(1)
        one = await export(make(7), tmp_path / "one", 50)
        random.seed(2)
        assert one == await export(make(7), tmp_path / "two", 50)

    async def test_draining_and_resuming_changes_nothing(
        self, make: Callable[[int], Scenario], tmp_path: Path
    ) -> None:
        whole = await export(make(7), tmp_path / "whole", 50)
        for attempt in range(40):
            progress = _Impatient(after=derive(3, attempt) % 20)
            result = await run(
                make(7), tmp_path / "parts", concurrency=7, resume=attempt > 0, progress=progress
            )
            if not result.interrupted:
                break
        assert exported(tmp_path / "parts") == whole


class _Impatient(Progress):
    """Drains the run after so many episodes have ended."""

    def __init__(self, after: int) -> None:
        self.after = after
        super().__init__()

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "turns" and self.done - self.found > self.after:
            self.drain()
