"""Ctrl-C, termination and hanging up while something runs: the first drains it, the second stops it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from arena.core.console import err, leave_terminal

T = TypeVar("T")


async def draining_first(running: Awaitable[T], drain: Callable[[], bool], what: str) -> T:
    """Return what comes of `running`, which the first signal drains and the second stops at once.

    Args:
        running: what is to be done.
        drain: begins to drain it, and returns whether it did: there may be nothing to drain, or it may be
            being drained. Then `running` is cancelled.
        what: what is finished first, as it is said on stderr.
    """
    task = asyncio.ensure_future(running)

    def interrupt() -> None:
        if drain():
            err.print(f"Finishing {what}; press Ctrl-C again to stop at once.")
        else:
            task.cancel()

    def hang_up() -> None:
        leave_terminal()
        interrupt()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupt)
    loop.add_signal_handler(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        loop.add_signal_handler(signal.SIGHUP, hang_up)
    return await task
