"""The thread in which one loaded model works through its requests, in the order in which they came."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from agents.local.backend import Ask, Backend, Chat, Generation, NextTokens
from arena.core.aio import to_its_end

Made = TypeVar("Made", Generation, NextTokens)


class Worker:
    """Answers one request after the other, first come first served, in a thread of its own.

    The model is loaded there by `load` when the first request is met. A request that is cancelled while it
    waits is dropped, and one that is being answered is given up after the token at hand. The milliseconds
    that it waited until the model began are counted in its usage, as `waited_ms`.
    """

    def __init__(self, load: Callable[[], Backend]) -> None:
        self._load = load
        self._backend: Backend | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="arena-local-model")

    async def complete(self, ask: Ask) -> Generation:
        """Return what the model makes of a request."""
        cancelled = threading.Event()
        try:
            return await self._queue(lambda backend: backend.complete(ask, cancelled.is_set))
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def next_tokens(self, chat: Chat, beginning: bytes, reuse: bool) -> NextTokens:
        """Return the likeliest tokens behind a reply that begins with `beginning`."""
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
        """Drop what waits, free the model and end the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        await to_its_end(self._thread.shutdown)
        if self._backend is not None:
            backend, self._backend = self._backend, None
            await to_its_end(backend.close)


@dataclass(slots=True)
class _Loaded:
    worker: Worker
    holders: set[object] = field(default_factory=set)


class Workers:
    """The workers that are at work, each shared by all who hold the same key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: dict[Hashable, _Loaded] = {}

    def get(self, key: Hashable, holder: object, load: Callable[[], Backend]) -> Worker:
        """Return the worker for `key`, a new one that will `load` if there is none, held by `holder`."""
        with self._lock:
            loaded = self._loaded.get(key)
            if loaded is None:
                loaded = self._loaded[key] = _Loaded(Worker(load))
            loaded.holders.add(holder)
            return loaded.worker

    async def release(self, key: Hashable, holder: object) -> None:
        """Let go of the worker for `key`; the last holder closes it."""
        with self._lock:
            loaded = self._loaded.get(key)
            if loaded is None or holder not in loaded.holders:
                return
            loaded.holders.remove(holder)
            if loaded.holders:
                return
            del self._loaded[key]
        await loaded.worker.close()
