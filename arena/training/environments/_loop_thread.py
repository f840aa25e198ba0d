"""The event loop on which all episodes of the synchronous face are played, in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, TypeVar

from arena.core.errors import UsageError

T = TypeVar("T")

_SECONDS_TO_END = 5.0


class LoopThread:
    """An event loop in a daemon thread. It ends with the interpreter, after its tasks were cancelled."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._loop = asyncio.new_event_loop()
        self.opened: set[AsyncExitStack] = set()
        """What is closed before the loop ends, such as agents and journals."""
        self._thread = threading.Thread(target=self._run, name="arena-stepper", daemon=True)
        self._thread.start()

    @property
    def is_ours(self) -> bool:
        """Whether the loop runs in this process. After a fork, the thread is only in the parent."""
        return self._process == os.getpid() and not self._loop.is_closed()

    def check(self) -> None:
        """Refuse a caller that the loop could never answer.

        Raises:
            UsageError: if the caller is in a forked process, or in the loop's own thread.
        """
        if self._process != os.getpid():
            raise UsageError("This was begun before the process was forked; make it anew in this process.")
        if self._loop.is_closed():
            raise UsageError("The interpreter is ending, so no episode can be stepped through any more.")
        if threading.get_ident() == self._thread.ident:
            raise UsageError(
                "An agent cannot step through an episode without await, because it would wait for itself; "
                "use arena.Stepper there."
            )

    def later(self, function: Callable[..., object], *args: object) -> None:
        """Call a function in the loop's thread, unless that has ended, and do not wait for it."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *args)

    def wait_for(self, working: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop, and return its result."""
        return asyncio.run_coroutine_threadsafe(working, self._loop).result()

    def close_later(self, opened: AsyncExitStack) -> None:
        """Close what was opened, and do not wait for it."""

        async def close() -> None:
            await opened.aclose()
            self.opened.discard(opened)

        with suppress(RuntimeError):
            asyncio.run_coroutine_threadsafe(close(), self._loop)

    def end(self) -> None:
        """Cancel all tasks, and end the thread."""
        if self.is_ours:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_SECONDS_TO_END)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        try:
            self._loop.run_until_complete(_cancel_all())
            for opened in list(self.opened):
                self._loop.run_until_complete(opened.aclose())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


_LOCK = threading.Lock()
_one: LoopThread | None = None


def loop_thread() -> LoopThread:
    """Return the loop's thread of this process. It is begun when it is first needed."""
    global _one
    with _LOCK:
        if _one is None or not _one.is_ours:
            _one = LoopThread()
        return _one


def _end() -> None:
    if _one is not None:
        _one.end()


# Closing a journal needs the threads of `asyncio.to_thread`, and those end before `atexit` calls anything.
threading._register_atexit(_end)  # type: ignore[attr-defined]
