"""Derived randomness: run seed -> episode -> seat -> request. There is no global generator.

A seed depends only on its path, and never on earlier draws. So concurrency, resumption and draws made
elsewhere cannot change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


_HASHER = blake2b(digest_size=8)


def derive(*path: int | str) -> int:
    """Return the 63-bit seed of a path, which begins with a seed and continues with names and numbers.

    >>> derive(7, "episode", 3) == derive(7, "episode", 3) != derive(7, "episode", 4)
    True
    """
    hasher = _HASHER.copy()  # cheaper than to make one
    hasher.update(repr(path).encode())
    return int.from_bytes(hasher.digest(), "big") >> 1


def drawn(uniform: float, outcomes: Iterable[tuple[T, float]]) -> T:
    """Return the outcome that `uniform`, in [0, 1), selects. Each outcome has its probability's share.

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
