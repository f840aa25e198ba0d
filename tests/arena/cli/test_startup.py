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
        """Under 0.3 s of CPU on an idle machine; twice that is allowed for here. The best of three counts."""
        command = Path(sys.executable).with_name("arena")
        if not command.exists():
            pytest.skip("the arena command is not installed")
        taken = []
        for _ in range(3):
            process = subprocess.Popen([command, "--help"], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode == 0
            taken.append(usage.ru_utime + usage.ru_stime)
        assert min(taken) < 0.6
