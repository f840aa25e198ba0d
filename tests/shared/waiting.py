"""Waiting for what others do, and stopping what would never end."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HANG = 60.0
"""How many seconds are for ever: far more than anything here takes, on however busy a machine."""


async def until(condition: Callable[[], object]) -> None:
    """Let others run until `condition` holds; fail if it never does."""
    given_up = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < given_up, "it did not come true"
        await asyncio.sleep(0)


@contextmanager
def no_hang() -> Iterator[None]:
    """Stop the block with a failure if it takes the processor for ever; even inside a regular expression.

    The time on the clock depends on what else the machine does, so only ten times as much of it is too long.
    """

    def stop(*_: object) -> None:
        raise AssertionError("it does not come to an end")

    limits = (
        (signal.SIGPROF, signal.ITIMER_PROF, HANG),
        (signal.SIGALRM, signal.ITIMER_REAL, 10 * HANG),
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
