"""The rate limits of a provider, shared by all agents that use the same key, in whatever seat.

Calls wait here for a place among those in flight, and for their share of the requests and tokens per minute.
The number in flight adapts. Each answer raises it a little. Several refusals halve it only once, because the
calls that were in flight at the time are all refused for the same reason. If nothing is answered any more,
the limiter holds back all calls except one at a time (`arena.spending._outage`), until one is answered. A
request that is refused repeatedly while others are answered delays only itself.

When a run is drained, calls that wait for the end of an outage or of a pause, or to be tried again, are given
up.

Time is the event loop's time, so a test whose loop jumps through time does not have to wait.
"""

from __future__ import annotations

import asyncio
from hashlib import blake2b
from weakref import WeakKeyDictionary, WeakValueDictionary

from arena.core.drain import Drain
from arena.spending._held_up import HeldUp
from arena.spending._limiter import Permit, RateLimiter
from arena.spending._outage import LONGEST_PAUSE, PATIENCE, Blame
from arena.spending._rates import CALLS_IN_FLIGHT, LimitsInUse, RateLimits

__all__ = [
    "CALLS_IN_FLIGHT",
    "LONGEST_PAUSE",
    "PATIENCE",
    "Blame",
    "HeldUp",
    "LimitsInUse",
    "Permit",
    "RateLimiter",
    "RateLimits",
    "in_use",
    "shared",
    "statuses",
]


def shared(provider: str, base_url: str, key: str, limits: RateLimits) -> RateLimiter:
    """Return the running loop's limiter for this provider, address and key, with `limits` applied as well."""
    limiters = _limiters.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    identity = (provider, base_url, blake2b(key.encode(), digest_size=16).digest())
    limiter = limiters.get(identity)
    if limiter is None:
        limiter = limiters[identity] = RateLimiter(provider, limits)
    else:
        limiter.restrict(limits)
    return limiter


def in_use() -> list[RateLimiter]:
    """Return the limiters in use on the running loop."""
    return list(_limiters.get(asyncio.get_running_loop(), {}).values())


def held_up(drain: Drain) -> list[HeldUp]:
    """Return the providers on the running loop that hold up all calls of the run of `drain`."""
    found = (limiter.held_up(drain) for limiter in in_use())
    return [one for one in found if one is not None]


def statuses() -> list[str]:
    """Return a status line for each limiter in use on the running loop, for a progress display."""
    return [limiter.in_use().line() for limiter in in_use()]


_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[object, RateLimiter]] = (
    WeakKeyDictionary()
)
