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


class LimitsInUse(NamedTuple):
    """How much of the limits of a key is used.

    `flying` calls of at most `may_fly` are in flight now, and `waiting` wait for their turn. `requests` and
    `tokens` were used in the last minute. `limits` are those that are kept. `why_waiting` says why all calls
    wait; it is empty if some go through.
    """

    provider: str
    flying: int
    may_fly: int
    waiting: int
    requests: int
    tokens: int
    limits: RateLimits
    why_waiting: str

    def line(self) -> str:
        """Return it in a line, for a progress display."""
        line = f"{self.provider}: {self.flying} of {self.may_fly} calls in flight, {self.waiting} waiting"
        return f"{line}; {self.why_waiting}" if self.why_waiting else line


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


class LastMinute:
    """The requests and tokens that were used in the last minute, to the second."""

    def __init__(self) -> None:
        self._used = [(-math.inf, 0, 0)] * 60

    def add(self, requests: int, tokens: int, now: float) -> None:
        """Count requests and tokens, or take them back if they are negative. `now` is in seconds."""
        second = int(now)
        counted, had_requests, had_tokens = self._used[second % 60]
        if counted != second:
            had_requests = had_tokens = 0
        self._used[second % 60] = second, had_requests + requests, had_tokens + tokens

    def totals(self, now: float) -> tuple[int, int]:
        """Return the requests and the tokens of the minute before `now`."""
        counted = [one for one in self._used if now - 60 < one[0] <= now]
        return sum(one[1] for one in counted), max(0, sum(one[2] for one in counted))
