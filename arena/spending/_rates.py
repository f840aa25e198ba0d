"""The limits of a key, and the counting of what is spent per minute."""

from __future__ import annotations

import math
from typing import NamedTuple

CALLS_IN_FLIGHT = 256
"""The default number of calls that may be in flight with one key."""


class RateLimits(NamedTuple):
    """The rate limits of a key: calls in flight, and requests and tokens per minute (None: no limit)."""

    concurrency: int = CALLS_IN_FLIGHT
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None

    def and_at_most(self, other: RateLimits) -> RateLimits:
        """Return the stricter of the two in each respect."""
        pairs = zip(self, other, strict=True)
        return RateLimits(*(min((n for n in pair if n is not None), default=None) for pair in pairs))  # type: ignore[arg-type]  # only the first is never None


class MinuteWindow:
    """A limit per minute, of which at most ten seconds' worth may be used at once."""

    def __init__(self, per_minute: int | None) -> None:
        self.per_minute = per_minute
        self._owed = 0.0
        self._at = -math.inf

    def delay(self, amount: float, now: float) -> float:
        """Return the seconds until `amount` may be spent."""
        if self.per_minute is None:
            return 0.0
        burst = max(1.0, self.per_minute / 6)
        return (self._owing(now) + min(amount, burst) - burst) * 60 / self.per_minute

    def spend(self, amount: float, now: float) -> None:
        """Spend `amount`, or give it back if it is negative."""
        if self.per_minute is not None:
            self._owed, self._at = max(0.0, self._owing(now) + amount), now

    def _owing(self, now: float) -> float:
        assert self.per_minute is not None
        return max(0.0, self._owed - (now - self._at) * self.per_minute / 60)
