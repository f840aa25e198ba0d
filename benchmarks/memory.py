"""Whether memory grows with the length of a run: peak memory of 100,000 episodes over 10,000.

    python -m benchmarks.memory

Each run is a fresh process that plays Kuhn poker, one hand an episode, journal on, and reports its own peak.
On Linux that is VmHWM, the peak of this program; `ru_maxrss`, used elsewhere, would on Linux begin with the
peak of the process that started it and hide the difference. The interpreter and the imported packages are
counted in both, as they are in what a user sees.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from benchmarks.engine import cost, kuhn
from benchmarks.figure import Figure, main

STATUS = Path("/proc/self/status")


def measure(*, few: int = 10_000, many: int = 100_000, rounds: int = 3) -> list[Figure]:
    """Return the ratio of the peaks, and the peak of the longer run in MB."""
    pairs = [(_peak_of(few), _peak_of(many)) for _ in range(rounds)]
    return [
        Figure(
            f"memory: peak at {many:,} episodes over {few:,}",
            tuple(after / before for before, after in pairs),
            at_most=1.2,
        ),
        Figure(f"  MB at {many:,} episodes", tuple(after / 1e6 for _, after in pairs)),
    ]


def peak() -> int:
    """Return the most memory this process has held, in bytes."""
    if STATUS.exists():
        lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _peak_of(episodes: int) -> int:
    command = [sys.executable, "-m", "benchmarks.memory", str(episodes)]
    root = Path(__file__).parents[1]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=root, text=True).stdout)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].isdecimal():
        cost(kuhn(int(sys.argv[1])))
        print(peak())
    else:
        main({"memory": measure})
