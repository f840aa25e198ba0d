"""The one layer that retries calls to providers.

The kind of fault decides how often a request is retried (`_MOST`). The waits double from a second to a
minute. The request's seed shortens them at random, so that calls that failed together do not return together.
A wait is never shorter than the provider asked for. A fault that belongs to an outage does not count. During
an outage, the account decides how long to wait and when to give up (`arena.spending._outage`). No other layer
retries: the clients' own retries are off, and the engine asks a seat again only about a reply that it could
read.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from agents.providers.completion import Completion
from agents.providers.faults import Fault, FaultKind
from arena.core.errors import AgentFailed, PromptTooLong, StopRun
from arena.core.log import log
from arena.seat.agent import Reply, Request, Stop
from arena.spending.rate_limits import LONGEST_PAUSE, Blame, Permit, RateLimiter

_MOST = {
    FaultKind.REFUSED: 8,
    FaultKind.FAILED: 6,
    FaultKind.GARBLED: 4,
    FaultKind.TIMED_OUT: 2,
    FaultKind.CHANGED: 16,
}
_FIRST_WAIT = 1.0
_SHOWN = 200


class ProviderFailed(AgentFailed):
    """No attempt at a request to a provider succeeded. The message says how each of them ended."""


class ProviderTimedOut(ProviderFailed, TimeoutError):
    """No attempt at a request to a provider succeeded, and the last one timed out."""


class Answered(NamedTuple):
    """The outcome of a call, the total usage and cost of its attempts, and the faults of those that failed.

    The cost is in dollars. It is None if the server did not report it for every attempt that took tokens.
    `usage` also holds the number of attempts and the milliseconds waited. If the `outcome` is a fault, no
    further attempt can mend it.
    """

    outcome: Completion | Fault
    usage: Mapping[str, int]
    cost: float | None
    faults: tuple[str, ...]


async def answered(
    call: Callable[[], Awaitable[Completion]], limiter: RateLimiter, request: Request, tokens: int, model: str
) -> Answered:
    """Make a call, retry it as often as its faults allow, and return its outcome.

    Args:
        call: makes the call once, or raises a `Fault`.
        limiter: admits each attempt, and learns how it ended.
        request: the request that the call is for.
        tokens: the estimated number of tokens of the call.
        model: the model's name in price lists.

    Raises:
        ProviderFailed: if retries did not help.
        StopRun: if the provider has not answered anything for too long.
        Drained: if the run is drained while the call waits to be made again.
    """
    permit = limiter.permit(tokens)
    rng: random.Random | None = None
    loop = asyncio.get_running_loop()
    usage: Counter[str] = Counter()
    costs: list[float | None] = []
    faults: list[Fault] = []
    counted: Counter[FaultKind] = Counter()
    waited = 0.0
    while True:
        asked = loop.time()
        async with permit:
            waited += permit.began - asked
            outcome, blame = await _attempt(call, permit, tokens)
        usage.update(outcome.usage)
        if outcome.usage or outcome.cost is not None:
            costs.append(outcome.cost)
        usage["attempts"] += 1
        if isinstance(outcome, Completion) or outcome.kind not in _MOST:
            if milliseconds := round(waited * 1000):
                usage["waited_ms"] = milliseconds
            return Answered(outcome, usage, _together(costs), tuple(fault.reason for fault in faults))
        faults.append(outcome)
        if blame is Blame.PROVIDER:
            continue
        counted[outcome.kind] += 1
        if blame is Blame.ENOUGH or counted[outcome.kind] >= _MOST[outcome.kind]:
            break
        if outcome.kind is FaultKind.CHANGED:  # the next attempt sends a changed request, so it need not wait
            continue
        rng = rng or request.random()  # made only here, because most calls never need it
        wait = min(_FIRST_WAIT * 2.0 ** (counted.total() - 1), LONGEST_PAUSE) * rng.uniform(0.5, 1)
        wait = max(wait, min(outcome.retry_after, LONGEST_PAUSE))
        waited += wait
        log.info("call failed and is tried again", provider=limiter.name, fault=outcome.kind.name.lower())
        log.debug("call failed because", reason=outcome.reason)
        await permit.rest(wait)
    failure = ProviderTimedOut if faults[-1].kind is FaultKind.TIMED_OUT else ProviderFailed
    usage["waited_ms"] = round(waited * 1000)
    ends = tuple(fault.reason for fault in faults)
    raise failure(_in_words(ends), usage=usage, model=model, faults=ends)


def ended(
    fault: Fault, usage: Mapping[str, int], faults: Sequence[str], model: str, *, proven: bool
) -> Reply:
    """Return a refusal, or raise the failure, for a fault that no further attempt can mend.

    Args:
        fault: the outcome of the last attempt.
        usage: the usage of all attempts.
        faults: how the attempts before it ended.
        model: the model's name in price lists.
        proven: whether the model has ever answered.

    Raises:
        PromptTooLong: if the prompt is longer than the model takes.
        ProviderFailed: if this request will never be answered.
        StopRun: if no request will ever be answered.
    """
    if fault.kind is FaultKind.FILTERED:
        return Reply(fault.reason, "", Stop.REFUSED, usage, model=model, faults=faults)
    reason = f"{model}: {fault.reason}"
    if fault.kind is FaultKind.HOPELESS or (fault.kind is FaultKind.UNSUITABLE and not proven):
        raise StopRun(f"The run is stopped, as no call can be answered. {reason}")
    failure = PromptTooLong if fault.kind is FaultKind.TOO_LONG else ProviderFailed
    raise failure(reason, usage=usage, model=model, faults=(*faults, fault.reason))


async def _attempt(
    call: Callable[[], Awaitable[Completion]], permit: Permit, tokens: int
) -> tuple[Completion | Fault, Blame]:
    """Return the outcome of one attempt, and whether a fault belongs to an outage."""
    try:
        completion = await call()
    except Fault as fault:
        if fault.kind is FaultKind.REFUSED:
            return fault, permit.refused(fault.reason, fault.retry_after)
        if fault.kind in (FaultKind.FAILED, FaultKind.TIMED_OUT):
            return fault, permit.failed(fault.reason)
        permit.answered(tokens)
        return fault, Blame.REQUEST
    took = completion.usage.get("prompt_tokens", 0) + completion.usage.get("completion_tokens", 0)
    permit.answered(took or tokens)
    return completion, Blame.REQUEST


def _together(costs: Sequence[float | None]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if known and len(known) == len(costs) else None


def _in_words(ends: Sequence[str]) -> str:
    if len(ends) == 1:
        return ends[0]
    counts = Counter(reason[:_SHOWN] for reason in ends)
    listed = "; ".join(
        f"{reason} ({count} times)" if count > 1 else reason for reason, count in counts.items()
    )
    return f"All {len(ends)} attempts failed: {listed}"
