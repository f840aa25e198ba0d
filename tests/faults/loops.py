"""Event loops with a time of their own, so that back-off and time-outs are tested in no time."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any, TypeVar
from unittest.mock import patch

from agents.providers import faults, wire

T = TypeVar("T")
PACE = 100.0
TURN = 0.0001
"""How many seconds of a paced loop a turn takes in which there is work to do."""


class _Jumping(selectors.DefaultSelector):
    """Skips the time until the next timer whenever nothing else is left to do."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self.skipped += timeout
        return ready


class _Paced(selectors.DefaultSelector):
    """Waits for a hundredth of the time it is told, and counts the time that it waits."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            self.waited += TURN
            return super().select(timeout)
        before = time.monotonic()
        ready = super().select(timeout and timeout / PACE)
        waited = (time.monotonic() - before) * PACE
        if timeout is not None:  # on a busy machine it may be longer, which must not skip the next timer
            waited = min(waited, timeout) if ready else timeout
        self.waited += waited
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps over what would be waiting; for tests without sockets."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return time.monotonic() + self._jumping.skipped


class PacedLoop(asyncio.SelectorEventLoop):
    """A loop whose clock goes a hundred times as fast as the wall's while it waits; for tests with sockets.

    While there is work to do it counts the loop's turns. So how busy the machine is does not change which
    call fails first, or how long an outage seems to last.
    """

    def __init__(self) -> None:
        self._paced = _Paced()
        super().__init__(self._paced)

    def time(self) -> float:
        return self._paced.waited


def run_jumping(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` on a `JumpingLoop`."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main)


def run_paced(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` on a `PacedLoop`; how long a connection may take to be made is by the wall's clock."""
    with (
        patch.object(wire, "CONNECT_SECONDS", faults.CONNECT_SECONDS * PACE),
        asyncio.Runner(loop_factory=PacedLoop) as runner,
    ):
        return runner.run(main)
