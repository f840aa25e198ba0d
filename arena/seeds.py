"""Derived randomness: run seed -> episode -> seat -> request, and no global generator.

A seed is a function of its path alone, never of what was drawn before, so concurrency, resumption
and the number of draws made elsewhere cannot change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def derive(seed: int, *path: str | int) -> int:
    """Return the 63-bit seed found at `path` below `seed`.

    >>> derive(7, "episode", 3) == derive(7, "episode", 3) != derive(7, "episode", 4)
    True
    """
    digest = blake2b(repr((seed, *path)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def drawn(uniform: float, outcomes: Iterable[tuple[T, float]]) -> T:
    """Return the outcome that `uniform`, from [0, 1), falls on, where each has its probability's share.

    >>> drawn(0.6, [("heads", 0.5), ("tails", 0.5)])
    'tails'
    """
    left = uniform
    for outcome, probability in outcomes:
        left -= probability
        if probability > 0:
            last = outcome
        if left < 0:
            return outcome
    return last
