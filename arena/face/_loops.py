"""Synchronous twins of asynchronous functions, for scripts and notebooks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from arena.core.errors import UsageError
from arena.judging import JudgingProgress
from arena.running.meter import Meter
from arena.running.progress import Progress

P = ParamSpec("P")
T = TypeVar("T")

_SECONDS = 0.5


def synchronous(
    function: Callable[P, Coroutine[Any, Any, T]], progress: type[Progress | JudgingProgress] = Progress
) -> Callable[P, T]:
    """Return a function that does what an asynchronous function does, and is called without ``await``.

    It runs an event loop until the function returns. IPython may be running a loop already, so there the
    function's loop runs in a thread of its own, and a line below the cell shows the progress.

    Args:
        function: the asynchronous function. Its name ends in ``_async``, and it has a parameter ``progress``.
        progress: makes the value of ``progress`` in IPython, if the caller passes none.
    """
    name = function.__name__.removesuffix("_async")

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        if _in_ipython():
            given = kwargs.setdefault("progress", progress())
            assert isinstance(given, Progress | JudgingProgress)
            return _in_a_thread(lambda: _shown(function(*args, **kwargs), given))
        check_no_loop(name)
        return asyncio.run(function(*args, **kwargs))

    call.__name__ = name
    call.__qualname__ = function.__qualname__.removesuffix("_async")
    return call


def check_no_loop(name: str) -> None:
    """Refuse a call of the function `name` where an event loop is running, which it would hold up.

    Raises:
        UsageError: if one is running. IPython's own does not count.
    """
    if not _in_ipython() and _loop_is_running():
        raise UsageError(
            f"{name}(...) cannot be called where an event loop is running; "
            f"there, call: await {name}_async(...)."
        )


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _in_ipython() -> bool:
    """Return whether IPython runs this code. If it is not imported, it does not."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def _in_a_thread(begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on a loop in a thread.

    An interrupt cancels the coroutine and waits until it has ended.
    """
    began: Future[Callable[[], object]] = Future()

    async def work() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        began.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        return await begin()

    with ThreadPoolExecutor(1, thread_name_prefix="arena") as threads:
        working = threads.submit(copy_context().run, asyncio.run, work())
        try:
            return working.result()
        except KeyboardInterrupt:
            if not working.done():
                began.result()()
            raise


async def _shown(working: Coroutine[Any, Any, T], progress: Progress | JudgingProgress) -> T:
    async with _showing(progress):
        return await working


@asynccontextmanager
async def _showing(progress: Progress | JudgingProgress) -> AsyncIterator[None]:
    """Show the progress in one line below the notebook's cell, and update it until the block ends."""
    from IPython.display import display

    line = Meter(progress).line if isinstance(progress, Progress) else progress.line
    shown: Any = display  # IPython declares no types for it
    handle = shown({"text/plain": line()}, raw=True, display_id=True)

    def update() -> None:
        if handle is not None:
            handle.update({"text/plain": line()}, raw=True)

    async def watch() -> NoReturn:
        while True:
            await asyncio.sleep(_SECONDS)
            update()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])
        update()
