"""What one account with a model provider can take, shared by every agent that uses it, in whatever seat.

Calls wait here for a place among those in flight and for their share of the requests and tokens per minute.
The number in flight adapts: each answer lets it grow a little, and refusals halve it once, not once each,
since the calls that were in flight at the time are all refused for the same reason. When nothing is
answered any more, the account holds all calls back but one at a time, at growing intervals, until that one
is answered.

Time is the event loop's, so that a test whose loop jumps through time waits for nothing.
"""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from types import TracebackType
from typing import NamedTuple
from weakref import WeakKeyDictionary, WeakValueDictionary

from arena.errors import StopRun
from arena.log import log

CONCURRENCY = 256
"""How many calls an account has in flight at most unless its agents say otherwise."""
LONGEST_PAUSE = 60.0
"""How many seconds a provider's ``Retry-After``, or the interval between two probes, counts for at most."""
PATIENCE = 900.0
"""How many seconds a provider may go without an answer before the run is stopped."""
_FAILURES = 5
_REQUESTS = 2


class Allowance(NamedTuple):
    """What may be asked of an account: calls in flight, and requests and tokens per minute (None: any)."""

    concurrency: int = CONCURRENCY
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None

    def and_at_most(self, other: Allowance) -> Allowance:
        """Return the stricter of both in each respect."""
        pairs = zip(self, other, strict=True)
        return Allowance(*(min((n for n in pair if n is not None), default=None) for pair in pairs))  # type: ignore[arg-type]  # only the first is never None


def shared(provider: str, base_url: str, key: str, allowance: Allowance) -> Account:
    """Return the running loop's account for this provider, address and key, held to `allowance` as well."""
    accounts = _accounts.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    identity = (provider, base_url, blake2b(key.encode(), digest_size=16).digest())
    account = accounts.get(identity)
    if account is None:
        account = accounts[identity] = Account(provider, allowance)
    else:
        account.restrict(allowance)
    return account


def statuses() -> list[str]:
    """Return a line for each account in use on the running loop, for a progress display."""
    return [account.status() for account in _accounts.get(asyncio.get_running_loop(), {}).values()]


_accounts: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[object, Account]] = (
    WeakKeyDictionary()
)


class Account:
    """One account with a provider.

    Args:
        name: what log and progress call it.
        allowance: what may be asked of it at most.
    """

    def __init__(self, name: str, allowance: Allowance | None = None) -> None:
        self.name = name
        self.allowance = allowance or Allowance()
        self._limit = float(self.allowance.concurrency)
        self._requests = _Budget(self.allowance.requests_per_minute)
        self._tokens = _Budget(self.allowance.tokens_per_minute)
        self._flying: dict[Ticket, None] = {}
        self._waiting = 0
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._cut_at = -math.inf
        self._paused_until = -math.inf
        self._failing: _Failing | None = None

    @property
    def limit(self) -> int:
        """How many calls may be in flight now."""
        return max(1, int(self._limit))

    def restrict(self, allowance: Allowance) -> None:
        """Hold the account to `allowance` as well."""
        self.allowance = self.allowance.and_at_most(allowance)
        self._limit = min(self._limit, self.allowance.concurrency)
        self._requests.per_minute = self.allowance.requests_per_minute
        self._tokens.per_minute = self.allowance.tokens_per_minute

    def call(self, request: int, tokens: int = 0) -> Ticket:
        """Return the ticket for one call: an async context manager that is entered when the call may begin.

        Args:
            request: what the call is made for; the calls of several attempts at one request share it.
            tokens: how many tokens the call will take, as far as is known.
        """
        return Ticket(self, request, tokens)

    def status(self) -> str:
        """Return where the account stands, in a line."""
        line = f"{self.name}: {len(self._flying)} of {self.limit} calls in flight, {self._waiting} waiting"
        now = _now()
        if self._failing and self._failing.is_outage:
            seconds = max(0.0, self._failing.next_probe - now)
            since = now - self._failing.since
            line += f"; no answer for {since:.0f} s ({self._failing.reason}), next try in {seconds:.0f} s"
        elif self._paused_until > now:
            line += f"; paused for {self._paused_until - now:.0f} s, as the provider asked"
        return line

    async def _admit(self, ticket: Ticket) -> None:
        self._waiting += 1
        try:
            async with self._turn:
                while (delay := self._delay(ticket)) > 0:
                    self._changed.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(None if math.isinf(delay) else delay):
                            await self._changed.wait()
                ticket.began = _now()
                self._flying[ticket] = None
                self._requests.spend(1, ticket.began)
                self._tokens.spend(ticket.tokens, ticket.began)
                if self._failing and self._failing.is_outage:
                    self._failing.probe = ticket
        finally:
            self._waiting -= 1

    def _delay(self, ticket: Ticket) -> float:
        """Return in how many seconds the call may begin: infinitely many if something must change first."""
        now = _now()
        if self._failing and self._failing.is_outage:
            if now - self._failing.since > PATIENCE:
                reason, self._failing = self._failing.reason, None
                raise StopRun(
                    f"{self.name} has answered nothing for {PATIENCE / 60:g} minutes; the last attempt ended "
                    f"with: {reason}. The run is stopped; resume it when the provider answers again."
                )
            return math.inf if self._failing.probe else self._failing.next_probe - now
        if len(self._flying) >= self.limit:
            return math.inf
        budgets = self._requests.delay(1, now), self._tokens.delay(ticket.tokens, now)
        return max(self._paused_until - now, *budgets)

    def _release(self, ticket: Ticket) -> None:
        self._flying.pop(ticket, None)
        if self._failing and self._failing.probe is ticket:
            self._failing.probe = None
        self._changed.set()

    def _answered(self, ticket: Ticket, tokens: int) -> None:
        if self._failing and self._failing.is_outage:
            log.info("provider answers again", provider=self.name)
        self._failing = None
        self._tokens.spend(tokens - ticket.tokens, _now())
        self._limit = min(self.allowance.concurrency, self._limit + 1 / self._limit)

    def _refused(self, ticket: Ticket, reason: str, retry_after: float) -> bool:
        if ticket.began > self._cut_at:
            self._cut_at = _now()
            self._limit = max(1.0, self._limit / 2)
        self._paused_until = max(self._paused_until, _now() + min(retry_after, LONGEST_PAUSE))
        return self._failed(ticket, reason)

    def _failed(self, ticket: Ticket, reason: str) -> bool:
        now = _now()
        failing = self._failing = self._failing or _Failing(now)
        failing.reason = reason
        if failing.is_outage:
            if failing.probe is ticket:
                failing.interval = min(2 * failing.interval, LONGEST_PAUSE)
                failing.next_probe = now + failing.interval
            return True
        failing.count += 1
        failing.requests |= {ticket.request} if len(failing.requests) < _REQUESTS else set()
        oldest = next((other for other in self._flying if other is not ticket), None)
        someone_may_still_answer = oldest is not None and oldest.began < failing.since
        if failing.count < _FAILURES or len(failing.requests) < _REQUESTS or someone_may_still_answer:
            return False
        failing.is_outage = True
        failing.next_probe = now + failing.interval
        log.warning("provider does not answer; calls wait", provider=self.name, reason=reason)
        return True


class Ticket:
    """One call's place in its account; says how the call ended, once."""

    def __init__(self, account: Account, request: int, tokens: int) -> None:
        self.request = request
        self.tokens = tokens
        self.began = -math.inf
        self._account = account

    async def __aenter__(self) -> Ticket:
        await self._account._admit(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._account._release(self)

    def answered(self, tokens: int) -> None:
        """Say that the provider answered and how many tokens it took."""
        self._account._answered(self, tokens)

    def refused(self, reason: str, retry_after: float = 0.0) -> bool:
        """Say that the provider refused the call as one too many, to be made again in `retry_after` seconds.

        Return whether this is an outage's doing and not the call's.
        """
        return self._account._refused(self, reason, retry_after)

    def failed(self, reason: str) -> bool:
        """Say that no answer came. Return whether this is an outage's doing and not the call's."""
        return self._account._failed(self, reason)


@dataclass(slots=True)
class _Failing:
    """Failures since the last answer; an outage if they are many, of several requests, with no hope left."""

    since: float
    count: int = 0
    requests: set[int] = field(default_factory=set)
    reason: str = ""
    is_outage: bool = False
    interval: float = 1.0
    next_probe: float = math.inf
    probe: Ticket | None = None


class _Budget:
    """So many a minute, at most ten seconds' worth of them at once."""

    def __init__(self, per_minute: int | None) -> None:
        self.per_minute = per_minute
        self._owed = 0.0
        self._at = -math.inf

    def delay(self, amount: float, now: float) -> float:
        """Return in how many seconds `amount` may be spent."""
        if self.per_minute is None:
            return 0.0
        burst = max(1.0, self.per_minute / 6)
        return (self._owing(now) + min(amount, burst) - burst) * 60 / self.per_minute

    def spend(self, amount: float, now: float) -> None:
        """Spend `amount`, or take it back if it is negative."""
        if self.per_minute is not None:
            self._owed, self._at = max(0.0, self._owing(now) + amount), now

    def _owing(self, now: float) -> float:
        assert self.per_minute is not None
        return max(0.0, self._owed - (now - self._at) * self.per_minute / 60)


def _now() -> float:
    return asyncio.get_running_loop().time()
