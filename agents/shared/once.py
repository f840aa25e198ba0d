"""Heavy work that is done once, off the event loop, for all requests that wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="arena-once")


class Once(Generic[T]):
    """Values by key. Each is computed in a thread when it is first requested; at most `keep` are kept.

    Work that has begun continues when its requester is cancelled, because another one may ask for it.
    """

    def __init__(self, keep: int = 10_000) -> None:
        self._keep = keep
        self._work: dict[Hashable, Future[T]] = {}

    async def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value for `key`. If there is none yet, compute it.

        An error that `compute` raises is not kept, so the next request computes again.
        """
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
