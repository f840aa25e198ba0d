"""What goes wrong while a run is steered is logged, and done once, and the run is steered on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import JournalError, UsageError
from arena.journal import Journal, StoredRun, add_act, recording
from arena.spending.budget import Budget
from arena.spending.limits import Caps, TotalUsage
from arena.spending.prices import Prices
from arena.steering import StoredAct
from arena.workers import helm
from arena.workers.helm import Helm, steered
from arena.workers.pool import PoolProgress, WorkerPool, open_pool
from tests.shared.waiting import until

HEADER: dict[str, Any] = {"config": {"kind": "scenario", "seats": {}}, "version": "0", "source": None}


@pytest.fixture(autouse=True)
def _reads_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helm, "SECONDS_BETWEEN_READS", 0.01)
    monkeypatch.setattr(helm, "SECONDS_BETWEEN_LOOKS", 0.01)


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    async with recording(tmp_path, HEADER) as journal:
        yield journal


@pytest.fixture
async def pool(journal: Journal) -> AsyncIterator[WorkerPool]:
    budget = Budget(Caps(), Prices(), TotalUsage())
    async with open_pool(1, budget, PoolProgress(), journal.room, quiet=True) as pool:
        yield pool


class Changes:
    """Counts how often a change is tried, which raises an error or hangs."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.tried = 0

    async def __call__(self, act: StoredAct) -> Callable[[], None]:
        self.tried += 1
        if self.error is None:
            await asyncio.sleep(60)
            raise AssertionError
        raise self.error


def asked(folder: Path, kind: str = "change") -> None:
    add_act(folder, "ann", kind, {"concurrency": 2} if kind == "change" else {})


def refusals(folder: Path) -> list[str]:
    with StoredRun(folder) as stored:
        return [str(one.more.get("refused")) for one in stored.answers()]


async def test_a_change_that_fails_is_tried_once_even_if_its_refusal_cannot_be_written(
    tmp_path: Path, journal: Journal, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes, refuse = Changes(RuntimeError("no")), Helm._refuse
    failing = [JournalError("The disk is full.")]

    def refused(own: Helm, number: int, why: str) -> None:
        if failing:
            raise failing.pop()
        refuse(own, number, why)

    monkeypatch.setattr(Helm, "_refuse", refused)
    async with steered(Helm(tmp_path, journal, pool, changes)):
        await asyncio.to_thread(asked, tmp_path)
        await until(lambda: not failing)
        await asyncio.to_thread(asked, tmp_path)
        await until(lambda: changes.tried > 1)
        await asyncio.sleep(0.05)
    assert changes.tried == 2
    assert refusals(tmp_path) == ["RuntimeError: no"]


async def test_an_unexpected_error_is_logged_once_and_the_run_is_steered_on(
    tmp_path: Path,
    journal: Journal,
    pool: WorkerPool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    looks = 0

    def breaks(_: object) -> list[Any]:
        nonlocal looks
        looks += 1
        if looks < 4:
            raise KeyError("provider")
        return []

    monkeypatch.setattr(helm, "held_up", breaks)
    with caplog.at_level(logging.ERROR):
        async with steered(Helm(tmp_path, journal, pool, Changes(UsageError("not so")))):
            await asyncio.to_thread(asked, tmp_path)
            await until(lambda: looks > 6)
            await asyncio.sleep(0.05)
    assert refusals(tmp_path) == ["not so"]
    assert [record.getMessage() for record in caplog.records] == ["what is asked of the run cannot be heeded"]


async def test_what_was_being_heeded_when_the_run_ended_is_refused(
    tmp_path: Path, journal: Journal, pool: WorkerPool
) -> None:
    changes = Changes()
    async with steered(Helm(tmp_path, journal, pool, changes)):
        await asyncio.to_thread(asked, tmp_path)
        await until(lambda: changes.tried > 0)
    await journal.flush()
    assert refusals(tmp_path) == ["The run was over before it heeded this."]


@pytest.mark.parametrize("judges", [False, True])
async def test_a_run_that_cannot_begin_to_be_steered_has_no_other_state_than_before(
    judges: bool, tmp_path: Path, journal: Journal, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> list[Any]:
        raise JournalError("It cannot be read.")

    monkeypatch.setattr(StoredRun, "answers", broken)
    with pytest.raises(JournalError, match=r"It cannot be read\."):
        async with steered(Helm(tmp_path, journal, pool, Changes(), judges=judges)):
            raise AssertionError
    await journal.flush()
    with StoredRun(tmp_path) as stored:
        assert stored.states() == []
