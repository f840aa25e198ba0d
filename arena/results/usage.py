"""The usage of a run: tokens, dollars and seconds, by agent, seat and model, read from its journal.

Every recorded request counts, with all its attempts. That includes failed requests, and requests whose
replies are no longer on the tape because their episode was played again or their verdict was replaced. A
judge that takes part in an episode has a seat of its own. Judges of stored runs are all in the seat
``judging``. Requests of agents that never report any usage, such as scripts, do not count. Requests that the
response cache answered count with a usage of zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from arena.journal import StoredRun
from arena.journal.spending import RecordedUsage


class Usage(NamedTuple):
    """The summed usage of some requests.

    Attributes:
        calls: the number of requests.
        told: the number of requests whose prompt and completion tokens are known.
        attempts: how often the requests were sent.
        failed_attempts: the number of attempts that failed.
        cache_hits: the number of requests whose reply was in the response cache, so that they used nothing.
        prompt_tokens: the prompt tokens, including `cached_tokens` and `cache_write_tokens`.
        completion_tokens: the completion tokens, including `reasoning_tokens`.
        cached_tokens: the prompt tokens that were read from the provider's cache.
        cache_write_tokens: the prompt tokens that were written to the provider's cache.
        reasoning_tokens: the tokens of reasoning.
        extending_tokens: the prompt tokens that `prefix_share` counts.
        cacheable_tokens: the prompt tokens that are the denominator of `cached_share`.
        seconds: the time spent on answering, without waiting, of requests whose completion tokens are known.
        dollars: the cost of the requests whose cost is known.
        unpriced: the number of requests whose cost is unknown.
    """

    calls: int = 0
    told: int = 0
    attempts: int = 0
    failed_attempts: int = 0
    cache_hits: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    extending_tokens: int = 0
    cacheable_tokens: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    unpriced: int = 0

    @property
    def cost(self) -> float | None:
        """The cost in dollars. None if the cost of any request is unknown."""
        return None if self.unpriced else self.dollars

    @property
    def nothing_is_priced(self) -> bool:
        """Whether the cost of every call is unknown, not counting calls that the cache answered."""
        return bool(self.unpriced) and self.unpriced + self.cache_hits == self.calls

    @property
    def prefix_share(self) -> float | None:
        """The share of the prompt tokens that the seat had sent before. None if there are no prompt tokens.

        A request starts with the text of every earlier request of its seat in the episode whose prompt the
        seat remembers. So the prompt tokens of the latest such request are counted, if they are known, and at
        most as many as the request itself has. Nothing is counted if there is no such request, or if the
        request is not on the tape. Tokens are those of all attempts, as providers count them.
        """
        return self.extending_tokens / self.prompt_tokens if self.prompt_tokens else None

    @property
    def cached_share(self) -> float | None:
        """The share of prompt tokens read from the provider's cache, of requests that report it.

        None if none do.
        """
        return self.cached_tokens / self.cacheable_tokens if self.cacheable_tokens else None

    @property
    def tokens_per_second(self) -> float | None:
        """The completion tokens per second of answering, of one request at a time. None if unknown."""
        return self.completion_tokens / self.seconds if self.seconds else None

    def record(self) -> dict[str, Any]:
        """Return the sums and the figures computed from them, as JSON-able values by name."""
        made = ("cost", "prefix_share", "cached_share", "tokens_per_second")
        return {**self._asdict(), **{name: getattr(self, name) for name in made}}


class Who(NamedTuple):
    """The agent, seat and model whose requests are counted together. `model` is empty if it is unknown.

    `seat` is a seat of the protocol, or ``judging`` for the judges of a stored run.
    """

    agent: str
    seat: str
    model: str


class UsageBreakdown(NamedTuple):
    """The usage of requests by agent, seat and model. Each break-down sums to the total."""

    parts: Mapping[Who, Usage]

    @property
    def total(self) -> Usage:
        """The usage of all requests."""
        return _sum(self.parts.values())

    @property
    def agents(self) -> dict[str, Usage]:
        """The usage of each agent, in alphabetical order."""
        return self._by(0)

    @property
    def seats(self) -> dict[str, Usage]:
        """The usage of each seat, in alphabetical order. Judges of a stored run are the seat ``judging``."""
        return self._by(1)

    @property
    def models(self) -> dict[str, Usage]:
        """The usage of each model, in alphabetical order."""
        return self._by(2)

    def of(self, seat: str) -> UsageBreakdown:
        """Return the usage of one seat's requests."""
        return UsageBreakdown({who: usage for who, usage in self.parts.items() if who.seat == seat})

    def record(self) -> dict[str, Any]:
        """Return the total and all break-downs as JSON-able values."""
        whole = {"total": self.total.record()}
        parts = {"agents": self.agents, "seats": self.seats, "models": self.models}
        return whole | {
            name: {key: usage.record() for key, usage in part.items()} for name, part in parts.items()
        }

    def _by(self, place: int) -> dict[str, Usage]:
        found: dict[str, list[Usage]] = {}
        for who, usage in sorted(self.parts.items()):
            found.setdefault(who[place], []).append(usage)
        return {key: _sum(usages) for key, usages in found.items()}


def spending(run: StoredRun, episode: int | None = None) -> UsageBreakdown:
    """Return the usage of a run so far, or of one of its episodes."""
    parts: dict[Who, Usage] = {}
    for who, usage in _reported(run, episode):
        parts[who] = _sum((parts[who], usage)) if who in parts else usage
    agents = {who.agent for who in parts}
    for unreported_usage in run.unreported_usage(episode) if parts else ():
        if unreported_usage.agent in agents:
            who, calls = (
                Who(unreported_usage.agent, unreported_usage.seat, unreported_usage.model),
                unreported_usage.calls,
            )
            silent = Usage(
                calls,
                attempts=calls,
                dollars=unreported_usage.dollars,
                unpriced=calls - unreported_usage.priced,
            )
            parts[who] = _sum((parts.get(who, Usage()), silent))
    return UsageBreakdown(parts)


def _sum(usages: Iterable[Usage]) -> Usage:
    return Usage(*map(sum, zip(Usage(), *usages, strict=True)))


def _reported(run: StoredRun, episode: int | None) -> Iterator[tuple[Who, Usage]]:
    """Yield the usage of each request that reported it."""
    for number, calls in groupby(run.took(episode), key=lambda took: took.episode):
        remembered = run.remembered(number)
        begun: dict[str, int] = {}
        for call in calls:
            prompt_tokens = call.spent.usage.get("prompt_tokens", 0)
            on_tape = call.count is not None
            extending = min(begun.get(call.seat, 0), prompt_tokens) if on_tape else 0
            yield Who(call.agent, call.seat, call.spent.model), _usage(call, extending)
            if (call.seat, call.count) in remembered and prompt_tokens:
                begun[call.seat] = prompt_tokens


def _usage(call: RecordedUsage, extending: int) -> Usage:
    if call.spent.is_cached:
        return Usage(calls=1, told=1, cache_hits=1)
    usage, cost = call.spent.usage, call.spent.cost
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    answering = max(call.seconds - usage.get("waited_ms", 0) / 1000, 0.0)
    return Usage(
        calls=1,
        told=int(prompt is not None and completion is not None),
        attempts=usage.get("attempts", 1),
        failed_attempts=len(call.spent.faults),
        prompt_tokens=prompt or 0,
        completion_tokens=completion or 0,
        cached_tokens=usage.get("cached_tokens", 0),
        cache_write_tokens=usage.get("cache_write_tokens", 0),
        reasoning_tokens=usage.get("reasoning_tokens", 0),
        extending_tokens=extending,
        cacheable_tokens=(prompt or 0) if "cached_tokens" in usage else 0,
        seconds=0.0 if completion is None else answering,
        dollars=cost or 0.0,
        unpriced=int(cost is None),
    )
