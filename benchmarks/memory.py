"""Whether memory grows with the length of a run: peak memory of many episodes over that of few.

    python -m benchmarks.memory

Each run is a fresh process that plays Kuhn poker, one hand an episode, journal on, and reports its own peak:
programs, 100 episodes at once, and models behind a server on loopback, 5,000 episodes at once. An import is
one JSON document, a list of debates, and is a fresh process too.
On Linux that is VmHWM, the peak of this program; `ru_maxrss`, used elsewhere, would on Linux begin with the
peak of the process that started it and hide the difference. The interpreter and the imported packages are
counted in both, as they are in what a user sees.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from itertools import count
from json import dumps
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.engine import cost, kuhn
from benchmarks.figure import Figure, main
from benchmarks.loopback import serving

STATUS = Path("/proc/self/status")


AT_ONCE = 5_000
_MAPPING = """
episodes = "$"
task = { text = "task.text", answers = "task.answers" }
seats = { a = "seats.a", b = "seats.b" }
defends = { a = "defends.a", b = "defends.b" }
speeches = [{ each = "speeches", seat = "seat", text = "text", round = "round" }]
"""


def measure(*, few: int = 10_000, many: int = 100_000, rounds: int = 3) -> list[Figure]:
    """Return the ratio of the peaks of programs, and the peak of the longer run in MB."""
    pairs = [(_peak_of(few), _peak_of(many)) for _ in range(rounds)]
    return _figures("memory:", few, many, pairs)


def measure_models(
    *, few: int = 5_000, many: int = 20_000, at_once: int = AT_ONCE, rounds: int = 2
) -> list[Figure]:
    """Return the same of models, `at_once` episodes at a time."""
    with serving() as url:
        pairs = [(_peak_of(few, url, at_once), _peak_of(many, url, at_once)) for _ in range(rounds)]
    return _figures(f"memory: {at_once:,} episodes of models at once,", few, many, pairs)


def measure_import(*, few: int = 10, many: int = 100, rounds: int = 2) -> list[Figure]:
    """Return the ratio of the peaks of imports of `many` and of `few` megabytes, and the larger in MB."""
    with TemporaryDirectory() as folder:
        files = [_debates(Path(folder) / f"{size}.json", size) for size in (few, many)]
        pairs = [(_peak_of("import", files[0]), _peak_of("import", files[1])) for _ in range(rounds)]
    ratios = tuple(after / before for before, after in pairs)
    return [
        Figure(f"memory: peak at an import of {many} MB over {few} MB", ratios, at_most=1.5),
        Figure(f"  MB at {many} MB", tuple(after / 1e6 for _, after in pairs)),
    ]


def _debates(file: Path, megabytes: int) -> Path:
    """Write a list of debates with speeches of 2,000 characters, each on a task of its own."""
    size = 0
    with file.open("w") as written:
        for number in count():
            speeches = [{"seat": "a", "text": "x" * 2_000, "round": turn} for turn in range(10)]
            seats = {"a": "model", "b": "model"}
            task = {"text": f"Question {number}?", "answers": ["yes", "no"]}
            debate = {"task": task, "seats": seats, "defends": {"a": "yes", "b": "no"}, "speeches": speeches}
            size += written.write(("," if number else "[") + dumps(debate))
            if size >= megabytes * 10**6:
                break
        written.write("]")
    return file


def _import(file: Path) -> None:
    from arena.importing import import_transcripts

    mapping = file.with_suffix(".toml")
    mapping.write_text(_MAPPING)
    with TemporaryDirectory() as folder:
        import_transcripts([file], Path(folder) / "run", mapping=mapping)


def _figures(what: str, few: int, many: int, pairs: list[tuple[int, int]]) -> list[Figure]:
    ratios = tuple(after / before for before, after in pairs)
    return [
        Figure(f"{what} peak at {many:,} episodes over {few:,}", ratios, at_most=1.2),
        Figure(f"  MB at {many:,} episodes", tuple(after / 1e6 for _, after in pairs)),
    ]


def peak() -> int:
    """Return the most memory this process has held, in bytes."""
    if STATUS.exists():
        lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _peak_of(*what: object) -> int:
    command = [sys.executable, "-m", "benchmarks.memory", *map(str, what)]
    root = Path(__file__).parents[1]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=root, text=True).stdout)


if __name__ == "__main__":
    if sys.argv[1:2] == ["import"]:
        _import(Path(sys.argv[2]))
        print(peak())
    elif sys.argv[1:] and sys.argv[1].isdecimal():
        episodes, *server = sys.argv[1:]
        if server:
            url, at_once = server
            cost(kuhn(int(episodes), agent=f"openai-compatible:m?base_url={url}"), int(at_once))
        else:
            cost(kuhn(int(episodes)))
        print(peak())
    else:
        main({"memory": measure, "memory-models": measure_models, "memory-import": measure_import})
