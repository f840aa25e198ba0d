"""The thread in which one loaded model answers its requests, in the order in which they came."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from agents.local.backend import Ask, Backend, Chat, Generation, NextTokens, WordsTold
from arena.core.aio import to_its_end

Made = TypeVar("Made", Generation, NextTokens)


class Worker:
    """Answers requests one after the other, in the order in which they came, in a thread of its own.

    `load` loads the model there when the first request comes. A request that is cancelled while it waits is
    dropped. A request that is cancelled while it is answered is given up after the current token. The usage
    of a request holds the milliseconds that it waited until the model began, as `waited_ms`.
    """

    def __init__(self, load: Callable[[], Backend]) -> None:
        self._load = load
        self._backend: Backend | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="arena-local-model")

    async def complete(self, ask: Ask, told: WordsTold | None = None) -> Generation:
        """Return the model's answer to a request. `told` hears its words on this loop."""
        cancelled = threading.Event()
        try:
            here = None if told is None else _on_this_loop(told)
            return await self._queue(lambda backend: backend.complete(ask, cancelled.is_set, here))
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def next_tokens(self, chat: Chat, beginning: bytes, reuse: bool) -> NextTokens:
        """Return the likeliest tokens after `beginning`, with which the reply begins."""
        return await self._queue(lambda backend: backend.next_tokens(chat, beginning, reuse))

    async def _queue(self, work: Callable[[Backend], Made]) -> Made:
        return await asyncio.wrap_future(self._thread.submit(self._do, work, time.perf_counter()))

    def _do(self, work: Callable[[Backend], Made], asked: float) -> Made:
        if self._backend is None:
            self._backend = self._load()
        waited = round((time.perf_counter() - asked) * 1000)
        made = work(self._backend)
        return made._replace(usage={**made.usage, "waited_ms": waited}) if waited else made

    async def close(self) -> None:
        """Drop the requests that wait, free the model and end the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        await to_its_end(self._thread.shutdown)
        if self._backend is not None:
            backend, self._backend = self._backend, None
            await to_its_end(backend.close)


def _on_this_loop(told: WordsTold) -> WordsTold:
    loop = asyncio.get_running_loop()

    def tell(text: str, is_thought: bool) -> None:
        with suppress(RuntimeError):  # The loop is closed if nobody waits for the words any more.
            loop.call_soon_threadsafe(told, text, is_thought)

    return tell


@dataclass(slots=True)
class _Loaded:
    worker: Worker
    holders: set[object] = field(default_factory=set)


class Workers:
    """The workers in use. All holders of the same key share one worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: dict[Hashable, _Loaded] = {}

    def get(self, key: Hashable, holder: object, load: Callable[[], Backend]) -> Worker:
        """Return the worker for `key`, and note that `holder` holds it.

        If there is none yet, a new one will `load` the model.
        """
        with self._lock:
            loaded = self._loaded.get(key)
            if loaded is None:
                loaded = self._loaded[key] = _Loaded(Worker(load))
            loaded.holders.add(holder)
            return loaded.worker

    async def release(self, key: Hashable, holder: object) -> None:
        """Release the worker for `key`. When its last holder releases it, it is closed."""
        with self._lock:
            loaded = self._loaded.get(key)
            if loaded is None or holder not in loaded.holders:
                return
            loaded.holders.remove(holder)
            if loaded.holders:
                return
            del self._loaded[key]
        await loaded.worker.close()
