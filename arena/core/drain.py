"""Waits that a run which is being drained gives up, and which of its episodes waits.

A run that is drained begins nothing more and lets what it has begun come to its end. What only waits to be
tried again could hold up that end for as long as a provider is down; so it is given up, and made when the
run is resumed. Whoever waits finds the run that it belongs to here, however deep in an agent it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from arena.core.errors import Drained

EPISODE: ContextVar[int | None] = ContextVar("episode", default=None)
"""The number of the episode that is being played here; None outside of any."""


class Drain:
    """Whether a run is being drained; once it is, it is for good."""

    def __init__(self) -> None:
        self._is_set = asyncio.Event()
        self._listeners: dict[Callable[[], None], None] = {}

    @property
    def is_set(self) -> bool:
        """Whether the run is being drained."""
        return self._is_set.is_set()

    def set(self) -> None:
        """Drain the run: whoever waits is told."""
        if not self.is_set:
            self._is_set.set()
            for listener in self._listeners:
                listener()

    def tell(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the run is drained: once, however often it was told to."""
        self._listeners[listener] = None

    async def within(self, seconds: float) -> bool:
        """Wait, and return whether the run was drained before the time was over."""
        try:
            async with asyncio.timeout(seconds):
                return await self._is_set.wait()
        except TimeoutError:
            return False


_DRAIN: ContextVar[Drain | None] = ContextVar("drain", default=None)


@contextmanager
def drained_by(drain: Drain) -> Iterator[None]:
    """Have all that is begun in the block give up its waits when `drain` is set."""
    token = _DRAIN.set(drain)
    try:
        yield
    finally:
        _DRAIN.reset(token)


def the_drain() -> Drain | None:
    """Return what drains the run that is going on here; None outside of any."""
    return _DRAIN.get()


def given_up() -> Drained:
    """Return the exception for a request that only waited."""
    return Drained("The run is being drained; this request is made when it is resumed.")


async def pause(seconds: float) -> None:
    """Wait before something is tried again.

    Raises:
        Drained: if the run is drained meanwhile, or has been.
    """
    drain = the_drain()
    if drain is None:
        await asyncio.sleep(seconds)
    elif await drain.within(seconds):
        raise given_up()
