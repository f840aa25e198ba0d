"""The command line answers at once: nothing is imported that a command does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARIES = {
    "genai_prices",
    "jinja2",
    "matplotlib",
    "networkx",
    "numpy",
    "openskill",
    "pydantic",
    "pyspiel",
    "structlog",
}
HEAVY = {*LIBRARIES, "asyncio", "sqlite3"}

PROBE = """
import sys
from arena.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print("loaded", *sys.modules)
"""


def busy(*words: str | Path) -> float:
    """Return how many seconds of the processor a command takes that must end well."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


class TestStartup:
    @pytest.mark.parametrize("command", ["", "tournament", "show", "report"])
    def test_help_imports_nothing_heavy(self, command: str) -> None:
        words = [*command.split(), "--help"]
        done = subprocess.run(
            [sys.executable, "-c", PROBE, *words], capture_output=True, text=True, check=True
        )
        loaded = set(done.stdout.splitlines()[-1].split())
        # typer itself imports pydantic for a command's options.
        assert (HEAVY - {"pydantic"} if command else HEAVY) & loaded == set()

    @pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs the CPU time of a child")
    def test_help_takes_little_time(self) -> None:
        """Little more than importing what reads and prints a command line, which takes two thirds of it."""
        command = Path(sys.executable).with_name("arena")
        if not command.exists():
            pytest.skip("the arena command is not installed")
        least = min(busy(sys.executable, "-c", "import cyclopts, rich.console") for _ in range(3))
        assert min(busy(command, "--help") for _ in range(3)) < 2.5 * least
