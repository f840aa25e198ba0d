"""Saying what a run waits for, to whoever started it from Python and sees no progress line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

from arena.core.text import one_line
from arena.spending.rate_limits import Account, in_use

SECONDS = 5.0
"""How long all calls of an account wait before it is said, at least."""
SECONDS_BETWEEN = 60.0
"""How long it takes until it is said again."""


@asynccontextmanager
async def telling_who_waits(say: Callable[[str], None] | None) -> AsyncIterator[None]:
    """Until the block ends, `say` which accounts have all their calls wait, now and then; None is nobody."""
    if say is None:
        yield
        return
    told: dict[Account, float] = {}
    task = asyncio.create_task(_tell(say, told))
    try:
        yield
        _tell_who_goes_on(say, told)  # a run may end before it is next looked who waits
    finally:
        task.cancel()
        await asyncio.wait([task])


def on_stderr(line: str) -> None:
    """Print a line where a user sees it, if there is such a place."""
    with suppress(OSError, ValueError):  # a terminal that was closed, a stream that was
        print(one_line(line), file=sys.stderr, flush=True)


async def _tell(say: Callable[[str], None], told: dict[Account, float]) -> NoReturn:
    """Say who waits, and take note in `told` of when each account was last told of."""
    waited: set[Account] = set()
    while True:
        await asyncio.sleep(SECONDS)
        now = asyncio.get_running_loop().time()
        held_up = {account: why for account in in_use() if (why := account.held_up())}
        for account, why in held_up.items():
            if account in waited and now - told.get(account, -SECONDS_BETWEEN) >= SECONDS_BETWEEN:
                told[account] = now
                say(f"{account.name}: {why}.")
        _tell_who_goes_on(say, told)
        waited = set(held_up)


def _tell_who_goes_on(say: Callable[[str], None], told: dict[Account, float]) -> None:
    for account in [account for account in told if not account.held_up()]:
        del told[account]
        say(f"{account.name}: calls are made again.")
