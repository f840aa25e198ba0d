"""Waits that end when their run is drained.

A run that is drained begins nothing new and finishes what it has begun. A request that only waits to be tried
again could delay that end for as long as a provider is down. So the wait is given up, and the request is made
when the run is resumed. Code that waits finds its run's drain here, however deep inside an agent it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from arena.core.errors import Drained

EPISODE: ContextVar[int | None] = ContextVar("episode", default=None)
"""The number of the episode that is being played here, or None outside of any episode."""


class Drain:
    """Whether a run is being drained. A drain cannot be undone."""

    def __init__(self) -> None:
        self._is_set = asyncio.Event()
        self._listeners: dict[Callable[[], None], None] = {}

    @property
    def is_set(self) -> bool:
        """Whether the run is being drained."""
        return self._is_set.is_set()

    def set(self) -> None:
        """Drain the run and call the listeners."""
        if not self.is_set:
            self._is_set.set()
            for listener in self._listeners:
                listener()

    def tell(self, listener: Callable[[], None]) -> None:
        """Call `listener` once when the run is drained, even if it was registered several times."""
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
    """Make everything that begins in the block give up its waits when `drain` is set."""
    token = _DRAIN.set(drain)
    try:
        yield
    finally:
        _DRAIN.reset(token)


def the_drain() -> Drain | None:
    """Return the drain of the run that is going on here, or None outside of any run."""
    return _DRAIN.get()


def given_up() -> Drained:
    """Return the exception for a request that was only waiting."""
    return Drained("The run is being drained; this request is made when it is resumed.")


async def pause(seconds: float) -> None:
    """Wait before something is tried again.

    Raises:
        Drained: if the run has been drained, or is drained during the wait.
    """
    drain = the_drain()
    if drain is None:
        await asyncio.sleep(seconds)
    elif await drain.within(seconds):
        raise given_up()
