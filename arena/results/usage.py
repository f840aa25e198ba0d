"""What a run took: tokens, dollars and seconds, by agent, seat and model; pure readings of its journal.

Every request counts that was recorded: all attempts of each, those that came to nothing, and those whose
replies are no longer on the tape because their episode was played again or their verdict replaced. Judges who
take part sit in seats like everyone else; those who judged afterwards are all in the seat ``judging``. The
requests of agents that never tell any usage, such as scripts, do not count; those that the response cache
answered count as having taken nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from arena.journal import StoredRun
from arena.journal.spending import RecordedUsage


class Usage(NamedTuple):
    """What some requests took, as sums.

    `calls` counts requests, `told` those of them whose prompt and completion tokens are known, `attempts` how
    often they were made, `failed_attempts` the attempts that came to nothing, and `cache_hits` the calls that
    took nothing, as their reply was in the response cache. `prompt_tokens` include `cached_tokens` (read from
    the provider's cache) and `cache_write_tokens`, and `completion_tokens` include `reasoning_tokens`.
    `extending_tokens` and `cacheable_tokens` are explained at the shares that are made of them. `seconds`
    were spent on answering, waiting left out, by those whose completion tokens are known; `dollars` are those
    of all whose cost is known, and `unpriced` counts the others.
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
        """The dollars; None if they are unknown of any request."""
        return None if self.unpriced else self.dollars

    @property
    def nothing_is_priced(self) -> bool:
        """Whether the cost of every call is unknown, apart from those that the cache answered for nothing."""
        return bool(self.unpriced) and self.unpriced + self.cache_hits == self.calls

    @property
    def prefix_share(self) -> float | None:
        """The share of the prompt tokens that were in the seat's previous requests already; None without any.

        A request begins with all of every earlier request of its seat in the episode whose prompt the seat
        remembers. It counts with the prompt tokens of the latest of them whose tokens are known, and with no
        more than its own; with none if there is no such request, or it is not on the tape itself. Tokens are
        those of all attempts, as providers count them.
        """
        return self.extending_tokens / self.prompt_tokens if self.prompt_tokens else None

    @property
    def cached_share(self) -> float | None:
        """The share of prompt tokens that came from a cache, over requests that told of it; None without."""
        return self.cached_tokens / self.cacheable_tokens if self.cacheable_tokens else None

    @property
    def tokens_per_second(self) -> float | None:
        """Completion tokens per second of answering, one request at a time; None if unknown."""
        return self.completion_tokens / self.seconds if self.seconds else None

    def record(self) -> dict[str, Any]:
        """Return the sums, and what is made of them, as JSON-able values by name."""
        made = ("cost", "prefix_share", "cached_share", "tokens_per_second")
        return {**self._asdict(), **{name: getattr(self, name) for name in made}}


class Who(NamedTuple):
    """Whose requests are counted together; `model` is empty where it is unknown.

    The `seat` is the protocol's, or ``judging`` for those who judged afterwards.
    """

    agent: str
    seat: str
    model: str


class UsageBreakdown(NamedTuple):
    """What requests took, by who made them; each break-down sums to the total."""

    parts: Mapping[Who, Usage]

    @property
    def total(self) -> Usage:
        """All together."""
        return _sum(self.parts.values())

    @property
    def agents(self) -> dict[str, Usage]:
        """By agent, in alphabetical order, as are the others."""
        return self._by(0)

    @property
    def seats(self) -> dict[str, Usage]:
        """By seat; what was taken by judging afterwards is that of the seat ``judging``."""
        return self._by(1)

    @property
    def models(self) -> dict[str, Usage]:
        """By model."""
        return self._by(2)

    def of(self, seat: str) -> UsageBreakdown:
        """Return what one seat's requests took."""
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
    """Return what a run took so far, or one of its episodes."""
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
    """Yield what each request took that told its usage."""
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
