"""Signals while a command runs: Ctrl-C, termination and hang-up.

The first one drains, the second one stops.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from arena.core.console import err, leave_terminal
from arena.core.screen import screen

T = TypeVar("T")


async def draining_first(running: Awaitable[T], drain: Callable[[], bool], what: str) -> T:
    """Await `running` and return its result. The first signal drains it, and the second cancels it.

    Args:
        running: the work to await.
        drain: begins to drain the work and returns True. It returns False if there is nothing to drain or the
            work is being drained already; then `running` is cancelled.
        what: names the work that is finished before the command ends. It is printed on standard error.
    """
    task = asyncio.ensure_future(running)

    def interrupt() -> None:
        if drain():
            screen.give_way()
            err.print(f"Finishing {what}; press Ctrl-C again to stop at once.")
        else:
            task.cancel()

    def hang_up() -> None:
        leave_terminal()
        interrupt()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupt)
    loop.add_signal_handler(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it
        loop.add_signal_handler(signal.SIGHUP, hang_up)
    return await task
