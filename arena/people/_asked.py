"""Which people are being asked now, so that a run can say for whom it waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from weakref import WeakKeyDictionary


class AskedPerson(NamedTuple):
    """A person who is being asked.

    `since` and `until` are in seconds since 1970. `until` is None if the time is not bounded, and `episode`
    is None outside of any episode.
    """

    name: str
    seat: str
    episode: int | None
    since: float
    until: float | None


_ASKED: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[object, AskedPerson]] = WeakKeyDictionary()


@contextmanager
def being_asked(name: str, seat: str, episode: int | None, seconds: float | None) -> Iterator[None]:
    """Count a person among `people_asked` while the block runs. `seconds` is how long the person has."""
    asked = _ASKED.setdefault(asyncio.get_running_loop(), {})
    key, now = object(), time.time()
    asked[key] = AskedPerson(name, seat, episode, now, None if seconds is None else now + seconds)
    try:
        yield
    finally:
        del asked[key]


def people_asked() -> tuple[AskedPerson, ...]:
    """Return the people who are being asked in this event loop, the longest waiting first."""
    return tuple(_ASKED.get(asyncio.get_running_loop(), {}).values())
