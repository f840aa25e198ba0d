"""Waiting for what others do, and stopping what would never end."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Stopwatch:
    """How long a block took."""

    started: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Let others run until `condition` holds."""
    watch = Stopwatch()
    for _ in range(10**9):
        if condition():
            return
        assert watch.seconds < seconds, f"it did not come true in {seconds:g} seconds"
        await asyncio.sleep(0)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop the block with a failure if it takes more of the processor; even inside a regular expression.

    The time on the clock depends on what else the machine does, so only ten times as much of it is too long.
    """

    def stop(*_: object) -> None:
        raise AssertionError(f"it took longer than {seconds:g} seconds")

    limits = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, 10 * seconds),
    )
    before = [signal.signal(sign, stop) for sign, _, _ in limits]
    for _, timer, limit in limits:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for (sign, timer, _), handler in zip(limits, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(sign, handler)
