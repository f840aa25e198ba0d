"""Heavy work done once and off the event loop, however many requests wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="arena-once")


class Once(Generic[T]):
    """Values by key, each computed in a thread when it is first asked for; at most `keep` of them are kept.

    Work that has begun goes on when who asked for it is cancelled, for the next who asks.
    """

    def __init__(self, keep: int = 10_000) -> None:
        self._keep = keep
        self._work: dict[Hashable, Future[T]] = {}

    async def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value for `key`, from ``compute()`` if there is none yet; what it raises is not kept."""
        work = self._work.get(key)
        if work is None:
            while len(self._work) >= self._keep:
                del self._work[next(iter(self._work))]
            work = self._work[key] = _WORKERS.submit(compute)
        if not work.done():
            await asyncio.shield(asyncio.wait([asyncio.wrap_future(work)]))
        if work.exception() is not None and self._work.get(key) is work:
            del self._work[key]
        return work.result()
