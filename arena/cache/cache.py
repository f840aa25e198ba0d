"""The response cache: what a model answered is not asked for, nor paid for, a second time.

A reply is kept by everything that shaped it: the agent's class and parameters; the whole request, which is
the seat's brief, its view, the prompt and the form; and the place, which is the seat and the request's own
seed. That seed comes from the run's seed, the episode, the seat and the count, so the same question in
another episode is another entry, and samples stay independent. Only replies that their form can read are
kept: what failed is asked again. What an earlier Arena kept answers no longer where it sent the same request
in other messages.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import to_json

from arena.cache._file import CacheFile, Key, Others
from arena.core.aio import to_its_end
from arena.core.errors import CacheError, StopRun
from arena.core.log import log
from arena.forms import Form
from arena.registry import place_of
from arena.seat.agent import Agent, Reply, Request
from arena.seat.answer import checked, read
from arena.seat.transcript import request_digest

T = TypeVar("T")

_MADE_BY = 2
"""To be raised when agents make something else of the same request than they did, such as other messages.

Since 2, messages of one role in a row are sent as one (`arena.seat.messages.conversation`), and a local model
whose chat template has no role for the system is sent the brief as servers are
(`arena.seat.messages.folded`).
"""


class Miss(StrEnum):
    """Why a reply was not in the cache."""

    NEVER = "never asked"
    CHANGED = "the request has changed"
    """The same agent was asked something else in this place."""
    OTHER_AGENT = "another agent or other settings"
    """Another agent was asked this in this place."""
    OTHER_PLACE = "another seed or repeat"
    """The same agent was asked this in another place: another run seed, episode, seat or count."""
    SENT_OTHERWISE = "kept by an earlier Arena that sent the request in other messages"
    UNUSABLE = "the form reads the reply no longer"
    UNKEYED = "the agent cannot be told from others"
    """Its parameters are not all plain data, or it is no dataclass and does not say what it is shaped by."""


@dataclass(slots=True)
class CacheCounts:
    """How many requests were answered from the cache, and how many were not, by the reason."""

    hits: int = 0
    misses: Counter[Miss] = field(default_factory=Counter)

    def __str__(self) -> str:
        """Return the counts as a line."""
        why = ", ".join(f"{count:,} {miss}" for miss, count in self.misses.most_common())
        return f"{self.hits:,} hits, {self.misses.total():,} misses" + (f" ({why})" if why else "")


class Cache:
    """An open cache: its file, asked in a thread of its own, and what came of asking."""

    def __init__(self, file: CacheFile, thread: ThreadPoolExecutor) -> None:
        self.counts = CacheCounts()
        self._file = file
        self._thread = thread
        self._failure: CacheError | None = None

    async def find(self, key: Key) -> Reply | Others:
        """Return the reply that is kept, or whether there are some by keys that differ in one part alone.

        Raises:
            StopRun: if the file fails, or has failed before: the next request would be paid for once more.
        """
        try:
            if self._failure is not None:
                raise self._failure
            return await self._do(lambda: self._file.find(key))
        except CacheError as error:
            raise StopRun(
                f"{error} The run is stopped; resume it with another cache, or with none."
            ) from error

    async def keep(self, key: Key, reply: Reply) -> None:
        """Keep a reply. If the file fails, this request has its answer, and the next one stops the run."""
        try:
            await self._do(lambda: self._file.keep(key, reply))
        except CacheError as error:
            self._failure = error

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class Cached(Agent):
    """An agent whose replies are looked up in a cache first.

    A reply from the cache is as it was when it was made, but for its usage, which is ``{"cache_hits": 1}``:
    no attempts, no tokens, no cost. `expects` stays the agent's own, as looking ahead costs as much as
    asking; so a spending cap holds for a hit what a miss would take, and has it back at once.
    """

    def __init__(self, agent: Agent, cache: Cache) -> None:
        self.name = agent.name
        self.reports_cost = agent.reports_cost
        self._agent = agent
        self._cache = cache
        self._digest = agent_digest(agent)
        self._earlier = [agent_digest(agent, made_by) for made_by in range(1, _MADE_BY)]

    @property
    def priced_as(self) -> str:
        """What the agent's model is priced as."""
        return self._agent.priced_as

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """What shapes the agent's replies."""
        return self._agent.shaped_by

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return what the agent expects."""
        return self._agent.expects(request)

    async def reply(self, request: Request) -> Reply:
        """Return the reply that is kept; else the agent's, which is then kept if its form can read it."""
        counts = self._cache.counts
        if self._digest is None:
            counts.misses[Miss.UNKEYED] += 1
            return await self._agent.reply(request)
        key = Key(self._digest, request.seat, request.seed, shaping_digest(request))
        found = await self._cache.find(key)
        if isinstance(found, Reply) and _is_usable(found, request):
            counts.hits += 1
            return found
        counts.misses[await self._reason(key, found)] += 1
        reply = checked(await self._agent.reply(request))
        if _is_usable(reply, request):
            await self._cache.keep(key, reply)
        return reply

    async def _reason(self, key: Key, found: Reply | Others) -> Miss:
        reason = _reason(found)
        if reason is Miss.OTHER_AGENT:
            for digest in self._earlier:
                if digest and isinstance(await self._cache.find(key._replace(agent=digest)), Reply):
                    return Miss.SENT_OTHERWISE
        return reason

    async def open(self) -> None:
        """Open the agent."""
        await self._agent.open()

    async def close(self) -> None:
        """Close the agent."""
        await self._agent.close()


@asynccontextmanager
async def open_cache(path: Path | str | None) -> AsyncIterator[Cache | None]:
    """Open the cache at `path`, or make it; without a path there is none.

    Raises:
        CacheError: if the file is damaged, held by another program, newer than this Arena, or something else.
    """
    if path is None:
        yield None
        return
    file = CacheFile(Path(path))
    thread = ThreadPoolExecutor(1, thread_name_prefix="arena-cache")
    try:
        await asyncio.get_running_loop().run_in_executor(thread, file.open)
        cache = Cache(file, thread)
        yield cache
    finally:
        # In its own thread, and so after whatever is still being done there.
        await to_its_end(_close, file, thread)


def log_counts(cache: Cache | None) -> None:
    """Log what came of asking the cache."""
    if cache is not None:
        why = {miss.name.lower(): count for miss, count in cache.counts.misses.items()}
        log.info("cache", hits=cache.counts.hits, misses=cache.counts.misses.total(), **why)


def agent_digest(agent: Agent, made_by: int = _MADE_BY) -> bytes | None:
    """Return the digest of all of an agent that shapes its replies; None if that is not known.

    `made_by` marks what agents make of a request: now, or in an earlier Arena.
    """
    parameters = agent.shaped_by
    if parameters is None:
        return None
    kind = place_of(type(agent))
    try:
        known = json.loads(to_json([made_by, kind, parameters], fallback=_plain))
    except (TypeError, ValueError):
        return None
    return _digest(json.dumps(known, sort_keys=True))


def shaping_digest(request: Request) -> bytes:
    """Return the digest of all of a request that shapes its reply, but for the place."""
    form: Form[Any] = request.form
    kind = place_of(type(form))
    asked = request_digest(request.brief, request.view, request.prompt)
    return _digest(json.dumps([asked, kind, form.instructions(), form.schema()], sort_keys=True))


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


def _is_usable(reply: Reply, request: Request) -> bool:
    return read(request.seat, request.form, reply).ok


def _reason(found: Reply | Others) -> Miss:
    if isinstance(found, Reply):
        return Miss.UNUSABLE
    if found.request:
        return Miss.CHANGED
    if found.agent:
        return Miss.OTHER_AGENT
    return Miss.OTHER_PLACE if found.place else Miss.NEVER


def _close(file: CacheFile, thread: ThreadPoolExecutor) -> None:
    try:
        thread.submit(file.close).result()
    finally:
        thread.shutdown()
