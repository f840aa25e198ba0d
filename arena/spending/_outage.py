"""Telling an outage, in which no request is answered, from requests that fail for a reason of their own.

Both look alike at first: attempts fail. Requests that have not failed before tell them apart. A request that
fails again, although others were answered in between, fails for its own reason and says nothing about the
provider. If several requests fail for the first time, one after another, and none is answered in between,
there is an outage. The number depends on the provider: two requests (and five failures) as long as no request
was seen to fail for its own reason, and five requests from then on.

In an outage all calls wait. One at a time is tried, at intervals that grow to a minute. It is a call that has
never failed, if there is one, because only such a call can show that there is no outage. Otherwise it is the
call that was tried longest ago. If all waiting calls have failed, a place becomes free only when one of them
ends. So when an outage has lasted two minutes, the third failed attempt at a call is its last. Shorter
outages fail no call. An outage of 15 minutes stops the run, and fails at most one call for every other
attempt, which is seven.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

LONGEST_PAUSE = 60.0
"""The longest time in seconds that a ``Retry-After`` or the interval between two probes can last."""
PATIENCE = 900.0
"""The time in seconds without any answer from a provider after which the run stops."""
SPARED = 120.0
"""The time in seconds for which an outage fails no call."""
TRIES = 3
"""The least number of failures of a call that ends during an outage."""

_FAILURES, _REQUESTS = 5, 2
_REQUESTS_IF_SOME_FAIL_ALONE = 5


class Blame(Enum):
    """Who caused a failure."""

    REQUEST = auto()
    """The request itself, as far as is known. The failure counts among its tries."""
    PROVIDER = auto()
    """The provider. The failure does not count."""
    ENOUGH = auto()
    """Unknown, but other requests are delayed. The request ends here."""


@dataclass(slots=True, eq=False)
class Trial:
    """The attempts at one request: how many have failed, since when, and when the last one began."""

    failures: int = 0
    failing_since: float = math.inf
    began: float = -math.inf

    def fail(self, now: float) -> None:
        """Count a failure."""
        self.failures += 1
        self.failing_since = min(self.failing_since, now)


@dataclass(slots=True)
class Silence:
    """A time without an answer, from the first failure that may be the provider's.

    It may become an outage.
    """

    since: float
    reason: str = ""
    is_outage: bool = False
    next_probe: float = math.inf
    probe: Trial | None = None
    _count: int = 0
    _failed: set[Trial] = field(default_factory=set)
    _interval: float = 1.0

    def failed(self, trial: Trial, reason: str, now: float) -> Blame:
        """Record a failure during an outage, and return who caused it."""
        self.reason = reason
        if self.probe is not trial:
            return Blame.PROVIDER
        self._interval = min(2 * self._interval, LONGEST_PAUSE)
        self.next_probe = now + self._interval
        why_waiting = now - self.since > SPARED and trial.failures >= TRIES
        return Blame.ENOUGH if why_waiting else Blame.PROVIDER

    def becomes_outage(
        self, trial: Trial, reason: str, now: float, flying: Iterable[Trial], some_fail_alone: bool
    ) -> bool:
        """Record a failure before an outage, and return whether an outage begins with it.

        Args:
            trial: the request that failed.
            reason: why it failed.
            now: the time of the failure, in seconds.
            flying: the calls in flight, the oldest first.
            some_fail_alone: whether the provider has failed some requests while it answered others.
        """
        self.reason = reason
        self._count += 1
        self._failed.add(trial)
        oldest = next((other for other in flying if other is not trial), None)
        may_be_answered = oldest is not None and oldest.began < self.since
        requests = _REQUESTS_IF_SOME_FAIL_ALONE if some_fail_alone else _REQUESTS
        if self._count < _FAILURES or len(self._failed) < requests or may_be_answered:
            return False
        self._failed.clear()
        self.is_outage = True
        self.next_probe = now + self._interval
        return True
