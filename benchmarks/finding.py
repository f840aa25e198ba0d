"""How soon a page of episodes is found among 100,000, by what filter, and how soon the run's page is there.

    python -m benchmarks.finding

Each episode has three speeches to everyone, four calls and a decision. One in a thousand failed, and one word
stands in a single speech, which is the last to be found. What is measured is the wall time of an answer, with
the journal opened anew as the server does.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from arena.annotations import Verdict, row_of
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.episode.record import Call
from arena.forms import Status
from arena.journal import EpisodeFilter, StoredRun, recording
from arena.seat.agent import Reply, RequestUsage
from arena.seat.transcript import Event, EventKind
from arena.tasks.task import Task
from benchmarks.figure import Figure, main

SEATS = {"debater_a": "ann", "debater_b": "bob", "judge": "cy"}
RARE = "chrysanthemum"
"""A word that stands in one speech."""
MOST_SECONDS = 0.1
FILTERS: Mapping[str, EpisodeFilter] = {
    "the newest": EpisodeFilter(),
    "the failed": EpisodeFilter(state="failed"),
    "the wrong": EpisodeFilter(verdict="wrong"),
    "the refused": EpisodeFilter(asked_again="refused"),
    "a rare word": EpisodeFilter(words=RARE),
    "three words": EpisodeFilter(words=f'speech {RARE} "whoever had"'),
    "an agent who plays nowhere": EpisodeFilter(agent="zed"),
    "a reason": EpisodeFilter(why="broke"),
}


async def store(folder: Path, episodes: int) -> Path:
    """Store a run of so many short debates, and return its folder."""
    everyone = frozenset(SEATS)
    config: dict[str, Any] = {
        "kind": "scenario",
        "players": ["debater_a", "debater_b"],
        "seats": SEATS,
        "seed": 0,
    }
    config |= {
        "tasks": {"count": 100},
        "episodes": episodes // 100,
        "swap": False,
        "protocol": {"class": "benchmarks.finding:Told"},
    }
    async with recording(folder, {"config": config, "version": "0", "source": None}) as journal:
        for number in range(episodes):
            task = Task(id=f"q{number % 100}", text=f"Who came to room {number % 100}?", truth="ann")
            plan = Plan(number, task, SEATS, chance=number)
            journal.begin(plan, {})
            rare = RARE if number == 3 else "lamp"
            for step, seat in enumerate(SEATS):
                said = f"Speech {step} of {number}: whoever had the {rare} left it. " * 5
                journal.call(number, _call(seat, step, Status.OK))
                journal.events(number, step, step, [Event(EventKind.SAID, seat, everyone, said)])
            if number % 1000 == 7:
                journal.call(number, _call("judge", 3, Status.REFUSED))
            found = Verdict(
                "decision", "ann", confidence=0.8, correct=float(number % 5000 != 1), episode=number
            )
            journal.annotations(number, 2, [row_of(found)])
            failed = number % 1000 == 9
            outcome = Outcome.failed("it broke") if failed else Outcome.completed({"debater_a": 1.0})
            journal.end(Played(plan, outcome, 3, 0.1))
            if number % 500 == 0:
                await journal.room()
    return folder


def _call(seat: str, step: int, status: Status) -> Call:
    spent = RequestUsage({"prompt_tokens": 100, "completion_tokens": 50}, "m", cost=0.001)
    place = seat, 0 if status is Status.OK else 1, step, f"{step:032x}", step
    return Call(*place, status, "", None, 0.1, Reply("Said."), spent)


def seconds(folder: Path, wanted: EpisodeFilter, start: int | None = None) -> float:
    """Return how long a page of episodes takes, with the opening of the journal."""
    started = perf_counter()
    with StoredRun(folder) as run:
        run.find_episodes(wanted, start)
    return perf_counter() - started


def measure(*, episodes: int = 100_000, readings: int = 5) -> list[Figure]:
    """Return how many milliseconds a page of episodes takes, by filter."""
    with tempfile.TemporaryDirectory() as made:
        folder = asyncio.run(store(Path(made) / "run", episodes))
        figures = []
        for name, wanted in FILTERS.items():
            took = tuple(1000 * seconds(folder, wanted) for _ in range(readings))
            figures.append(Figure(f"finding: ms, {name} of {episodes:,}", took, at_most=1000 * MOST_SECONDS))
        middle = tuple(1000 * seconds(folder, EpisodeFilter(), episodes // 2) for _ in range(readings))
        return [*figures, Figure("  from the middle on", middle, at_most=1000 * MOST_SECONDS)]


if __name__ == "__main__":
    main({"finding": measure})
