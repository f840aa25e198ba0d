"""The rate limits of a provider, shared by all agents that use the same key, in whatever seat.

Calls wait here for a place among those in flight, and for their share of the requests and tokens per minute.
The number in flight adapts. Each answer raises it a little. Several refusals halve it only once, because the
calls that were in flight at the time are all refused for the same reason. If nothing is answered any more,
the limiter holds back all calls except one at a time (`arena.spending._outage`), until one is answered. A
request that is refused repeatedly while others are answered delays only itself.

When a run is drained, calls that wait for the end of an outage or of a pause, or to be tried again, are given
up.

Time is the event loop's time, so a test whose loop jumps through time does not have to wait.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from hashlib import blake2b
from types import TracebackType
from typing import NamedTuple
from weakref import WeakKeyDictionary, WeakValueDictionary

from arena.core.drain import EPISODE, given_up, pause, the_drain
from arena.core.errors import StopRun
from arena.core.log import log
from arena.core.text import printable
from arena.spending._outage import LONGEST_PAUSE, PATIENCE, TRIES, Blame, Silence, Trial

__all__ = [
    "CONCURRENCY",
    "LONGEST_PAUSE",
    "PATIENCE",
    "Blame",
    "Permit",
    "RateLimiter",
    "RateLimits",
    "in_use",
    "shared",
    "statuses",
]

CONCURRENCY = 256
"""The default number of calls that may be in flight with one key."""


class RateLimits(NamedTuple):
    """The rate limits of a key: calls in flight, and requests and tokens per minute (None: no limit)."""

    concurrency: int = CONCURRENCY
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None

    def and_at_most(self, other: RateLimits) -> RateLimits:
        """Return the stricter of the two in each respect."""
        pairs = zip(self, other, strict=True)
        return RateLimits(*(min((n for n in pair if n is not None), default=None) for pair in pairs))  # type: ignore[arg-type]  # only the first is never None


def shared(provider: str, base_url: str, key: str, limits: RateLimits) -> RateLimiter:
    """Return the running loop's limiter for this provider, address and key, with `limits` applied as well."""
    limiters = _limiters.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    identity = (provider, base_url, blake2b(key.encode(), digest_size=16).digest())
    limiter = limiters.get(identity)
    if limiter is None:
        limiter = limiters[identity] = RateLimiter(provider, limits)
    else:
        limiter.restrict(limits)
    return limiter


def in_use() -> list[RateLimiter]:
    """Return the limiters in use on the running loop."""
    return list(_limiters.get(asyncio.get_running_loop(), {}).values())


def statuses() -> list[str]:
    """Return a status line for each limiter in use on the running loop, for a progress display."""
    return [limiter.status() for limiter in in_use()]


_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[object, RateLimiter]] = (
    WeakKeyDictionary()
)


class RateLimiter:
    """The rate limiter of one key with a provider.

    Args:
        name: its name in the log and in progress displays.
        limits: the limits to keep.
    """

    def __init__(self, name: str, limits: RateLimits | None = None) -> None:
        self.name = name
        self.limits = limits or RateLimits()
        self._limit = float(self.limits.concurrency)
        self._requests = _PerMinute(self.limits.requests_per_minute)
        self._tokens = _PerMinute(self.limits.tokens_per_minute)
        self._flying: dict[Permit, None] = {}
        self._queue: OrderedDict[Permit, asyncio.Future[None]] = OrderedDict()
        self._resting: dict[Permit, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._cut_at = -math.inf
        self._paused_until = -math.inf
        self._answered_at = -math.inf
        self._some_fail_alone = False
        self._silence: Silence | None = None

    @property
    def limit(self) -> int:
        """The number of calls that may be in flight now."""
        return max(1, int(self._limit))

    def restrict(self, limits: RateLimits) -> None:
        """Apply `limits` as well."""
        self.limits = self.limits.and_at_most(limits)
        self._limit = min(self._limit, self.limits.concurrency)
        self._requests.per_minute = self.limits.requests_per_minute
        self._tokens.per_minute = self.limits.tokens_per_minute

    def permit(self, tokens: int = 0) -> Permit:
        """Return the permit for one request. It is entered for each attempt, when the attempt may begin.

        Args:
            tokens: the estimated tokens of an attempt.
        """
        return Permit(self, tokens)

    def status(self) -> str:
        """Return the status in a line."""
        waiting = len(self._queue) + len(self._resting)
        line = f"{self.name}: {len(self._flying)} of {self.limit} calls in flight, {waiting} waiting"
        why_waiting = self.why_waiting()
        return f"{line}; {why_waiting}" if why_waiting else line

    def why_waiting(self) -> str:
        """Return why all calls wait, since when, how many, and when the next is tried, or "" if none wait."""
        now = _now()
        if outage := self._outage:
            since = f"no answer for {now - outage.since:.0f} s ({printable(outage.reason)})"
            return f"{since}, {_next_try(outage, now)}; {self._who_waits()}"
        if self._paused_until > now:
            return f"paused for {self._paused_until - now:.0f} s, as the provider asked; {self._who_waits()}"
        return ""

    def _who_waits(self) -> str:
        waiting = [*self._queue, *self._resting]
        episodes = {permit.episode for permit in waiting if permit.episode is not None}
        if episodes:
            return f"{len(episodes)} {'episode waits' if len(episodes) == 1 else 'episodes wait'}"
        return f"{len(waiting)} {'call waits' if len(waiting) == 1 else 'calls wait'}"

    @property
    def _outage(self) -> Silence | None:
        return self._silence if self._silence and self._silence.is_outage else None

    async def _admit(self, permit: Permit) -> None:
        """Let an attempt begin when its turn has come."""
        if not self._queue and self._delay(permit) <= 0:
            self._begin(permit)
            return
        drain = the_drain()
        if drain is not None:
            if drain.is_set and self._holds_all_back():
                raise given_up()
            drain.tell(self._give_up)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue[permit] = place
        self._open()
        try:
            await place
        except asyncio.CancelledError:
            if self._queue.pop(permit, None) is None:  # its turn had come in the meantime
                self._release(permit)
            else:
                self._open()
            raise

    def _open(self) -> None:
        """Start the attempts whose turn has come, and set a timer for the next one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._queue:
            permit = self._next()
            try:
                delay = self._delay(permit)
            except StopRun as stop:
                self._turn_away(stop)
                return
            if delay > 0:
                if not math.isinf(delay):
                    self._timer = asyncio.get_running_loop().call_later(delay, self._open)
                return
            place = self._queue.pop(permit)
            if not place.done():
                self._begin(permit)
                place.set_result(None)

    def _next(self) -> Permit:
        """Return the next permit: the first one or, in an outage, the first that has not failed yet."""
        first = next(iter(self._queue))
        outage = self._outage
        if outage is None or outage.probe or outage.next_probe > _now() or not first.failures:
            return first
        return next((permit for permit in self._queue if not permit.failures), first)

    def _delay(self, permit: Permit) -> float:
        """Return the seconds until the call may begin.

        They are infinite if something else must happen first.
        """
        now = _now()
        if outage := self._outage:
            if now - outage.since > PATIENCE:
                self._silence = None
                raise StopRun(
                    f"{self.name} has answered nothing for {PATIENCE / 60:g} minutes; the last attempt ended "
                    f"with: {outage.reason}. The run is stopped; resume it when the provider answers again."
                )
            return math.inf if outage.probe else outage.next_probe - now
        if len(self._flying) >= self.limit:
            return math.inf
        budgets = self._requests.delay(1, now), self._tokens.delay(permit.tokens, now)
        return max(self._paused_until - now, *budgets)

    def _begin(self, permit: Permit) -> None:
        permit.began = _now()
        self._flying[permit] = None
        self._requests.spend(1, permit.began)
        self._tokens.spend(permit.tokens, permit.began)
        if outage := self._outage:
            outage.probe = permit

    def _release(self, permit: Permit) -> None:
        self._flying.pop(permit, None)
        if self._silence and self._silence.probe is permit:
            self._silence.probe = None
        if self._queue:  # one turn of the loop later, because this call's result may end the run
            asyncio.get_running_loop().call_soon(self._open)

    def _holds_all_back(self) -> bool:
        return self._outage is not None or self._paused_until > _now()

    def _give_up(self) -> None:
        """Give up waits for the end of an outage or a pause, if their run is being drained."""
        if self._holds_all_back():
            drained = [permit for permit in self._queue if permit.drain and permit.drain.is_set]
            for permit in drained:
                _refuse(self._queue.pop(permit), given_up())
            self._open()

    def _turn_away(self, stop: StopRun) -> None:
        """Stop all waiting calls.

        Each gets its own exception, because a shared one would keep all frames alive.
        """
        while self._queue:
            _, place = self._queue.popitem()
            _refuse(place, StopRun(str(stop)))

    def _answered(self, permit: Permit, tokens: int) -> None:
        if self._outage:
            log.info("provider answers again", provider=self.name)
        self._silence = None
        self._answered_at = _now()
        self._tokens.spend(tokens - permit.tokens, self._answered_at)
        self._limit = min(self.limits.concurrency, self._limit + 1 / self._limit)

    def _refused(self, permit: Permit, reason: str, retry_after: float) -> Blame:
        if not (self._fails_alone(permit) and permit.failures >= TRIES):
            if permit.began > self._cut_at:
                self._cut_at = _now()
                self._limit = max(1.0, self._limit / 2)
            self._paused_until = max(self._paused_until, _now() + min(retry_after, LONGEST_PAUSE))
            self._give_up()
        return self._failed(permit, reason)

    def _failed(self, permit: Permit, reason: str) -> Blame:
        now = _now()
        fails_alone = self._fails_alone(permit)
        permit.fail(now)
        if outage := self._outage:
            blame = outage.failed(permit, reason, now)
            return Blame.REQUEST if fails_alone and blame is Blame.PROVIDER else blame
        if fails_alone:
            self._some_fail_alone = True
            return Blame.REQUEST
        silence = self._silence = self._silence or Silence(now)
        if not silence.becomes_outage(permit, reason, now, self._flying, self._some_fail_alone):
            return Blame.REQUEST
        log.warning("provider does not answer; calls wait", provider=self.name, reason=reason)
        self._give_up()
        return Blame.PROVIDER

    def _fails_alone(self, permit: Permit) -> bool:
        """Whether other requests were answered since this one first failed."""
        return permit.failing_since < self._answered_at


class Permit(Trial):
    """The permit for one request. It is entered for each attempt, and is told how the attempt ended."""

    __slots__ = ("_limiter", "drain", "episode", "tokens")

    def __init__(self, limiter: RateLimiter, tokens: int) -> None:
        super().__init__()
        self.tokens = tokens
        self.drain = the_drain()
        self.episode = EPISODE.get()
        self._limiter = limiter

    async def __aenter__(self) -> Permit:
        await self._limiter._admit(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._limiter._release(self)

    async def rest(self, seconds: float) -> None:
        """Wait before the request is tried again.

        Raises:
            Drained: if the run has been drained, or is drained during the wait.
        """
        self._limiter._resting[self] = None
        try:
            await pause(seconds)
        finally:
            del self._limiter._resting[self]

    def answered(self, tokens: int) -> None:
        """Report that the provider answered, and the tokens used."""
        self._limiter._answered(self, tokens)

    def refused(self, reason: str, retry_after: float = 0.0) -> Blame:
        """Report that the provider refused the call because of its rate limits.

        Return who caused the failure.

        The call is made again in `retry_after` seconds.
        """
        return self._limiter._refused(self, reason, retry_after)

    def failed(self, reason: str) -> Blame:
        """Report that no answer came. Return who caused the failure."""
        return self._limiter._failed(self, reason)


def _next_try(outage: Silence, now: float) -> str:
    if outage.probe:
        return "one call is being tried"
    return f"next try in {max(0.0, outage.next_probe - now):.0f} s"


def _refuse(place: asyncio.Future[None], error: Exception) -> None:
    if not place.done():
        place.set_exception(error)


class _PerMinute:
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


def _now() -> float:
    return asyncio.get_running_loop().time()
