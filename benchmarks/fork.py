"""Forking: whether anything is asked again, and how much the journal grows, for the turns that are new.

    python -m benchmarks.fork

A talk of a thousand turns, two at a time, is forked near its end at a turn of the second speaker, so that
this turn and all after it are new, into a hundred siblings. The calls that agents got are held
against the new turns, and the rows that the fork's journal holds of events and calls for each of them against
those that the parent's holds for each of its own: 1 is a journal that grows by the new turns alone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from agents.random import Random
from arena import Reply, Request, Scenario
from arena.running import run as play
from arena.running.forking import fork
from benchmarks.figure import Figure, main
from benchmarks.growth import SPEAKERS, Talk


@dataclass
class Counted(Random):
    """Answers at random, and counts how often it is asked."""

    asked: int = 0

    async def reply(self, request: Request) -> Reply:
        """Count the request and answer."""
        self.asked += 1
        return await super().reply(request)


def measure(*, turns: int = 1_000, new: int = 11, siblings: int = 100, rounds: int = 3) -> list[Figure]:
    """Return the calls over the new turns, the journal's growth, and the siblings played a second."""
    found = [asyncio.run(_forked(turns, new, siblings)) for _ in range(rounds)]
    calls, growth, rates = zip(*found, strict=True)
    return [
        Figure(f"fork: calls over new turns, {turns:,} turns shared by {siblings}", calls, at_most=1.0),
        Figure("  rows of the journal for a new turn over those of the parent's turns", growth, at_most=1.2),
        Figure("  siblings a second", rates),
    ]


async def _forked(turns: int, new: int, siblings: int) -> tuple[float, float, float]:
    agent = Counted()
    agent.name = "counted"
    scenario = Scenario(protocol=Talk(rounds=turns // 2), seats=dict.fromkeys(SPEAKERS, agent))
    with TemporaryDirectory() as folder:
        parent, child = Path(folder) / "parent", Path(folder) / "child"
        await play(scenario, parent)
        agent.asked = 0
        started = perf_counter()
        await fork(parent, scenario, episode=0, turn=turns - new, n=siblings, folder=child)
        seconds = perf_counter() - started
        fresh = new * siblings
        return agent.asked / fresh, (_rows(child) / fresh) / (_rows(parent) / turns), siblings / seconds


def _rows(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "journal.sqlite")) as journal:
        (count,) = journal.execute(
            "SELECT (SELECT count(*) FROM calls) + (SELECT count(*) FROM events)"
        ).fetchone()
        return int(count)


if __name__ == "__main__":
    main({"fork": measure})
