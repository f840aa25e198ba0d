"""Work in threads: such as must come to its end, whoever is cancelled meanwhile, and work on long texts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def to_its_end(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function` in a thread and return what it returns; a cancellation waits for its end.

    `asyncio.to_thread` drops a call that no thread has begun when it is cancelled.
    """
    working = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise


async def apart_if(is_long: bool, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `function` returns, called in a thread if `is_long`, which takes longer for what is short.

    Long is what holds up the loop, as work on texts of megabytes does. The function must be made of many
    steps of a few milliseconds, between which others get to run.
    """
    if not is_long:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)
