"""Heavy work done once and off the event loop, however many requests wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Values by key, each computed in a thread by the first who asks; the others wait for it."""

    def __init__(self) -> None:
        self._values: dict[Hashable, T] = {}
        self._working: dict[Hashable, asyncio.Event] = {}

    async def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value for `key`, from ``compute()`` if there is none yet."""
        while key not in self._values:
            if (working := self._working.get(key)) is not None:
                await working.wait()
                continue
            self._working[key] = done = asyncio.Event()
            try:
                self._values[key] = await asyncio.to_thread(compute)
            finally:
                del self._working[key]
                done.set()
        return self._values[key]
