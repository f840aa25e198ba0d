"""The pool in which a run is played and judged: many jobs at once, until there are no more or it must end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
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
    """What is known of a pool's work while it goes on, and the handle by which to end it early.

    `spent` is what calls to models took, from the run's beginning. `reached` is the cap that ended the work,
    None if none did. `drained` tells those who wait for a server that the pool is drained.
    """

    spent: TotalUsage = field(default_factory=TotalUsage)
    reached: CapReached | None = None
    drained: Drain = field(default_factory=Drain)

    @property
    def draining(self) -> bool:
        """Whether the pool is drained: no further job is begun."""
        return self.drained.is_set

    def drain(self) -> None:
        """Begin no further job; those that were begun go on to their end.

        A job in which a call waits to be tried again, or waits for a provider that does not answer, is left
        for when the work is resumed.
        """
        self.drained.set()


@dataclass(frozen=True, slots=True)
class WorkerPool:
    """Does jobs, up to `concurrency` of them at once; `open_pool` makes one.

    `budget` is what the jobs spend from, and `room` waits until there is room in the journal for more.
    """

    concurrency: int
    budget: Budget
    progress: PoolProgress
    room: Callable[[], Awaitable[None]]

    async def work_through(
        self, jobs: Iterator[Job], do: Callable[[Job], Awaitable[None]], count: int
    ) -> None:
        """Do all jobs, of which there are `count`; when the pool is drained, begin no more of them.

        A job that reaches a cap drains the pool. A job that raises `Drained` is left for later.

        Raises:
            ArenaError: the first that a job raises. All other jobs are then cancelled.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.concurrency, count)):
                    group.create_task(self._work(jobs, do))
        except* ArenaError as errors:
            raise _first(errors) from None

    async def _work(self, jobs: Iterator[Job], do: Callable[[Job], Awaitable[None]]) -> None:
        while not self.progress.draining:
            try:
                job = next(jobs)
            except StopIteration:
                return
            try:
                self.budget.check()
                await do(job)
            except CapReached as reached:
                self.end_at(reached)
            except Drained:
                pass  # it is done when the work is resumed
            await self.room()

    def end_at(self, reached: CapReached) -> None:
        """Drain the pool because a cap is reached; the first cap is the one that is kept."""
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
    """Open a pool, which is drained when the budget's time is up or `progress` is drained.

    Unless `quiet`, a line on stderr says when all calls to a provider wait.
    """
    pool = WorkerPool(concurrency, budget, progress, room)
    with drained_by(progress.drained), budget.when_time_is_up(pool.end_at):
        async with telling_who_waits(None if quiet else on_stderr):
            yield pool


def _first(errors: BaseExceptionGroup[ArenaError]) -> ArenaError:
    """Return the first error of a group, however deep it stands."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ArenaError)
    return error
