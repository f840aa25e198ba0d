"""Derived randomness: run seed -> episode -> seat -> request, and no global generator.

A seed is a function of its path alone, never of what was drawn before, so concurrency, resumption
and the number of draws made elsewhere cannot change it.
"""

from __future__ import annotations

from hashlib import blake2b


def derive(seed: int, *path: str | int) -> int:
    """Return the 63-bit seed found at `path` below `seed`.

    >>> derive(7, "episode", 3) == derive(7, "episode", 3) != derive(7, "episode", 4)
    True
    """
    digest = blake2b(repr((seed, *path)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
