"""Waits that end when their run is drained, and requests that wait while it is held.

A run that is drained begins nothing new and finishes what it has begun. A request that only waits to be tried
again could delay that end for as long as a provider is down. So the wait is given up, and the request is made
when the run is resumed. A run that is left finishes nothing: it makes no request any more. A run that is held
makes no request until it is let go. Code that waits finds its run's drain here, however deep inside an agent
it is.
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
    """Whether a run is being drained or left, neither of which can be undone, and whether it is held.

    Attributes:
        bars: whether a request may have to wait, or is not made any more (see `gate`).
    """

    def __init__(self) -> None:
        self.bars = False
        self._is_set = asyncio.Event()
        self._is_left = False
        self._let_go: asyncio.Event | None = None
        self._listeners: dict[Callable[[], None], None] = {}
        self._timers: dict[asyncio.Timeout, float | None] = {}

    @property
    def is_set(self) -> bool:
        """Whether the run is being drained."""
        return self._is_set.is_set()

    @property
    def is_left(self) -> bool:
        """Whether the run makes no request any more."""
        return self._is_left

    @property
    def is_held(self) -> bool:
        """Whether requests wait until the run is let go."""
        return self._let_go is not None

    def set(self) -> None:
        """Drain the run and call the listeners."""
        if not self.is_set:
            self._is_set.set()
            self._tell()

    def leave(self) -> None:
        """Drain the run, make no request any more, and call the listeners again."""
        if not self._is_left:
            self._is_left = self.bars = True
            self._is_set.set()
            self._tell()

    def hold(self) -> None:
        """Let requests wait until `let_go`. The time of the limits that heed it stands still."""
        if self._let_go is None:
            self._let_go = asyncio.Event()
            self.bars = True
            now = asyncio.get_running_loop().time()
            for timer in self._timers:
                self._stop(timer, now)

    def let_go(self) -> None:
        """Let the requests that wait be made."""
        if self._let_go is not None:
            self._let_go.set()
            self._let_go = None
            self.bars = self._is_left
            now = asyncio.get_running_loop().time()
            for timer, left in self._timers.items():
                if left is not None:
                    timer.reschedule(now + left)

    async def gate(self) -> None:
        """Wait until a request may be made.

        Raises:
            Drained: if the run is left, or is drained while it is held.
        """
        while self._let_go is not None and not self.is_set:
            waiting = [asyncio.ensure_future(one.wait()) for one in (self._let_go, self._is_set)]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in waiting:
                    one.cancel()
        if self._is_left or self._let_go is not None:
            raise given_up()

    @contextmanager
    def stopping(self, timer: asyncio.Timeout) -> Iterator[None]:
        """In the block, the time of `timer` stands still while the run is held."""
        self._timers[timer] = None
        if self._let_go is not None:
            self._stop(timer, asyncio.get_running_loop().time())
        try:
            yield
        finally:
            del self._timers[timer]

    def tell(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the run is drained and when it is left, even if it was registered twice."""
        self._listeners[listener] = None

    async def within(self, seconds: float) -> bool:
        """Wait, and return whether the run was drained before the time was over."""
        try:
            async with asyncio.timeout(seconds):
                return await self._is_set.wait()
        except TimeoutError:
            return False

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _stop(self, timer: asyncio.Timeout, now: float) -> None:
        when = timer.when()
        if when is not None and not timer.expired():
            self._timers[timer] = max(0.0, when - now)
            timer.reschedule(None)


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


async def wait_unless_drained(seconds: float) -> None:
    """Wait before something is tried again.

    Raises:
        Drained: if the run has been drained, or is drained during the wait.
    """
    drain = the_drain()
    if drain is None:
        await asyncio.sleep(seconds)
    elif await drain.within(seconds):
        raise given_up()
