"""What a report of many debates costs: time, memory, and how that compares with reading the annotations.

    python -m benchmarks.report

The run has 30,000 debates under two conditions over 300 tasks. Each has the 20 annotations of a debate in
three rounds: the sides, private beliefs, an answer of each debater with a text of its own, a judge's verdicts
in both orders, and the decision. The report is written by a process of its own, as ``arena report`` does it,
and its time is the CPU time of that process. Reading the same annotations as columns is the other side of the
ratio.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from arena import Comparison, Episode, Outcome, Protocol, Task
from arena.annotations import Annotation, Answer, Belief, Label, Place, Verdict
from arena.journal import StoredRun
from arena.results.report import write_report
from arena.results.study import Study
from arena.running import run
from benchmarks.annotations import Guest
from benchmarks.figure import Figure, main
from benchmarks.memory import peak

SEATS = ("debater_a", "debater_b", "judge")
OPTIONS = ("yes", "no")
MOST = 8
"""The report may take so many times as long as reading its annotations."""


class Debated(Protocol):
    """Writes the annotations of a debate. Nobody is asked."""

    lean: float = 0.5

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats of a debate."""
        return SEATS

    @property
    def players(self) -> tuple[str, ...]:
        """The debaters."""
        return SEATS[:2]

    async def play(self, episode: Episode) -> Outcome:
        """Write the annotations, which differ by the episode's chance."""
        draw = episode.random.random
        sides = dict(zip(self.players, OPTIONS, strict=True))
        for seat, side in sides.items():
            episode.annotate(Label("defends", side, about=Place(seat)))
        found: list[Annotation] = [_belief("right", "judge", "yes", draw(), "before")]
        for turn in (1, 2, 3):
            found += [_belief("wins", seat, side, draw(), "round", turn) for seat, side in sides.items()]
        for turn, (seat, side) in enumerate(sides.items(), start=1):
            text = f"{side}, for the reason {episode.number}"
            found += [
                Answer("answer", text, turn=1, about=Place(seat, 10 + turn), author=seat),
                Answer("answer", side, turn=2, about=Place(seat, 20 + turn), author=seat),
            ]
        choice = OPTIONS[draw() < self.lean]
        for order in (0, 1):
            found.append(Verdict("verdict", choice, confidence=draw(), order=order, author="judge"))
        found += [_belief("right", seat, "yes", draw(), "after") for seat in SEATS]
        found.append(_belief("right", "judge", "yes", draw(), "hindsight"))
        episode.annotate(*found, Verdict("decision", choice, confidence=draw()))
        return Outcome.completed({seat: float(side == choice) for seat, side in sides.items()})


def _belief(
    name: str, seat: str, of: str, probability: float, moment: str, turn: int | None = None
) -> Belief:
    shown = {"of": of, "method": "verbalised-100", "moment": moment, "turn": turn, "author": seat}
    return Belief(name, probability, about=Place(seat), **shown)  # type: ignore[arg-type]


def measure(*, episodes: int = 30_000, tasks: int = 300, readings: int = 3) -> list[Figure]:
    """Return what a report costs, and what reading its annotations costs."""
    with TemporaryDirectory() as folder:
        asyncio.run(run(_scenario(episodes, tasks), Path(folder) / "run"))
        found = [_elsewhere(Path(folder) / "run") for _ in range(readings)]
    report, memory, reading = zip(*found, strict=True)
    ratios = tuple(whole / part for whole, part in zip(report, reading, strict=True))
    return [
        Figure(f"report: CPU s of {episodes:,} debates", report, at_most=20),
        Figure("  MB at the peak", memory, at_most=500),
        Figure("  over reading the annotations as columns", ratios, at_most=MOST),
    ]


def _scenario(episodes: int, tasks: int) -> Comparison:
    listed = [
        Task(id=f"q{n}", text=f"Question {n}?", data={"answers": list(OPTIONS)}, truth="yes")
        for n in range(tasks)
    ]
    return Comparison(
        conditions={"plain": Debated(), "leaning": Debated(lean=0.7)},
        tasks=listed,
        seats=dict.fromkeys(SEATS, Guest()),
        episodes=episodes // (2 * tasks),
    )


def _elsewhere(folder: Path) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "benchmarks.report", str(folder)]
    root = Path(__file__).parents[1]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=root, text=True).stdout
    report, memory, reading = map(float, said.split())
    return report, memory, reading


def _report(folder: Path) -> tuple[float, float, float]:
    """Return the seconds of the report, the peak of memory in MB, and the seconds of reading alone."""
    started = process_time()
    write_report([folder], folder.with_name("report.html"))
    report, memory = process_time() - started, peak() / 1e6
    with StoredRun(folder) as stored:
        study = Study([("run", stored)])
        started = process_time()
        rows = sum(len(study.annotations(kind)) for kind in ("answer", "belief", "label", "verdict"))
        reading = process_time() - started
    if not rows:
        raise RuntimeError("The run has no annotations.")
    return report, memory, max(reading, 1e-9)


if __name__ == "__main__":
    if sys.argv[1:] and not sys.argv[1].startswith("-"):
        print(*_report(Path(sys.argv[1])))
    else:
        main({"report": measure})
