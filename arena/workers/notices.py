"""Notices about what a run waits for, for users who start it from Python and see no progress line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

from arena.core.screen import screen
from arena.core.text import one_line
from arena.spending.rate_limits import RateLimiter, in_use

SECONDS = 5.0
"""The shortest time in seconds that all calls of an account wait before a notice."""
SECONDS_BETWEEN = 60.0
"""The time in seconds between two notices about one account."""


@asynccontextmanager
async def telling_who_waits(say: Callable[[str], None] | None) -> AsyncIterator[None]:
    """Until the block ends, `say` from time to time which accounts have only waiting calls.

    If `say` is None, nothing is said.
    """
    if say is None:
        yield
        return
    noticed_at: dict[RateLimiter, float] = {}
    task = asyncio.create_task(_tell(say, noticed_at))
    try:
        yield
        _tell_who_goes_on(say, noticed_at)  # the run may end before the next check
    finally:
        task.cancel()
        await asyncio.wait([task])


def on_stderr(line: str) -> None:
    """Print a line on stderr, if it is open."""
    screen.give_way()
    with suppress(OSError, ValueError):  # the terminal or the stream may be closed
        print(one_line(line), file=sys.stderr, flush=True)


async def _tell(say: Callable[[str], None], noticed_at: dict[RateLimiter, float]) -> NoReturn:
    """Say which accounts wait. `noticed_at` keeps the time of the last notice about each."""
    waited: set[RateLimiter] = set()
    while True:
        await asyncio.sleep(SECONDS)
        now = asyncio.get_running_loop().time()
        why_waiting = {limiter: why for limiter in in_use() if (why := limiter.why_waiting())}
        for limiter, why in why_waiting.items():
            if limiter in waited and now - noticed_at.get(limiter, -SECONDS_BETWEEN) >= SECONDS_BETWEEN:
                noticed_at[limiter] = now
                say(f"{limiter.name}: {why}.")
        _tell_who_goes_on(say, noticed_at)
        waited = set(why_waiting)


def _tell_who_goes_on(say: Callable[[str], None], noticed_at: dict[RateLimiter, float]) -> None:
    for limiter in [limiter for limiter in noticed_at if not limiter.why_waiting()]:
        del noticed_at[limiter]
        say(f"{limiter.name}: calls are made again.")
