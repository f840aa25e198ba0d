"""How much of each provider's limits is used now, told from the process that plays to one that shows it.

The file is no record: it is in the folder of what is live, and is removed with it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from arena.running.live_words import FOLDER
from arena.spending.rate_limits import LimitsInUse, RateLimits, in_use

_FILE = "limits.json"
_BETWEEN = 1.0
"""How many seconds pass between two writings."""
_STALE = 10.0
"""After how many seconds what was written tells nothing any more."""


@asynccontextmanager
async def telling_limits(folder: Path) -> AsyncIterator[None]:
    """Tell the limits in use in a run's folder while the block runs."""
    telling = asyncio.create_task(_tell(folder))
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.wait([telling])


async def _tell(folder: Path) -> None:
    while True:
        if now := [limiter.in_use() for limiter in in_use()]:
            await asyncio.to_thread(_put, folder / FOLDER / _FILE, json.dumps(now))
        await asyncio.sleep(_BETWEEN)


def _put(file: Path, told: str) -> None:
    with suppress(OSError):
        partial = file.with_suffix(".part")
        partial.write_text(told, encoding="utf-8")
        partial.replace(file)


def limits_in_use(folder: Path) -> list[LimitsInUse]:
    """Return how much of each provider's limits the run in a folder uses; nothing if no process tells."""
    file = folder / FOLDER / _FILE
    try:
        if time.time() - file.stat().st_mtime > _STALE:
            return []
        told = json.loads(file.read_text(encoding="utf-8"))
        return [LimitsInUse._make((*one[:6], RateLimits._make(one[6]), one[7])) for one in told]
    except (OSError, ValueError, TypeError, LookupError):
        return []
