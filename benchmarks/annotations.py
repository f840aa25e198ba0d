"""What annotations cost: CPU time to write one a turn, and time and memory to read many as columns.

    python -m benchmarks.annotations

Writing is measured as the difference between two runs of a talk of one seat with the journal on: one in which
each turn finds out an answer, which is graded, and one in which it finds out nothing. The two are played in
turn, and the ratio is to a turn of the same pair.

Reading is measured in a process of its own, on a run of 30,000 episodes with 20 annotations each, half of
them labels and half of them answers. All columns are read but free texts, which a figure asks for by name.
The memory is what the peak rises by while they are read.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from arena import Episode, Outcome, Protocol, Reply, Request, Scenario, Task
from arena.annotations import Annotation, Answer, Label, Place
from arena.forms import Choice
from arena.journal import StoredRun
from arena.results.study import Study
from arena.running import run
from arena.seat.agent import Agent
from benchmarks.engine import cost
from benchmarks.figure import Figure, main
from benchmarks.memory import peak

OPTIONS = ("yes", "no")
SEAT = "guest"
MOST = 1.8
"""A turn may cost 50 us (`benchmarks.turns`), and an annotation 40, whatever else the machine does."""


class Guest(Agent):
    """Always answers yes."""

    async def reply(self, request: Request) -> Reply:
        """Return the same answer."""
        return Reply("Answer: yes")


class Asked(Protocol):
    """One seat is asked again and again, and each turn may find out an answer."""

    rounds: int
    annotated: bool

    @property
    def seats(self) -> tuple[str, ...]:
        """The one seat."""
        return (SEAT,)

    async def play(self, episode: Episode) -> Outcome:
        """Ask for all rounds."""
        for turn in range(1, self.rounds + 1):
            finds = Answer("answer", turn=turn) if self.annotated else ()
            await episode.ask(SEAT, Choice(OPTIONS), finds=finds)
        return Outcome.completed({})


class Noted(Protocol):
    """Nobody is asked, and so many annotations are written."""

    annotations: int

    @property
    def seats(self) -> tuple[str, ...]:
        """The one seat."""
        return (SEAT,)

    async def play(self, episode: Episode) -> Outcome:
        """Write answers and labels."""
        found: list[Annotation] = []
        for turn in range(self.annotations // 2):
            at = {"about": Place(SEAT, turn), "author": SEAT, "turn": turn + 1}
            found.append(Answer("answer", f"answer {episode.number} {turn}", **at))  # type: ignore[arg-type]
            found.append(Label("habit", "yes", count=turn, **at))  # type: ignore[arg-type]
        episode.annotate(*found)
        return Outcome.completed({})


def measure(
    *, turns: int = 10_000, episodes: int = 30_000, annotations: int = 20, rounds: int = 5, readings: int = 3
) -> list[Figure]:
    """Return what writing one annotation costs, and what reading all of a run costs."""
    return [*_writing(turns, rounds), *_reading(episodes, annotations, readings)]


def _writing(turns: int, rounds: int) -> list[Figure]:
    each, ratios = [], []
    _turn(finds=True, turns=100, seed=0)
    for seed in range(rounds):
        plain, annotated = (_turn(finds=finds, turns=turns, seed=seed) for finds in (False, True))
        each.append(max(annotated - plain, 1e-9))
        ratios.append(annotated / plain)
    return [
        Figure("annotations: CPU us for one a turn", tuple(1e6 * one for one in each), at_most=40),
        Figure("  a turn with one over a turn without", tuple(ratios), at_most=MOST),
    ]


def _turn(*, finds: bool, turns: int, seed: int) -> float:
    """Return the CPU seconds of a turn."""
    protocol = Asked(rounds=min(turns, 20), annotated=finds)
    scenario = _scenario(protocol, max(1, turns // 20), seed)
    spent = cost(scenario)
    return spent.cpu / spent.turns


def _reading(episodes: int, annotations: int, readings: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        asyncio.run(run(_scenario(Noted(annotations=annotations), episodes), Path(folder) / "run"))
        found = [_read_elsewhere(Path(folder) / "run") for _ in range(readings)]
    rows = episodes * annotations
    return [
        Figure(f"annotations: s to read {rows:,} as columns", tuple(s for s, _ in found), at_most=5),
        Figure("  MB that the peak rises by", tuple(mb for _, mb in found), at_most=200),
    ]


def _scenario(protocol: Protocol, episodes: int, seed: int = 0) -> Scenario:
    seats: Mapping[str, Agent] = {SEAT: Guest()}
    return Scenario(protocol=protocol, tasks=[Task(truth="yes")], seats=seats, episodes=episodes, seed=seed)


def _read_elsewhere(folder: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.annotations", str(folder)]
    root = Path(__file__).parents[1]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=root, text=True).stdout
    seconds, megabytes = map(float, said.split())
    return seconds, megabytes


def _read(folder: Path) -> tuple[float, float]:
    """Return the seconds that reading takes, and the megabytes that the peak of memory rises by."""
    with StoredRun(folder) as stored:
        study = Study([("run", stored)])
        len(study.episodes)
        before, started = peak(), perf_counter()
        rows = sum(len(study.annotations(kind)) for kind in ("answer", "label"))
        seconds = perf_counter() - started
    if not rows:
        raise RuntimeError("The run has no annotations.")
    return seconds, max((peak() - before) / 1e6, 1e-9)


if __name__ == "__main__":
    if sys.argv[1:] and not sys.argv[1].startswith("-"):
        print(*_read(Path(sys.argv[1])))
    else:
        main({"annotations": measure})
