"""Running our engine for a benchmark: a real `arena.run`, its journal on disk, and what that cost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from arena import Ending, Progress, Scenario
from arena.registry import AgentLike
from arena.running import run
from protocols import Play


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost: its turns, the CPU seconds of all threads, and the seconds by the clock."""

    turns: int
    cpu: float
    clock: float


def kuhn(episodes: int, hands: int = 1, agent: AgentLike = "random", seed: int = 0) -> Scenario:
    """Return a scenario of Kuhn poker, `hands` an episode, with the same agent in both seats."""
    seats = {"player_0": agent, "player_1": agent}
    return Scenario(protocol=Play(game="kuhn", hands=hands), seats=seats, episodes=episodes, seed=seed)


def cost(scenario: Scenario, concurrency: int = 100) -> Cost:
    """Run a scenario into a journal of its own and return the cost, from `asyncio.run` to its return.

    Opening the journal, making the agents and closing all of it are counted, imports are not. Every commit
    is synced to the disk that holds the temporary folder.

    Raises:
        RuntimeError: if an episode did not complete; what failed early must not look fast.
    """
    progress = Progress()
    with TemporaryDirectory() as folder:
        clock, cpu = perf_counter(), process_time()
        asyncio.run(run(scenario, Path(folder) / "run", concurrency=concurrency, progress=progress))
        spent = Cost(progress.turns, process_time() - cpu, perf_counter() - clock)
    if progress.done != progress.ended[Ending.COMPLETED]:
        raise RuntimeError(f"Not all episodes completed: {progress.ended}")
    return spent
