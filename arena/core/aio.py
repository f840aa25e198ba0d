"""Work in threads: calls that finish even if their caller is cancelled, and work on long texts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def to_its_end(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function` in a thread and return its result.

    If the caller is cancelled, wait for the call to end.

    `asyncio.to_thread` drops a call that no thread has begun when it is cancelled.
    """
    working = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise


async def apart_if(is_long: bool, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the result of `function`, called in a thread if `is_long`. For short work a thread is slower.

    Use a thread for work that would block the event loop, such as work on texts of megabytes. The function
    must consist of many steps of a few milliseconds, because other threads run only between steps.
    """
    if not is_long:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)
