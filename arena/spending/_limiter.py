"""A rate limiter, which lets calls begin in turn, and the permit that each call holds.

`ProviderState` tells how many calls may be in flight and whether the provider answers. The limiter keeps the
queue.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from types import TracebackType

from arena.core.drain import EPISODE, Drain, given_up, the_drain, wait_unless_drained
from arena.core.errors import StopRun
from arena.core.text import one_line
from arena.spending._held_up import HeldUp
from arena.spending._outage import Blame, Trial
from arena.spending._provider_state import ProviderState
from arena.spending._rates import LastMinute, LimitsInUse, MinuteWindow, RateLimits


class RateLimiter:
    """The rate limiter of one key with a provider.

    Args:
        name: its name in the log and in progress displays.
        limits: the limits to keep.
    """

    def __init__(self, name: str, limits: RateLimits | None = None) -> None:
        self.name = name
        self.limits = limits or RateLimits()
        self._provider = ProviderState(name, self.limits.concurrency)
        self._requests = MinuteWindow(self.limits.requests_per_minute)
        self._tokens = MinuteWindow(self.limits.tokens_per_minute)
        self._used = LastMinute()
        self._flying: dict[Permit, None] = {}
        self._queue: OrderedDict[Permit, asyncio.Future[None]] = OrderedDict()
        self._resting: dict[Permit, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    @property
    def limit(self) -> int:
        """The number of calls that may be in flight now."""
        return self._provider.limit

    def restrict(self, limits: RateLimits) -> None:
        """Apply `limits` as well."""
        self.limits = self.limits.and_at_most(limits)
        self._provider.restrict(self.limits.concurrency)
        self._requests.per_minute = self.limits.requests_per_minute
        self._tokens.per_minute = self.limits.tokens_per_minute

    def permit(self, tokens: int = 0) -> Permit:
        """Return the permit for one request. It is entered for each attempt, when the attempt may begin.

        Args:
            tokens: the estimated tokens of an attempt.
        """
        return Permit(self, tokens)

    def in_use(self) -> LimitsInUse:
        """Return how much of the limits is used now."""
        flying, waiting = len(self._flying), len(self._queue) + len(self._resting)
        used = self._used.totals(_now())
        return LimitsInUse(self.name, flying, self.limit, waiting, *used, self.limits, self.why_waiting())

    def why_waiting(self) -> str:
        """Return why all calls wait, since when, how many, and when the next is tried, or "" if none wait."""
        why = self._provider.why_waiting(_now())
        return f"{why}; {self._who_waits()}" if why else ""

    def held_up(self, drain: Drain) -> HeldUp | None:
        """Return what holds up the calls of the run of `drain`, or None if some of its calls go through.

        They are held up if nothing has been answered since a failure, and each of them waits, or failed
        before and is tried again.
        """
        now, provider = _now(), self._provider
        waits = [one for one in (*self._queue, *self._resting) if one.drain is drain]
        flying = [one for one in self._flying if one.drain is drain]
        is_held = provider.holds_all_back(now) or (
            provider.troubled_since <= now and all(one.failures for one in self._flying)
        )
        if not is_held or not (waits or flying) or (not waits and not all(one.failures for one in flying)):
            return None
        since = min(provider.troubled_since, provider.outage.since if provider.outage else now)
        return HeldUp(
            self.name,
            one_line(provider.trouble),
            max(0.0, now - since),
            max(0.0, self._next_try(now) - now),
            len({one.episode for one in (*waits, *flying)} - {None}) or len(waits) + len(flying),
        )

    def _next_try(self, now: float) -> float:
        if outage := self._provider.outage:
            return now if outage.probe else outage.next_probe
        if self._provider.paused_until > now:
            return self._provider.paused_until
        return now if self._flying else min(self._resting.values(), default=now)

    def _who_waits(self) -> str:
        waiting = [*self._queue, *self._resting]
        episodes = {permit.episode for permit in waiting if permit.episode is not None}
        if episodes:
            return f"{len(episodes)} {'episode waits' if len(episodes) == 1 else 'episodes wait'}"
        return f"{len(waiting)} {'call waits' if len(waiting) == 1 else 'calls wait'}"

    async def _admit(self, permit: Permit) -> None:
        """Let an attempt begin when its turn has come."""
        if not self._queue and self._delay(permit) <= 0:
            self._begin(permit)
            return
        drain = the_drain()
        if drain is not None:
            if drain.is_set and (drain.is_left or self._provider.holds_all_back(_now())):
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
        outage = self._provider.outage
        if outage is None or outage.probe or outage.next_probe > _now() or not first.failures:
            return first
        return next((permit for permit in self._queue if not permit.failures), first)

    def _delay(self, permit: Permit) -> float:
        """Return the seconds until the call may begin.

        They are infinite if something else must happen first.
        """
        now = _now()
        if outage := self._provider.outage:
            return self._provider.until_next_probe(outage, now)
        if len(self._flying) >= self.limit:
            return math.inf
        budgets = self._requests.delay(1, now), self._tokens.delay(permit.tokens, now)
        return max(self._provider.paused_until - now, *budgets)

    def _begin(self, permit: Permit) -> None:
        permit.began = _now()
        self._flying[permit] = None
        self._requests.spend(1, permit.began)
        self._tokens.spend(permit.tokens, permit.began)
        self._used.add(1, permit.tokens, permit.began)
        if outage := self._provider.outage:
            outage.probe = permit

    def _take_back(self, permit: Permit) -> None:
        """Let an attempt that was admitted not begin after all."""
        self._requests.spend(-1, _now())
        self._tokens.spend(-permit.tokens, _now())
        self._used.add(-1, -permit.tokens, _now())
        self._release(permit)

    def _release(self, permit: Permit) -> None:
        self._flying.pop(permit, None)
        self._provider.released(permit)
        if self._queue:  # one turn of the loop later, because this call's result may end the run
            asyncio.get_running_loop().call_soon(self._open)

    def _give_up(self) -> None:
        """Give up waits for the end of an outage or a pause if their run is drained, all if it is left."""
        holds = self._provider.holds_all_back(_now())
        drained = [
            permit for permit in self._queue
            if permit.drain and (permit.drain.is_left or (holds and permit.drain.is_set))
        ]  # fmt: skip
        for permit in drained:
            _refuse(self._queue.pop(permit), given_up())
        if drained or holds:
            self._open()

    def _turn_away(self, stop: StopRun) -> None:
        """Stop all waiting calls.

        Each gets its own exception, because a shared one would keep all frames alive.
        """
        while self._queue:
            _, place = self._queue.popitem()
            _refuse(place, StopRun(str(stop)))

    def _answered(self, permit: Permit, tokens: int) -> None:
        now = _now()
        self._provider.answered(now)
        self._tokens.spend(tokens - permit.tokens, now)
        self._used.add(0, tokens - permit.tokens, now)

    def _refused(self, permit: Permit, reason: str, retry_after: float) -> Blame:
        if self._provider.refused(permit, retry_after, _now()):
            self._give_up()
        return self._failed(permit, reason)

    def _failed(self, permit: Permit, reason: str) -> Blame:
        blame, outage_begins = self._provider.failed(permit, reason, _now(), self._flying)
        if outage_begins:
            self._give_up()
        return blame


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
        while self.drain is not None and self.drain.bars:
            await self.drain.gate()
        await self._limiter._admit(self)
        while self.drain is not None and self.drain.bars:  # It may have been held while this waited.
            self._limiter._take_back(self)
            await self.drain.gate()
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
        self._limiter._resting[self] = _now() + seconds
        try:
            await wait_unless_drained(seconds)
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


def _refuse(place: asyncio.Future[None], error: Exception) -> None:
    if not place.done():
        place.set_exception(error)


def _now() -> float:
    return asyncio.get_running_loop().time()
