"""Lines that a person types, read without blocking the event loop.

The terminal itself edits a line and passes it on when it is whole, so that a line can be read as soon as
there is something to read.
"""

from __future__ import annotations

import asyncio
import os
import sys
import termios
from contextlib import suppress

from arena.core.text import storable

LONGEST_LINE = 1_023 if sys.platform == "darwin" else 4_095
"""How many bytes of one line the terminal passes on. What is typed behind them is lost."""


class Gone(Exception):
    """Nobody sits at the terminal any more: it was closed."""


class LineTooLong(Exception):
    """A line was longer than the terminal passes on."""


class Keyboard:
    """The keyboard of the terminal at a file descriptor."""

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor

    def forget(self) -> None:
        """Discard what was typed before anything was asked. It answers another question, or none."""
        with suppress(termios.error, OSError):
            termios.tcflush(self._descriptor, termios.TCIFLUSH)

    async def line(self) -> str | None:
        """Return the next line without its end, or None if the person ends the input (Ctrl-D).

        Raises:
            Gone: if the terminal was closed.
            LineTooLong: if the line was too long, so that its end is lost.
        """
        typed = b""
        while not typed.endswith(b"\n"):
            piece = await self._piece()
            if not piece:
                if self._is_gone():
                    raise Gone
                if not typed:
                    return None
                break
            typed += piece
        if len(typed.removesuffix(b"\n")) >= LONGEST_LINE:
            raise LineTooLong
        return storable(typed.decode(errors="replace").rstrip("\r\n"))

    async def _piece(self) -> bytes:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_reader(self._descriptor, lambda: None if ready.done() else ready.set_result(None))
        try:
            await ready
        finally:
            loop.remove_reader(self._descriptor)
        try:
            return os.read(self._descriptor, 65_536)
        except OSError:
            raise Gone from None

    def _is_gone(self) -> bool:
        try:
            termios.tcgetattr(self._descriptor)
        except (termios.error, OSError):
            return True
        return False
