"""Exporting: rows to train on a second, and whether memory grows with how many there are.

    python -m benchmarks.export

Runs of Kuhn poker, random agents, one hand an episode, are recorded first, which is not measured. Each
export, to verl's Parquet with role-conditioned advantages, is a fresh process: rows are counted by the clock
from before the run is opened to when the file is there, imports left out, and the peak is that of
`benchmarks.memory`, the interpreter and all packages included. What seats are sent in Kuhn poker comes again
and again, and is rebuilt once for each time that it is new: rows of long talks take longer.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from arena.running import run as play
from benchmarks.engine import kuhn
from benchmarks.figure import Figure, main
from benchmarks.memory import peak

TURNS_AN_EPISODE = 2.25
"""The mean of random play: a hand takes two turns, or three if the first is a check and the second a bet."""


def measure(*, few: int = 100_000, many: int = 1_000_000, rounds: int = 3) -> list[Figure]:
    """Return the rate of an export of `many` turns, the peak, and that over the peak of `few`."""
    importlib.import_module("pyarrow")
    with TemporaryDirectory() as folder:
        runs = [Path(folder) / name for name in ("few", "many")]
        for run, turns in zip(runs, (few, many), strict=True):
            asyncio.run(play(kuhn(round(turns / TURNS_AN_EPISODE)), run))
        found = [[_exported(run) for run in runs] for _ in range(rounds)]
    rates = tuple(large["rows"] / large["seconds"] for _, large in found)
    ratios = tuple(large["peak"] / small["peak"] for small, large in found)
    return [
        Figure(f"export: rows/s to Parquet, {many:,} turns", rates, at_least=50_000),
        Figure(f"  peak at {many:,} turns over {few:,}", ratios, at_most=1.2),
        Figure(f"  MB at {many:,} turns", tuple(large["peak"] / 1e6 for _, large in found)),
    ]


def _exported(run: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.export", str(run)]
    root = Path(__file__).parents[1]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=root, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _export(run: Path) -> dict[str, float]:
    """Export a run, and return how many rows there were, the seconds that took, and the peak in bytes."""
    from arena.training.export.exporting import ExportOptions, export_rows

    importlib.import_module("pyarrow.parquet")
    started = perf_counter()
    card = export_rows([run], run / "rows.parquet", ExportOptions(to="verl"))
    seconds = perf_counter() - started
    if card.lines != card.rows:
        raise RuntimeError(f"Not all rows were exported: {dict(card.left_out)}")
    return {"rows": card.lines, "seconds": seconds, "peak": peak()}


if __name__ == "__main__":
    if sys.argv[1:] and not sys.argv[1].startswith("-"):
        print(json.dumps(_export(Path(sys.argv[1]))))
    else:
        main({"export": measure})
