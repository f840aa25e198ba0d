"""Heavy work is done once, off the loop, whoever asks and whoever gives up."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from agents.shared.once import Once
from tests.shared.waiting import HANG, until


def working(seconds: float = 0.05) -> tuple[Callable[[], int], list[str]]:
    done: list[str] = []

    def compute() -> int:
        done.append(threading.current_thread().name)
        time.sleep(seconds)
        return len(done)

    return compute, done


async def test_all_who_ask_get_the_one_value() -> None:
    once: Once[int] = Once()
    compute, done = working()
    assert await asyncio.gather(*(once.get("a", compute) for _ in range(50))) == [1] * 50
    assert await once.get("a", compute) == 1
    assert len(done) == 1


async def test_off_the_loop() -> None:
    """The work ends only when the loop, which goes on meanwhile, lets it."""
    once: Once[bool] = Once()
    begun, going = threading.Event(), threading.Event()

    def compute() -> bool:
        begun.set()
        return going.wait(HANG)

    asking = asyncio.create_task(once.get("a", compute))
    await until(begun.is_set)
    assert not asking.done()
    going.set()
    assert await asking is True


async def test_each_key_has_its_own_value() -> None:
    once: Once[int] = Once()
    compute, done = working(0)
    assert {await once.get("a", compute), await once.get("b", compute)} == {1, 2}
    assert len(done) == 2


@pytest.mark.parametrize("others", [0, 3])
async def test_it_survives_the_cancellation_of_the_first_who_asked(others: int) -> None:
    """The others get the value of the work that was begun: it is not begun a second time beside itself."""
    once: Once[int] = Once()
    compute, done = working(0.1)
    first = asyncio.create_task(once.get("a", compute))
    await asyncio.sleep(0.02)
    waiting = [asyncio.create_task(once.get("a", compute)) for _ in range(others)]
    await asyncio.sleep(0.01)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    async with asyncio.timeout(HANG):
        assert await asyncio.gather(*waiting, once.get("a", compute)) == [1] * (others + 1)
    assert len(done) == 1


async def test_another_waiters_cancellation_disturbs_nobody() -> None:
    once: Once[int] = Once()
    compute, _ = working()
    first, second = (asyncio.create_task(once.get("a", compute)) for _ in range(2))
    await asyncio.sleep(0.01)
    second.cancel()
    assert await first == 1


async def test_work_that_fails_is_tried_again_by_the_next() -> None:
    once: Once[int] = Once()
    tries: list[int] = []

    def compute() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError
        return 7

    with pytest.raises(MemoryError):
        await once.get("a", compute)
    assert await once.get("a", compute) == 7


def test_another_event_loop_may_use_it_afterwards() -> None:
    once: Once[int] = Once()
    compute, done = working(0)
    assert asyncio.run(once.get("a", compute)) == asyncio.run(once.get("a", compute)) == 1
    assert len(done) == 1
