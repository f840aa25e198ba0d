"""Waiting for a person, which is given up when the run is drained."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from arena.core.drain import given_up, the_drain

T = TypeVar("T")

_LONG_TIME = 10_000_000.0
"""Longer than any run, in seconds."""


async def unless_drained(asking: asyncio.Future[T]) -> T:
    """Return the answer. If the run is drained before, the question is given up.

    Raises:
        Drained: if the run is drained.
    """
    drain = the_drain()
    waits: list[asyncio.Future[Any]] = [asking]
    if drain is not None:
        waits.append(asyncio.ensure_future(drain.within(_LONG_TIME)))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise given_up()
        return asking.result()
    finally:
        for one in waits:
            one.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
