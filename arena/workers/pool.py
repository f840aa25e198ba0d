"""The pool in which a run is played or judged. It does many jobs at once until it is done or drained."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from arena.core.drain import Drain, drained_by
from arena.core.errors import ArenaError, CapReached, Drained
from arena.core.log import log
from arena.spending.budget import Budget
from arena.spending.limits import TotalUsage
from arena.workers.notices import on_stderr, telling_who_waits

Job = TypeVar("Job")


@dataclass(slots=True)
class PoolProgress:
    """The progress of a pool's work. It also lets the caller end the work early.

    `spent` is the usage of all calls to models since the run's beginning. `reached` is the cap that ended the
    work, or None. `drained` tells calls that wait for a server that the pool is drained. `stopped_by` is who
    asked for the work to be stopped; empty if nobody did.
    """

    spent: TotalUsage = field(default_factory=TotalUsage)
    reached: CapReached | None = None
    drained: Drain = field(default_factory=Drain)
    stopped_by: str = ""

    @property
    def draining(self) -> bool:
        """Whether the pool is drained, so that no further job is begun."""
        return self.drained.is_set

    def drain(self) -> None:
        """Begin no further job. Jobs that were begun go on to their end.

        A job is left for a resumed run if one of its calls waits to be tried again, or waits for a provider
        that does not answer.
        """
        self.drained.set()


@dataclass(slots=True)
class WorkerPool:
    """Does jobs, up to `concurrency` of them at once. `open_pool` makes a pool.

    The jobs spend from `budget`. `room` waits until the journal has room for more records.
    """

    concurrency: int
    budget: Budget
    progress: PoolProgress
    room: Callable[[], Awaitable[None]]
    _workers: set[asyncio.Task[None]] = field(default_factory=set)
    _begin: Callable[[], asyncio.Task[None]] | None = None

    async def work_through(
        self, jobs: Iterator[Job], do: Callable[[Job], Awaitable[None]], count: int
    ) -> None:
        """Do all jobs. There are `count` of them. After the pool is drained, no further job is begun.

        A job that reaches a cap drains the pool. A job that raises `Drained` is left for a resumed run.

        Raises:
            ArenaError: if a job raises one. All other jobs are then cancelled, and the first error is raised.
        """
        try:
            async with asyncio.TaskGroup() as group:
                self._begin = lambda: group.create_task(self._work(jobs, do))
                self._add_workers(min(self.concurrency, count))
        except* ArenaError as errors:
            raise _first(errors) from None
        finally:
            self._begin = None

    def resize(self, concurrency: int) -> None:
        """Do up to so many jobs at once from now on. Those that were begun go on."""
        self.concurrency = concurrency
        if self._workers:
            self._add_workers(concurrency - len(self._workers))

    def hold(self) -> None:
        """Begin no job, and let no job make a request, until `let_go`. No cap of minutes is used up."""
        self.progress.drained.hold()
        self.budget.hold()

    def let_go(self) -> None:
        """Go on after `hold`."""
        self.budget.let_go()
        self.progress.drained.let_go()

    def leave(self) -> None:
        """Begin no job, and let no job make a request any more. A resumed run does what is left."""
        self.progress.drained.leave()

    def abandon(self) -> None:
        """Cancel the jobs that were begun. What they wait for is lost."""
        for worker in self._workers:
            worker.cancel()

    def _add_workers(self, number: int) -> None:
        for _ in range(number if self._begin else 0):
            assert self._begin is not None
            self._workers.add(self._begin())

    async def _work(self, jobs: Iterator[Job], do: Callable[[Job], Awaitable[None]]) -> None:
        try:
            while not self.progress.draining and len(self._workers) <= self.concurrency:
                if self.progress.drained.bars:
                    with suppress(Drained):
                        await self.progress.drained.gate()
                    continue
                try:
                    job = next(jobs)
                except StopIteration:
                    return
                try:
                    self.budget.check()
                    with suppress(Drained):
                        await do(job)
                except CapReached as reached:
                    self.end_at(reached)
                await self.room()
        finally:
            worker = asyncio.current_task()
            assert worker is not None
            self._workers.discard(worker)

    def end_at(self, reached: CapReached) -> None:
        """Drain the pool because a cap is reached. Only the first cap is kept in `progress.reached`."""
        if self.progress.reached is None:
            log.warning("cap reached", reason=str(reached))
            self.progress.reached = reached
        self.progress.drain()


@asynccontextmanager
async def open_pool(
    concurrency: int,
    budget: Budget,
    progress: PoolProgress,
    room: Callable[[], Awaitable[None]],
    *,
    quiet: bool = False,
) -> AsyncIterator[WorkerPool]:
    """Open a pool until the block ends. It is drained when the budget's time is up or `progress` is drained.

    A line on stderr says when all calls to a provider wait. With `quiet` there is no such line.
    """
    pool = WorkerPool(concurrency, budget, progress, room)
    with drained_by(progress.drained), budget.when_time_is_up(pool.end_at):
        async with telling_who_waits(None if quiet else on_stderr):
            yield pool


def _first(errors: BaseExceptionGroup[ArenaError]) -> ArenaError:
    """Return the first error of a group, at any depth of groups in groups."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ArenaError)
    return error
