"""Holding work to the size of what it works on, by a ratio of two times in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tests.shared.waiting import no_hang

T = TypeVar("T")

MOST = 50
"""How many times as long ten times as much may take: what takes quadratic time takes a hundred times."""
LEAST = 0.002
"""Seconds of the processor below which the clock and the caches say more than the work."""
TRIES = 5


def busy(work: Callable[[], object]) -> float:
    """Return how many seconds of this thread's processor time `work` takes."""
    before = time.thread_time()
    work()
    return time.thread_time() - before


def assert_in_proportion(work: Callable[[T], object], small: T, large: T) -> None:
    """Check that `work` on `large`, which is ten times `small`, takes at most some fifty times as long.

    The shortest of several tries counts, as whatever else happens makes one longer.
    """
    shortest = longest = float("inf")
    with no_hang():
        for _ in range(TRIES):
            shortest = min(shortest, busy(lambda: work(small)))
            longest = min(longest, busy(lambda: work(large)))
            if longest <= MOST * max(shortest, LEAST):
                return
    raise AssertionError(f"ten times as much takes {longest / shortest:.0f} times as long")


def megabytes(unit: str) -> tuple[str, str]:
    """Return a tenth of a megabyte of `unit`, and a megabyte."""
    return unit * (100_000 // len(unit)), unit * (1_000_000 // len(unit))
