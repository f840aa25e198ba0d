"""The pool does so many jobs at once, ends early when it must, and hands on one error."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.drain import wait_unless_drained
from arena.core.errors import CapReached, Drained, JournalError, StopRun
from arena.spending.budget import Budget
from arena.spending.limits import Amount, Caps
from arena.workers.pool import PoolProgress, open_pool
from tests.shared.examples import some


class Work:
    """Jobs that are numbers, and what was noted while they were done."""

    def __init__(self, count: int) -> None:
        self.jobs: Iterator[int] = iter(range(count))
        self.progress = PoolProgress()
        self.done: list[int] = []
        self.busy = self.most = self.rooms = 0

    async def room(self) -> None:
        self.rooms += 1

    async def do(self, job: int) -> None:
        self.busy += 1
        self.most = max(self.most, self.busy)
        await asyncio.sleep(0)
        self.busy -= 1
        self.done.append(job)

    @asynccontextmanager
    async def pool(self, concurrency: int = 3, budget: Budget | None = None) -> Any:
        async with open_pool(concurrency, budget or Budget(), self.progress, self.room, quiet=True) as pool:
            yield pool


class TestWorkingThrough:
    @some
    @given(st.integers(0, 30), st.integers(1, 8))
    async def test_every_job_is_done_once_and_no_more_at_once_than_allowed(
        self, count: int, concurrency: int
    ) -> None:
        work = Work(count)
        async with work.pool(concurrency) as pool:
            await pool.work_through(work.jobs, work.do, count)
        assert sorted(work.done) == list(range(count))
        assert work.most == min(count, concurrency)

    async def test_room_is_awaited_after_every_job(self) -> None:
        work = Work(7)
        async with work.pool() as pool:
            await pool.work_through(work.jobs, work.do, 7)
        assert work.rooms == 7


class TestEndingEarly:
    async def test_a_drained_pool_finishes_what_was_begun_and_begins_no_more(self) -> None:
        work = Work(20)

        async def do(job: int) -> None:
            if job == 4:
                work.progress.drain()
            await work.do(job)

        async with work.pool() as pool:
            await pool.work_through(work.jobs, do, 20)
        assert 4 in work.done
        assert len(work.done) < 8
        assert next(work.jobs) == len(work.done)

    async def test_a_job_that_only_waits_is_left_when_the_pool_is_drained(self) -> None:
        work = Work(2)

        async def do(job: int) -> None:
            if job == 0:
                await wait_unless_drained(3600)
            await work.do(job)
            work.progress.drain()

        async with work.pool() as pool:
            await pool.work_through(work.jobs, do, 2)
        assert work.done == [1]

    async def test_a_job_that_raises_drained_ends_none_of_the_others(self) -> None:
        work = Work(5)

        async def do(job: int) -> None:
            if job == 1:
                raise Drained("later")
            await work.do(job)

        async with work.pool() as pool:
            await pool.work_through(work.jobs, do, 5)
        assert sorted(work.done) == [0, 2, 3, 4]

    async def test_the_first_cap_that_a_job_reaches_is_kept_and_drains_the_pool(self) -> None:
        work = Work(20)

        async def do(job: int) -> None:
            raise CapReached(f"cap of job {job}", "calls", 1)

        async with work.pool() as pool:
            await pool.work_through(work.jobs, do, 20)
        assert str(work.progress.reached) == "cap of job 0"
        assert work.progress.draining

    async def test_no_job_is_done_under_a_cap_that_is_reached(self) -> None:
        work, budget = Work(3), Budget(Caps(calls=2))
        budget.spent.add(Amount(2, 0, 0.0))
        async with work.pool(budget=budget) as pool:
            await pool.work_through(work.jobs, work.do, 3)
        assert work.done == []
        assert work.progress.reached is not None

    async def test_time_that_is_up_drains_a_pool_in_which_all_wait(self) -> None:
        work = Work(3)
        async with work.pool(budget=Budget(Caps(minutes=0.001))) as pool:
            await pool.work_through(work.jobs, lambda _: wait_unless_drained(3600), 3)
        assert work.progress.reached is not None
        assert work.progress.reached.quantity == "minutes"


class TestErrors:
    async def test_one_error_comes_out_and_the_others_are_cancelled(self) -> None:
        work = Work(3)
        cancelled: list[int] = []

        async def do(job: int) -> None:
            if job == 2:
                raise StopRun("the key is refused")
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(job)
                raise

        with pytest.raises(StopRun, match="the key is refused"):
            async with work.pool() as pool:
                await pool.work_through(work.jobs, do, 3)
        assert sorted(cancelled) == [0, 1]

    async def test_an_error_in_a_group_within_a_job_comes_out_alone(self) -> None:
        async def do(job: int) -> None:
            raise ExceptionGroup("together", [JournalError("the disk is full")])

        work = Work(1)
        with pytest.raises(JournalError, match="the disk is full"):
            async with work.pool() as pool:
                await pool.work_through(work.jobs, do, 1)

    async def test_cancelling_cancels_every_job(self) -> None:
        work = Work(3)
        cancelled: list[int] = []

        async def do(job: int) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.append(job)

        async def play() -> None:
            async with work.pool() as pool:
                await pool.work_through(work.jobs, do, 3)

        task = asyncio.create_task(play())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert sorted(cancelled) == [0, 1, 2]
