"""Telling an outage, in which nothing is answered, from requests that fail by themselves.

Both look alike at first: attempts fail. What tells them apart are requests that have not failed before. A
request that has failed, and fails again although others were answered in between, fails by itself; it says
nothing of the provider. When several that had not failed before fail one after another, and none is answered
between, there is an outage. How many that takes depends on the provider: two (and five failures) as long as
no request was seen to fail by itself, five from then on.

In an outage all calls wait, and one at a time is tried, at intervals that grow to a minute: one that has
never failed if there is any, as only that one can show that it is not an outage, and else the one that was
tried longest ago. If all that wait have failed, nothing but the end of one makes place for another. So when
an outage has lasted two minutes, the attempt at a call that fails for the third time is its last. Shorter
outages fail no call, and one of 15 minutes, which stops the run, at most every other attempt's, which are
seven.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

LONGEST_PAUSE = 60.0
"""How many seconds a provider's ``Retry-After``, or the interval between two probes, counts for at most."""
PATIENCE = 900.0
"""How many seconds a provider may go without an answer before the run is stopped."""
SPARED = 120.0
"""How many seconds of an outage fail no call."""
TRIES = 3
"""How often a call has failed at least that ends in an outage."""

_FAILURES, _REQUESTS = 5, 2
_REQUESTS_IF_SOME_FAIL_ALONE = 5


class Blame(Enum):
    """Whose a failure is."""

    REQUEST = auto()
    """The request's own, as far as is known: it counts among its tries."""
    PROVIDER = auto()
    """The provider's: it does not count."""
    ENOUGH = auto()
    """Nobody knows, but others are held up: the request ends here."""


@dataclass(slots=True, eq=False)
class Trial:
    """One request's attempts: how many have failed, since when, and when the last one began."""

    failures: int = 0
    failing_since: float = math.inf
    began: float = -math.inf

    def fail(self, now: float) -> None:
        """Count a failure."""
        self.failures += 1
        self.failing_since = min(self.failing_since, now)


@dataclass(slots=True)
class Silence:
    """A time without an answer, from the first failure that may be the provider's; perhaps an outage."""

    since: float
    reason: str = ""
    is_outage: bool = False
    next_probe: float = math.inf
    probe: Trial | None = None
    _count: int = 0
    _failed: set[Trial] = field(default_factory=set)
    _interval: float = 1.0

    def failed(self, trial: Trial, reason: str, now: float) -> Blame:
        """Take note of a failure in an outage, and return whose it is."""
        self.reason = reason
        if self.probe is not trial:
            return Blame.PROVIDER
        self._interval = min(2 * self._interval, LONGEST_PAUSE)
        self.next_probe = now + self._interval
        held_up = now - self.since > SPARED and trial.failures >= TRIES
        return Blame.ENOUGH if held_up else Blame.PROVIDER

    def becomes_outage(
        self, trial: Trial, reason: str, now: float, flying: Iterable[Trial], some_fail_alone: bool
    ) -> bool:
        """Take note of a failure before there is an outage, and return whether there is one now.

        Args:
            trial: what failed.
            reason: how.
            now: when.
            flying: the calls in flight, the oldest first.
            some_fail_alone: whether the provider is known to fail some requests and to answer others.
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
