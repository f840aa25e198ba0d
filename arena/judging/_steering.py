"""Steering a judging while it goes on, as a run is steered while it is played."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from arena.core.errors import UsageError
from arena.journal import Journal
from arena.seat.agent import Agent
from arena.spending.budget import check_prices
from arena.steering import StoredAct
from arena.workers.helm import Helm, steered
from arena.workers.pool import WorkerPool


@asynccontextmanager
async def steered_judging(
    folder: Path, journal: Journal, pool: WorkerPool, judges: Mapping[str, Agent]
) -> AsyncIterator[None]:
    """Heed what is asked of the judging of the run in `folder` until the block ends."""

    async def change(stored: StoredAct) -> Callable[[], None]:
        act, budget = stored.act, pool.budget
        if act.changes_settings or act.retry_failed:
            raise UsageError("The run is being judged, so only caps and concurrency can be changed.")
        caps = budget.caps.changed_by(act.caps)
        check_prices(judges.values(), budget.prices, needed=caps.dollars is not None)

        def make() -> None:
            budget.change(caps)
            if act.concurrency is not None:
                pool.resize(act.concurrency)

        return make

    async with steered(Helm(folder, journal, pool, change, judges=True)):
        yield
