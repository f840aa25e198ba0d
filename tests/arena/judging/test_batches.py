"""Judging in batches of both providers: at half price, resumed after a stop anywhere, and submitted once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from arena import Scenario, Task
from arena.core.errors import CapReached, StopRun, UsageError
from arena.journal import StoredRun
from arena.judging import Asks, Criterion, Judged, JudgingOptions, JudgingProgress, judge_run
from arena.judging import _judging as judging
from arena.judging._batch_log import BATCH_FILE, BatchFile
from arena.running import run
from arena.seat.batching import Batching
from arena.spending.limits import Caps
from arena.spending.prices import Prices
from protocols import Direct
from tests.arena.judging.test_reasking import own_reply
from tests.faults.batches import BatchServer
from tests.shared.agents import Watched
from tests.shared.waiting import until

TASKS = [
    Task(id=str(n), text=f"Question {n}?", data={"answers": ["yes", "no"]}, truth="yes") for n in range(3)
]
MODELS = {"openai": "openai:gpt-4o-mini?", "anthropic": "anthropic:claude-haiku-4-5?"}
PRICES = Prices({name.rstrip("?"): {"prompt": 1.0, "completion": 10.0} for name in MODELS.values()})
EACH = (100 * 1.0 + 10 * 10.0) / 1e6 / 2
"""Half of what a request costs whose usage is that of the server."""


def prompt(body: dict[str, Any]) -> str:
    """Return the last message of a request in either dialect."""
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else str(content[-1]["text"])


def answer(body: dict[str, Any]) -> str:
    """Answer a judge's request as one that finds the answer yes in whatever order."""
    first = "1: yes" in prompt(body)
    if "output_config" in body or "response_format" in body:
        return json.dumps({"reasons": "So it is.", "choice": "1" if first else "2", "confidence": 70})
    return f"So it is.\nVerdict: {1 if first else 2}\nConfidence: 70"


@pytest.fixture(params=MODELS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def server() -> AsyncIterator[BatchServer]:
    async with BatchServer(answer) as serving:
        yield serving


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return await run_to_judge(tmp_path, monkeypatch)


async def run_to_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Play a run, and have its batches looked at without long waits."""
    for name in ("OPENAI", "ANTHROPIC"):
        monkeypatch.setenv(f"{name}_API_KEY", "sk-test-0123456789abcdef")

    def quick(log: BatchFile, waits: bool) -> Batching:
        return Batching(log, waits, gathers=0.05, polls=0.001, longest=0.01)

    monkeypatch.setattr(judging, "Batching", quick)
    seats = {"judge": Watched(own_reply, "own")}
    return (await run(Scenario(protocol=Direct(), tasks=TASKS, seats=seats), tmp_path / "run")).folder


async def judge(
    folder: Path, dialect: str, server: BatchServer, progress: JudgingProgress | None = None, **options: Any
) -> Judged:
    settings = {"batch": True, "prices": PRICES, **options}
    criterion, judges = Criterion(asks=Asks.ANSWER), [f"judge={agent(dialect, server)}"]
    return await judge_run(folder, judges, criterion, JudgingOptions(**settings), progress=progress)


def agent(dialect: str, server: BatchServer) -> str:
    """Return the specification of a judge that the server answers."""
    return f"{MODELS[dialect]}base_url={server.url}" + ("/v1" if dialect == "openai" else "")


async def test_all_requests_are_in_one_batch_at_half_price(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    judged = await judge(folder, dialect, server)
    assert judged.tally.judges["judge"].answered() == {"right": 3}
    assert len(server.batches) == 1
    assert len(server.submitted) == 6
    assert judged.tally.judges["judge"].cost == pytest.approx(6 * EACH)
    with StoredRun(folder) as stored:
        assert stored.total().dollars == pytest.approx(6 * EACH)
    assert "6 requests are in the batch" in judged.warnings[-1]


async def test_a_second_judging_asks_nothing(folder: Path, dialect: str, server: BatchServer) -> None:
    await judge(folder, dialect, server)
    again = await judge(folder, dialect, server)
    assert len(server.submitted) == 6
    assert again.tally.judges["judge"].usable == 6


async def test_without_waiting_it_is_taken_up_later(folder: Path, dialect: str, server: BatchServer) -> None:
    server.looks = 2
    first = await judge(folder, dialect, server, wait=False)
    assert first.tally.judges == {}
    assert first.warnings[-1].startswith("6 requests are not answered yet")
    second = await judge(folder, dialect, server, wait=False)
    assert second.tally.judges == {}
    third = await judge(folder, dialect, server, wait=False)
    assert third.tally.judges["judge"].usable == 6
    assert len(server.submitted) == 6


async def test_what_expired_is_asked_again_and_recorded(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    server.expires = lambda body: "Question 1?" in str(body) and len(server.batches) == 1
    judged = await judge(folder, dialect, server)
    assert judged.tally.judges["judge"].usable == 6
    assert len(set(server.submitted)) == len(server.submitted) == 8
    with StoredRun(folder) as stored:
        faults = [
            fault for one in stored.verdicts() for call in one.calls for fault in call.call.spent.faults
        ]
    assert len(faults) == 2
    assert all("the batch did not answer the request" in fault for fault in faults)


async def test_an_unreadable_reply_is_asked_again_in_another_batch(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    server.answer = lambda body: answer(body) if "could not be used" in str(body) else "hm"
    judged = await judge(folder, dialect, server)
    assert judged.tally.judges["judge"].parsed == {"re-asked": 6}
    assert [len(listed) for listed in server.requests.values()] == [6, 6]


async def test_a_batch_that_is_refused_stops_and_is_submitted_anew(folder: Path, server: BatchServer) -> None:
    server.refuses = "Too many tokens are enqueued."
    with pytest.raises(StopRun, match="Too many tokens are enqueued"):
        await judge(folder, "openai", server)
    server.refuses = ""
    judged = await judge(folder, "openai", server)
    assert judged.tally.judges["judge"].usable == 6


async def test_a_cap_holds_by_the_longest_replies(folder: Path, dialect: str, server: BatchServer) -> None:
    judged = await judge(folder, dialect, server, caps=Caps(dollars=EACH))
    assert isinstance(judged.reached, CapReached)
    assert server.submitted == []


async def test_a_cap_in_between_makes_smaller_batches(folder: Path, server: BatchServer) -> None:
    # The longest reply has 8,192 tokens, which cost about 0.041 dollars in a batch: one fits under the cap.
    judged = await judge(folder, "openai", server, caps=Caps(dollars=0.05))
    assert judged.reached is None
    assert [len(listed) for listed in server.requests.values()] == [1] * 6


async def test_two_judges_and_samples_have_requests_of_their_own(folder: Path, server: BatchServer) -> None:
    judged = await judge(folder, "openai", server, samples=2)
    assert len(set(server.submitted)) == 12
    assert judged.tally.judges["judge"].usable == 12


async def test_other_agents_are_refused_in_a_sentence(folder: Path) -> None:
    with pytest.raises(UsageError, match="'random' cannot be asked in batches; those of openai"):
        await judge_run(folder, ["random"], options=JudgingOptions(batch=True))
    with pytest.raises(UsageError, match="A batch keeps the verdicts that are there"):
        JudgingOptions(batch=True, overwrite=True)


async def test_a_drained_judging_leaves_its_batch_for_later(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    """As after the first Ctrl-C, when the batch may take a day."""
    server.looks = 1_000_000
    progress = JudgingProgress()
    judging_it = asyncio.create_task(judge(folder, dialect, server, progress))
    await until(lambda: any(batch["looks"] for batch in server.batches.values()))
    progress.drain()
    assert (await judging_it).interrupted
    server.looks = 0
    judged = await judge(folder, dialect, server)
    assert judged.tally.judges["judge"].usable == 6
    assert len(server.submitted) == 6


class TestStops:
    """It is stopped before and after everything that happens, and goes on: nothing is submitted twice."""

    async def _stopped_at(
        self, place: int, folder: Path, dialect: str, server: BatchServer, monkeypatch: pytest.MonkeyPatch
    ) -> bool:
        """Stop a judging at the event of this number, and return whether there were so many.

        As after a kill, nothing is written or sent from then on.
        """
        events = 0
        task: asyncio.Task[Judged] | None = None
        loop = asyncio.get_running_loop()

        def happened(_: object = None) -> None:
            nonlocal events
            events += 1
            if events == place and task is not None:
                server.is_cut_off = True
                # Once, because a second cancellation would stop the closing of the client, too.
                loop.call_soon_threadsafe(task.cancel)

        kept = BatchFile.add

        def add(log: BatchFile, record: Any) -> None:
            happened()
            if events < place:
                kept(log, record)
                happened()

        with monkeypatch.context() as patched:
            patched.setattr(BatchFile, "add", add)
            server.seen = happened
            task = asyncio.create_task(judge(folder, dialect, server))
            try:
                await task
            except asyncio.CancelledError:
                return True
            finally:
                server.seen, server.is_cut_off = lambda _: None, False
        return False

    @pytest.mark.parametrize(
        "place",
        [pytest.param(place, marks=() if place % 2 else pytest.mark.slow) for place in range(1, 23)],
    )
    async def test_nothing_is_submitted_twice(
        self, place: int, folder: Path, dialect: str, server: BatchServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await self._stopped_at(place, folder, dialect, server, monkeypatch)
        await asyncio.sleep(0.05)
        for number in server.batches:
            if dialect == "anthropic":
                server.end(number)
        judged = await judge(folder, dialect, server)
        assert judged.tally.judges["judge"].usable == 6
        assert len(server.submitted) == len(set(server.submitted)) == 6

    async def test_a_torn_record_is_left_out(self, folder: Path, server: BatchServer) -> None:
        await judge(folder, "openai", server, wait=False)
        with (folder / BATCH_FILE).open("ab") as file:
            file.write(b'{"token": "abc", "acc')
        judged = await judge(folder, "openai", server)
        assert judged.tally.judges["judge"].usable == 6
        assert len(server.submitted) == 6
