"""Requests that are gathered, submitted as one batch, and answered when the provider has done the batch.

Each request has an id of its own, which is made from what is asked, and is the same when a run is continued.
Before a batch is submitted, its ids are kept with a token, and afterwards its number at the provider. So a
killed process finds its batches again: by the number, or else among the provider's recent ones.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from functools import partial
from hashlib import blake2b
from typing import Any, TypeVar
from uuid import uuid4

from pydantic_core import to_json

from agents.providers.batch_door import BatchDoor, BatchEntry, SentBatch
from agents.providers.faults import Fault, FaultKind
from arena.core.drain import given_up, the_drain, wait_unless_drained
from arena.core.errors import Drained, StopRun
from arena.core.log import log
from arena.seat.agent import Request
from arena.seat.batching import Batching
from arena.spending.rate_limits import RateLimiter, RateLimits

T = TypeVar("T")

MOST_REQUESTS = 10_000
"""The most requests of a batch. Both providers take more."""
LARGEST_BATCH = 100_000_000
"""About the most bytes of a batch. Both providers take more."""
_MAYBE_TAKEN = frozenset({FaultKind.FAILED, FaultKind.TIMED_OUT, FaultKind.GARBLED})
"""The faults after which a batch may have been taken all the same."""
_AT_ONCE = 1_000_000
_LONGER = 1.5
_UNREAD = (
    "The batches of the run cannot be read: {}. Give the key of the account that submitted them; if they are "
    "deleted there, judge with append and without batch."
)


class BatchQueue:
    """Gathers the requests of one agent into batches, and hands out what came of them.

    Args:
        door: the provider's interface.
        batching: how it is done.
        account: names the model and the server, so that batches of others are not looked for there.
        purpose: what the replies are for. Equal requests for another purpose are asked by themselves.
    """

    def __init__(self, door: BatchDoor, batching: Batching, account: str, purpose: str) -> None:
        self.limiter = RateLimiter(account, RateLimits(concurrency=_AT_ONCE))
        self._door, self._batching, self._account, self._purpose = door, batching, account, purpose
        self._gathered: dict[str, Mapping[str, Any]] = {}
        self._asked: dict[str, asyncio.Future[BatchEntry]] = {}
        self._tries: dict[str, int] = {}
        self._sent: dict[str, SentBatch] = {}
        self._numbers: dict[str, str] = {}
        self._in: dict[str, str] = {}
        self._spoilt: set[str] = set()
        self._watched: dict[str, asyncio.Task[None]] = {}
        self._recovering: asyncio.Task[None] | None = None
        self._gathering: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    async def post(self, name: str, request: Request, body: Mapping[str, Any]) -> tuple[Any, Fault | None]:
        """Ask a request in a batch, and return the body of its response, or the fault.

        Raises:
            Drained: if the run is drained before the batch is done, or does not wait for it.
            StopRun: if the provider takes no batches.
        """
        if self._recovering is None:
            self._recovering = asyncio.create_task(_or_stop(self._recover()))
            if (drain := the_drain()) is not None:
                drain.tell(self._give_up)
        await asyncio.shield(self._recovering)
        id_ = self._id(name, request, body)
        future = self._asked[id_] = asyncio.get_running_loop().create_future()
        if id_ in self._in:
            self._watch(self._in[id_])
        else:
            self._gathered[id_] = body
            self._changed.set()
            if self._gathering is None or self._gathering.done():
                self._gathering = self._begin(self._gather())
        try:
            content, fault = await future
            return content, fault
        finally:
            self._asked.pop(id_, None)
            self._gathered.pop(id_, None)

    async def close(self) -> None:
        """Stop watching batches. They go on at the provider."""
        tasks = [task for task in (self._recovering, self._gathering, *self._watched.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _id(self, name: str, request: Request, body: Mapping[str, Any]) -> str:
        """Return the id of the next try of a request; tries that were not answered before are over."""
        whose = [self._purpose, name, request.root, request.count, body]
        asked = blake2b(to_json(whose), digest_size=16).hexdigest()
        number = self._tries.get(asked, 0)
        while f"{asked}-{number}" in self._spoilt:
            number += 1
        self._tries[asked] = number + 1
        return f"{asked}-{number}"

    async def _recover(self) -> None:
        """Read which batches were submitted before, and find those whose numbers were not kept."""
        for record in await asyncio.to_thread(self._batching.log.read):
            token = record["token"]
            if "ids" in record and record["account"] == self._account:
                self._sent[token] = SentBatch(token, record["ids"], record["at"])
            if "number" in record:
                self._numbers[token] = record["number"]
            if "spoilt" in record:
                self._spoilt.update(record["spoilt"])
            if record.get("failed"):
                self._sent.pop(token, None)
        for token, sent in tuple(self._sent.items()):
            if token not in self._numbers:
                number = await self._until_told(partial(self._door.find, sent))
                if number is None:
                    await self._note(token, failed="it was never submitted")
                    del self._sent[token]
                    continue
                await self._keep(token, number)
            self._in |= dict.fromkeys(sent.ids, token)

    async def _gather(self) -> None:
        """Submit what was gathered, once no other request comes."""
        while self._gathered:
            self._changed.clear()
            if len(self._gathered) < MOST_REQUESTS:
                try:
                    async with asyncio.timeout(self._batching.gathers):
                        await self._changed.wait()
                    continue
                except TimeoutError:
                    pass
            await self._submit()

    async def _submit(self) -> None:
        bodies: dict[str, Mapping[str, Any]] = {}
        size = 0
        for id_, body in self._gathered.items():
            size += len(to_json(body))
            if len(bodies) >= MOST_REQUESTS or (bodies and size > LARGEST_BATCH):
                break
            bodies[id_] = body
        for id_ in bodies:
            del self._gathered[id_]
        token = uuid4().hex
        sent = SentBatch(token, tuple(bodies), time.time())
        await self._note(token, account=self._account, at=sent.at, ids=list(sent.ids))
        try:
            number = await self._door.submit(bodies, token)
        except Fault as fault:
            if fault.kind in _MAYBE_TAKEN:
                found = await self._until_told(partial(self._door.find, sent))
                if found is not None:
                    await self._begun(sent, found)
                    return
            await self._note(token, failed=fault.reason)
            self._fail(bodies, f"No batch was taken: {fault.reason}")
            return
        await self._begun(sent, number)

    async def _begun(self, sent: SentBatch, number: str) -> None:
        self._sent[sent.token] = sent
        await self._keep(sent.token, number)
        self._in |= dict.fromkeys(sent.ids, sent.token)
        self._batching.told.append(f"{len(sent.ids):,} requests are in the batch {number}.")
        log.info("batch submitted", number=number, requests=len(sent.ids))
        self._watch(sent.token)

    async def _keep(self, token: str, number: str) -> None:
        self._numbers[token] = number
        await self._note(token, number=number)

    async def _note(self, token: str, **more: Any) -> None:
        await asyncio.to_thread(self._batching.log.add, {"token": token, **more})

    def _watch(self, token: str) -> None:
        """Have a batch watched until it ends; if nobody waits, look at it once."""
        if token not in self._watched or self._watched[token].done():
            self._watched[token] = self._begin(self._until_ended(token))

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin a task beside the requests. If it fails, they all do, for nobody else would answer them."""
        task = asyncio.create_task(_or_stop(work))
        task.add_done_callback(self._failed)
        return task

    def _failed(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(error)

    async def _until_ended(self, token: str) -> None:
        number, wait = self._numbers[token], self._batching.polls
        if not self._batching.waits:  # until all who ask for its results have come
            await wait_unless_drained(self._batching.gathers)
        while True:
            state = await self._until_told(partial(self._door.state, number))
            if state.ended:
                break
            if not self._batching.waits:
                self._leave(token)
                return
            await wait_unless_drained(wait)
            wait = min(wait * _LONGER, self._batching.longest)
        if state.failed:
            await self._note(token, failed=state.failed)
            self._fail(self._sent[token].ids, f"The batch {number} failed: {state.failed}")
            return
        found = await self._until_told(partial(self._door.results, number))
        missing = BatchEntry(None, Fault(FaultKind.GARBLED, "the batch holds no result of the request"))
        entries = {id_: found.get(id_, missing) for id_ in self._sent[token].ids}
        spoilt = [id_ for id_, entry in entries.items() if entry.fault is not None]
        await self._note(token, ended=True, spoilt=spoilt)
        for id_, entry in entries.items():
            if (future := self._asked.get(id_)) is not None and not future.done():
                future.set_result(entry)

    async def _until_told(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the provider about a batch until it tells. Troubles are waited out, for it may take a day."""
        wait = self._batching.polls
        while True:
            try:
                return await ask()
            except Fault as fault:
                if fault.kind is FaultKind.HOPELESS:
                    raise StopRun(
                        f"The batches of the run cannot be read: {fault.reason}. {_UNREAD}"
                    ) from None
                log.warning("the provider does not tell about a batch", reason=fault.reason)
            await wait_unless_drained(wait)
            wait = min(wait * _LONGER, self._batching.longest)

    def _leave(self, token: str) -> None:
        for id_ in self._sent[token].ids:
            if (future := self._asked.get(id_)) is not None and not future.done():
                self._batching.left += 1
                future.set_exception(given_up())

    def _fail(self, ids: Collection[str], reason: str) -> None:
        for id_ in ids:
            if (future := self._asked.get(id_)) is not None and not future.done():
                future.set_exception(StopRun(f"The run is stopped, as no call can be answered. {reason}"))

    def _give_up(self) -> None:
        """Leave all requests for a continued run, because this one is drained. Batches go on without it."""
        for future in self._asked.values():
            if not future.done():
                future.set_exception(given_up())


async def _or_stop(work: Coroutine[Any, Any, None]) -> None:
    """Do the work on batches. If it cannot be done, the run stops, for it is no failure of a judge.

    Raises:
        StopRun: if it cannot be done.
        Drained: if the run is drained.
    """
    try:
        await work
    except (StopRun, Drained):
        raise
    except Exception as error:
        raise StopRun(f"The run is stopped, as its batches cannot be dealt with: {error}") from error
