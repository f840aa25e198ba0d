"""Typing at the command line, in this process or in one of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from arena.cli import main

SHORT = ("--format", "round-robin?meetings=2")
"""The option that makes a tournament short."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and the code it exited with."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Typist:
    """Types commands in an empty folder."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Said:
        """Type a command and return what came of it."""
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(words)
        said = self.capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else int(code is not None), said.out, said.err)

    def write(self, name: str, text: str) -> str:
        """Write a file, and return its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


def start(*words: str, cwd: Path) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from arena.cli import main; main()", *words],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> Said:
    """Wait for a command to end, and return what came of it."""
    out, err = process.communicate(timeout=30)
    return Said(process.returncode, out, err)
