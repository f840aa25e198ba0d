"""One thread per model: the loop is never blocked, requests wait their turn, cancelled ones are dropped."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest

from agents.local.backend import Ask
from agents.local.worker import Worker, Workers
from tests.agents.local.models import Scripted


def ask(seed: int = 0) -> Ask:
    return Ask([{"role": "user", "content": "Hello."}], None, seed, 0.7, 10)


@pytest.fixture
def model() -> Scripted:
    return Scripted()


@pytest.fixture
async def worker(model: Scripted) -> AsyncIterator[Worker]:
    worker = Worker(lambda: model)
    yield worker
    model.go_on.set()
    await worker.close()


async def begun(model: Scripted) -> None:
    """Wait until the model is at a request."""
    assert await asyncio.to_thread(model.began.wait, 5)


class TestThread:
    async def test_the_model_runs_in_one_thread_that_is_not_the_loops(
        self, worker: Worker, model: Scripted
    ) -> None:
        await asyncio.gather(*(worker.complete(ask(n)) for n in range(20)))
        assert len(model.threads) == 1
        assert threading.current_thread().name not in model.threads

    async def test_the_loop_goes_on_while_the_model_works(self, worker: Worker, model: Scripted) -> None:
        model.go_on.clear()
        working = asyncio.create_task(worker.complete(ask()))
        await begun(model)
        for _ in range(100):
            await asyncio.sleep(0)
        assert not working.done()
        model.go_on.set()
        assert (await working).text == model.text

    async def test_the_model_is_loaded_once_and_there(self) -> None:
        loaded_in: list[str] = []

        def load() -> Scripted:
            loaded_in.append(threading.current_thread().name)
            return Scripted()

        worker = Worker(load)
        assert loaded_in == []
        await asyncio.gather(*(worker.complete(ask(n)) for n in range(5)))
        await worker.close()
        assert len(loaded_in) == 1
        assert loaded_in[0].startswith("arena-local-model")

    async def test_a_model_that_cannot_be_loaded_is_an_error_of_each_request(self) -> None:
        def load() -> Scripted:
            raise OSError("no such model")

        worker = Worker(load)
        for _ in range(2):
            with pytest.raises(OSError, match="no such model"):
                await worker.complete(ask())
        await worker.close()


class TestQueue:
    async def test_first_come_first_served(self, worker: Worker, model: Scripted) -> None:
        model.go_on.clear()
        tasks = [asyncio.create_task(worker.complete(ask(n))) for n in range(50)]
        await begun(model)
        model.go_on.set()
        await asyncio.gather(*tasks)
        assert [asked.seed for asked in model.asked] == list(range(50))

    async def test_a_request_cancelled_while_it_waits_is_dropped(
        self, worker: Worker, model: Scripted
    ) -> None:
        model.go_on.clear()
        tasks = [asyncio.create_task(worker.complete(ask(n))) for n in range(3)]
        await begun(model)
        tasks[1].cancel()
        await asyncio.wait([tasks[1]])
        model.go_on.set()
        await asyncio.gather(tasks[0], tasks[2])
        assert [asked.seed for asked in model.asked] == [0, 2]
        assert tasks[1].cancelled()

    async def test_a_request_cancelled_while_it_is_answered_is_given_up(
        self, worker: Worker, model: Scripted
    ) -> None:
        model.go_on.clear()
        first = asyncio.create_task(worker.complete(ask(1)))
        await begun(model)
        first.cancel()
        await asyncio.wait([first])
        assert await asyncio.to_thread(model.given_up.wait, 5)
        model.go_on.set()
        await worker.complete(ask(2))
        assert [asked.seed for asked in model.asked] == [1, 2]


class TestWaiting:
    """What a request waits before the model begins is counted apart from what the model takes."""

    async def test_a_requests_turn_and_the_loading_of_the_model_are_waited_for(self, model: Scripted) -> None:
        def load() -> Scripted:
            time.sleep(0.02)
            return model

        worker = Worker(load)
        model.go_on.clear()
        first, second = (asyncio.create_task(worker.complete(ask(n))) for n in range(2))
        await begun(model)
        await asyncio.sleep(0.05)
        model.go_on.set()
        waited = [(await task).usage["waited_ms"] for task in (first, second)]
        await worker.close()
        assert waited[0] >= 20
        assert waited[1] >= 50

    async def test_next_tokens_wait_too(self, worker: Worker, model: Scripted) -> None:
        model.go_on.clear()
        first = asyncio.create_task(worker.complete(ask()))
        await begun(model)
        second = asyncio.create_task(worker.next_tokens([], b"", reuse=False))
        await asyncio.sleep(0.05)
        model.go_on.set()
        assert (await second).usage["waited_ms"] >= 40
        await first


class TestClose:
    async def test_it_frees_the_model_and_ends_the_thread(self, model: Scripted) -> None:
        worker = Worker(lambda: model)
        await worker.complete(ask())
        await worker.close()
        assert model.closed == 1
        assert not any(thread.name in model.threads for thread in threading.enumerate())

    async def test_what_waits_is_dropped(self, model: Scripted) -> None:
        model.go_on.clear()
        worker = Worker(lambda: model)
        tasks = [asyncio.create_task(worker.complete(ask(n))) for n in range(3)]
        await begun(model)
        closing = asyncio.create_task(worker.close())
        await asyncio.wait(tasks[1:])
        model.go_on.set()
        await asyncio.gather(closing, tasks[0])
        assert [asked.seed for asked in model.asked] == [0]
        assert all(task.cancelled() for task in tasks[1:])

    async def test_a_worker_that_was_never_asked_loads_nothing(self, model: Scripted) -> None:
        await Worker(lambda: model).close()
        assert model.closed == 0


class TestWorkers:
    async def test_holders_of_one_key_share_and_the_last_one_closes(self, model: Scripted) -> None:
        workers = Workers()
        worker = workers.get("file", "one", lambda: model)
        assert workers.get("file", "other", lambda: model) is worker
        assert workers.get("file2", "one", lambda: model) is not worker
        await worker.complete(ask())
        await workers.release("file", "one")
        await workers.release("file", "one")
        assert model.closed == 0
        await workers.release("file", "other")
        assert model.closed == 1
        assert workers.get("file", "one", lambda: model) is not worker
