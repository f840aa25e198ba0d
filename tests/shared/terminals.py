"""Terminals for people: a keyboard that types what it is told, and commands in terminals of their own."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arena.core.console import err
from arena.people import Keyboard

PATIENCE = 30.0


class Typed(Keyboard):
    """Types these lines; None is Ctrl-D. When they are all typed, it types the last one again."""

    def __init__(self, *lines: str | None) -> None:
        super().__init__(-1)
        self.lines = list(lines)

    def forget(self) -> None:
        """Nothing is typed ahead."""

    async def line(self) -> str | None:
        return self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]


@contextmanager
def on_screen() -> Iterator[io.StringIO]:
    """Keep what is shown to a person while the block runs."""
    shown = io.StringIO()
    before = err._file
    err.file = shown
    try:
        yield shown
    finally:
        err._file = before


class Command:
    """An ``arena`` command in a terminal of its own."""

    def __init__(self, *words: str, cwd: Path) -> None:
        self.shown = ""
        self._read = 0
        program = ["-c", "from arena.cli import main; main()", *words]
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            os.chdir(cwd)
            os.execv(sys.executable, [sys.executable, *program])

    def expect(self, text: str) -> str:
        """Wait until the terminal shows a text behind what was expected before; return what is between."""
        until = time.monotonic() + PATIENCE
        while text not in self.shown[self._read :]:
            assert time.monotonic() < until, self.shown
            assert self._more() or text in self.shown[self._read :], self.shown
        at = self.shown.index(text, self._read)
        between, self._read = self.shown[self._read : at], at + len(text)
        return between

    def type(self, text: str) -> None:
        """Type a text; ``\\x03`` is Ctrl-C, and ``\\x04`` is Ctrl-D."""
        os.write(self._terminal, text.encode())

    def answer(self, *lines: str) -> None:
        """Type each line when the person is asked for one."""
        for line in lines:
            self.expect("\n> ")
            self.type(f"{line}\n")

    def hang_up(self) -> None:
        """Close the terminal, as a window is closed."""
        os.close(self._terminal)

    def end(self) -> int:
        """Read to the end, and return the exit code."""
        while self._more():
            pass
        os.close(self._terminal)
        return self.wait()

    def wait(self) -> int:
        """Return the exit code."""
        until = time.monotonic() + PATIENCE
        while True:
            pid, status = os.waitpid(self.process, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > until:
                os.kill(self.process, signal.SIGKILL)
                raise AssertionError(f"the command does not end: {self.shown}")
            time.sleep(0.02)

    def _more(self) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], PATIENCE)
        try:
            came = os.read(self._terminal, 65_536) if ready else b""
        except OSError:  # the other end is closed
            return False
        self.shown += came.decode(errors="replace").replace("\r\n", "\n")
        return bool(came)
