"""The response cache. It keeps the replies of models, so that no reply is paid for twice.

The key of a reply consists of everything that shaped it. That is the agent's class and parameters; the whole
request, which is the seat's brief, its view, the prompt and the form; and the place, which is the seat and
the request's own seed. This seed is derived from the run's seed, the episode, the seat and the count. So the
same question in another episode is another entry, and samples stay independent.

Only replies that their form can read are kept, so a request whose reply was unusable is sent again. A reply
that an earlier Arena kept is not used if that Arena sent the same request in other messages.
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
from arena.seat.calls import Calling
from arena.seat.drafts import Drafted
from arena.seat.response import checked, read_reply
from arena.seat.transcript import request_digest

T = TypeVar("T")

_MADE_BY = 2
"""The version of how agents send a request. Raise it when they send the same request in other messages.

Since version 2, successive messages of one role are sent as one (`arena.seat.messages.conversation`). If the
chat template of a local model has no system role, the model is sent the brief as servers are
(`arena.seat.messages.folded`).
"""


class Miss(StrEnum):
    """The reason why a reply was not taken from the cache."""

    NEVER = "never asked"
    CHANGED = "the request has changed"
    """The same agent was sent another request in this place."""
    OTHER_AGENT = "another agent or other settings"
    """Another agent was sent this request in this place."""
    OTHER_PLACE = "another seed or repeat"
    """The same agent was sent this request in another place: another run seed, episode, seat or count."""
    SENT_OTHERWISE = "kept by an earlier Arena that sent the request in other messages"
    UNUSABLE = "the form reads the reply no longer"
    UNKEYED = "the agent cannot be told from others"
    """Its parameters are not all plain data, or it is not a dataclass and has no `shaped_by`."""


@dataclass(slots=True)
class CacheCounts:
    """The number of requests answered from the cache, and of the others, by the reason."""

    hits: int = 0
    misses: Counter[Miss] = field(default_factory=Counter)

    def __str__(self) -> str:
        """Return the counts in one line."""
        why = ", ".join(f"{count:,} {miss}" for miss, count in self.misses.most_common())
        return f"{self.hits:,} hits, {self.misses.total():,} misses" + (f" ({why})" if why else "")


class Cache:
    """An open cache: its file, which is used in a thread of its own, and the counts of hits and misses."""

    def __init__(self, file: CacheFile, thread: ThreadPoolExecutor) -> None:
        self.counts = CacheCounts()
        self._file = file
        self._thread = thread
        self._failure: CacheError | None = None

    async def find(self, key: Key) -> Reply | Others:
        """Return the reply that is kept. If there is none, say whether there are similar ones.

        Raises:
            StopRun: if the file fails or has failed before. The run is stopped because replies that cannot be
                kept would be paid for again.
        """
        try:
            if self._failure is not None:
                raise self._failure
            return await self._do(lambda: self._file.find(key))
        except CacheError as error:
            raise StopRun(
                f"{error} The run is stopped; resume it with another cache, or without a cache."
            ) from error

    async def keep(self, key: Key, reply: Reply) -> None:
        """Keep a reply.

        If the file fails, this request still gets its reply, and the next one stops the run.
        """
        try:
            await self._do(lambda: self._file.keep(key, reply))
        except CacheError as error:
            self._failure = error

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class Cached(Agent):
    """An agent whose replies are looked up in a cache first.

    A reply from the cache is the same as when it was made, except that its usage is ``{"cache_hits": 1}``. It
    has no attempts, tokens or cost. `expects` returns the agent's own expectation, because a look into the
    cache beforehand would take as long as a request. So a spending cap reserves for a hit what a miss would
    take, and gets it back at once.
    """

    def __init__(self, agent: Agent, cache: Cache) -> None:
        self.name = agent.name
        self.reports_cost = agent.reports_cost
        self.sees_pictures = agent.sees_pictures
        self._agent = agent
        self._cache = cache
        self._digest = agent_digest(agent)
        self._earlier = [agent_digest(agent, made_by) for made_by in range(1, _MADE_BY)]

    @property
    def calling(self) -> Calling:
        """How the agent calls tools."""
        return self._agent.calling

    @property
    def priced_as(self) -> str:
        """The name of the agent's model in price lists."""
        return self._agent.priced_as

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """What shapes the agent's replies."""
        return self._agent.shaped_by

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage that the agent expects of a request."""
        return self._agent.expects(request)

    def drafts_of(self, reply: Reply) -> Drafted:
        """Return the drafts of which the agent made a reply."""
        return self._agent.drafts_of(reply)

    async def reply(self, request: Request) -> Reply:
        """Return the reply that is kept.

        If there is none, ask the agent, and keep its reply if it is usable.
        """
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
    """Open the cache at `path`, and make it if there is none. Without a path, give None.

    Raises:
        CacheError: if the file is damaged, is locked by another program, was written by a newer Arena, or is
            not a cache.
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
        # The file is closed in its own thread, so all work that was begun there is finished first.
        await to_its_end(_close, file, thread)


def log_counts(cache: Cache | None) -> None:
    """Log the counts of hits and misses."""
    if cache is not None:
        why = {miss.name.lower(): count for miss, count in cache.counts.misses.items()}
        log.info("cache", hits=cache.counts.hits, misses=cache.counts.misses.total(), **why)


def agent_digest(agent: Agent, made_by: int = _MADE_BY) -> bytes | None:
    """Return the digest of everything in an agent that shapes its replies, or None if that is not known.

    `made_by` is the version of how agents send requests, now or in an earlier Arena.
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


def settings_digest(agent: Agent) -> str:
    """Return 16 hex digits that are the same for agents with the same settings, or "" if they are not known.

    They do not depend on how a version of Arena sends requests, nor on whether replies are cached.
    """
    own = agent._agent if isinstance(agent, Cached) else agent
    found = agent_digest(own, made_by=0)
    return "" if found is None else found.hex()[:16]


def shaping_digest(request: Request) -> bytes:
    """Return the digest of everything in a request that shapes its reply, except the place."""
    form: Form[Any] = request.form
    kind = place_of(type(form))
    asked = request_digest(request.brief, request.view, request.prompt)
    tools = [[spec.record() for spec in request.tools]] if request.tools else []
    return _digest(json.dumps([asked, kind, form.instructions(), form.schema(), *tools], sort_keys=True))


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


def _is_usable(reply: Reply, request: Request) -> bool:
    return not reply.calls and read_reply(request.seat, request.form, reply).ok


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
