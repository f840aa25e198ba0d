"""What the answers of a provider tell about it: how many calls it takes, and whether it answers at all.

Each answer raises the number of calls in flight a little, and several refusals of calls that were in flight
together halve it once. Times are those of the event loop, in seconds, and are given by the caller.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from arena.core.errors import StopRun
from arena.core.log import log
from arena.core.text import printable
from arena.spending._outage import LONGEST_PAUSE, PATIENCE, TRIES, Blame, Silence, Trial


class ProviderState:
    """The state of a provider, as far as the calls with one key show it.

    Args:
        name: the limiter's name, for the log and for errors.
        concurrency: the most calls that may be in flight.

    Attributes:
        troubled_since: the time of the first failure since the last answer; infinite if there is none.
        trouble: the last failure's reason.
    """

    def __init__(self, name: str, concurrency: int) -> None:
        self.name = name
        self._most = concurrency
        self._limit = float(concurrency)
        self._cut_at = -math.inf
        self._answered_at = -math.inf
        self._some_fail_alone = False
        self._silence: Silence | None = None
        self.paused_until = -math.inf
        self.troubled_since = math.inf
        self.trouble = ""

    @property
    def limit(self) -> int:
        """The number of calls that may be in flight now."""
        return max(1, int(self._limit))

    @property
    def outage(self) -> Silence | None:
        """The outage, if there is one now."""
        return self._silence if self._silence and self._silence.is_outage else None

    def restrict(self, concurrency: int) -> None:
        """Set the most calls that may be in flight, which may only become fewer."""
        self._most = concurrency
        self._limit = min(self._limit, concurrency)

    def holds_all_back(self, now: float) -> bool:
        """Return whether all calls wait for the end of an outage or of a pause."""
        return self.outage is not None or self.paused_until > now

    def why_waiting(self, now: float) -> str:
        """Return why all calls wait, since when, and when the next is tried, or "" if none wait."""
        if outage := self.outage:
            since = f"no answer for {now - outage.since:.0f} s ({printable(outage.reason)})"
            return f"{since}, {_next_try(outage, now)}"
        if self.paused_until > now:
            return f"paused for {self.paused_until - now:.0f} s, as the provider asked"
        return ""

    def until_next_probe(self, outage: Silence, now: float) -> float:
        """Return the seconds until a call may be tried in an outage. They are infinite while one is tried.

        Raises:
            StopRun: if the outage has lasted too long. The outage then counts as over.
        """
        if now - outage.since > PATIENCE:
            self._silence = None
            raise StopRun(
                f"{self.name} has answered nothing for {PATIENCE / 60:g} minutes; the last attempt ended "
                f"with: {outage.reason}. The run is stopped; resume it when the provider answers again."
            )
        return math.inf if outage.probe else outage.next_probe - now

    def released(self, trial: Trial) -> None:
        """Record that an attempt has ended, so that another may be tried in an outage."""
        if self._silence and self._silence.probe is trial:
            self._silence.probe = None

    def answered(self, now: float) -> None:
        """Record that a call was answered."""
        if self.outage:
            log.info("provider answers again", provider=self.name)
        self._silence = None
        self.troubled_since = math.inf
        self._answered_at = now
        self._limit = min(self._most, self._limit + 1 / self._limit)

    def refused(self, trial: Trial, retry_after: float, now: float) -> bool:
        """Record a refusal because of rate limits, and return whether it delays the other calls.

        It delays only itself if it was refused repeatedly while others were answered.
        """
        if self._fails_alone(trial) and trial.failures >= TRIES:
            return False
        if trial.began > self._cut_at:
            self._cut_at = now
            self._limit = max(1.0, self._limit / 2)
        self.paused_until = max(self.paused_until, now + min(retry_after, LONGEST_PAUSE))
        return True

    def failed(self, trial: Trial, reason: str, now: float, flying: Iterable[Trial]) -> tuple[Blame, bool]:
        """Record a failure. Return who caused it, and whether an outage begins with it.

        Args:
            trial: the request that failed.
            reason: why it failed.
            now: the time of the failure.
            flying: the calls in flight, the oldest first.
        """
        fails_alone = self._fails_alone(trial)
        self.troubled_since, self.trouble = min(self.troubled_since, now), reason
        trial.fail(now)
        if outage := self.outage:
            blame = outage.failed(trial, reason, now)
            return Blame.REQUEST if fails_alone and blame is Blame.PROVIDER else blame, False
        if fails_alone:
            self._some_fail_alone = True
            return Blame.REQUEST, False
        silence = self._silence = self._silence or Silence(now)
        if not silence.becomes_outage(trial, reason, now, flying, self._some_fail_alone):
            return Blame.REQUEST, False
        log.warning("provider does not answer; calls wait", provider=self.name, reason=reason)
        return Blame.PROVIDER, True

    def _fails_alone(self, trial: Trial) -> bool:
        """Whether other requests were answered since this one first failed."""
        return trial.failing_since < self._answered_at


def _next_try(outage: Silence, now: float) -> str:
    if outage.probe:
        return "one call is being tried"
    return f"next try in {max(0.0, outage.next_probe - now):.0f} s"
