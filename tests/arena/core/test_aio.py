"""What must be done is done, though whoever wanted it is cancelled before any thread is free for it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arena.core.aio import to_its_end
from arena.journal import recording


class Busy:
    """The loop's only thread, which does nothing else until it is let go."""

    def __init__(self) -> None:
        self._free = threading.Event()

    def begin(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        loop.run_in_executor(None, self._free.wait)

    def let_go(self) -> None:
        self._free.set()


async def test_a_cancellation_waits_for_the_end() -> None:
    busy = Busy()
    done: list[int] = []
    busy.begin()
    working = asyncio.create_task(to_its_end(done.append, 1))
    await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.sleep(0.01)
    assert not working.done()
    busy.let_go()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert done == [1]


async def test_what_it_returns_and_raises_comes_back() -> None:
    assert await to_its_end(int, "7") == 7
    with pytest.raises(ValueError, match="invalid literal"):
        await to_its_end(int, "x")


async def test_a_journal_that_is_cancelled_while_it_closes_lets_go(tmp_path: Path) -> None:
    busy = Busy()

    async def write() -> None:
        async with recording(tmp_path / "run", {"config": {}}):
            busy.begin()

    writing = asyncio.create_task(write())
    while not (tmp_path / "run" / "journal.sqlite").exists():  # noqa: ASYNC110 - a test may look
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.2)
    writing.cancel()
    await asyncio.sleep(0.01)
    busy.let_go()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert "arena-journal" not in {thread.name for thread in threading.enumerate()}
    async with recording(tmp_path / "run"):
        pass
