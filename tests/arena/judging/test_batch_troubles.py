"""What a provider of batches may send that it should not: nothing is lost, paid twice or quoted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import StopRun, Unwritable
from arena.journal import StoredRun
from arena.judging import Asks, Criterion, JudgingOptions, judge_run
from arena.judging._batch_log import BATCH_FILE, BatchFile
from tests.arena.judging.test_batches import EACH, MODELS, PRICES, agent, answer, judge, run_to_judge
from tests.faults.batches import BatchServer

KEY = "sk-test-0123456789abcdef"


@pytest.fixture(params=MODELS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def server() -> AsyncIterator[BatchServer]:
    async with BatchServer(answer, looks=0) as serving:
        yield serving


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return await run_to_judge(tmp_path, monkeypatch)


async def test_a_line_that_cannot_be_read_costs_only_its_own_request(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    def torn(results: list[dict[str, Any]]) -> list[Any]:
        return (
            ['{"custom_id": "a', *results[1:], "[]", "null", {"custom_id": 3}]
            if len(results) > 1
            else results
        )

    server.lines = torn
    judged = await judge(folder, dialect, server)
    assert judged.tally.judges["judge"].usable == 6
    assert [len(listed) for listed in server.requests.values()] == [6, 1]


async def test_results_of_which_nothing_can_be_read_are_read_again(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    server.troubles = {"results": b"<html>\nBusy", "content": b"<html>\nBusy"}
    judged = await judge(folder, dialect, server)
    assert judged.tally.judges["judge"].usable == 6
    assert len(server.submitted) == 6


async def test_an_answer_counts_before_an_error_for_the_same_request(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    def doubled(results: list[dict[str, Any]]) -> list[Any]:
        expired = {"error": {"message": "gone"}} if dialect == "openai" else {"result": {"type": "expired"}}
        return [*results, *({"custom_id": one["custom_id"], **expired} for one in results)]

    server.lines = doubled
    judged = await judge(folder, dialect, server)
    assert judged.tally.judges["judge"].usable == 6
    assert len(server.submitted) == 6


async def test_errors_that_quote_the_key_are_kept_without_it(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    said = f"Something broke for {KEY}."

    def broken(results: list[dict[str, Any]]) -> list[Any]:
        if len(server.batches) > 1:
            return list(results)
        error = {"type": "api_error", "message": said}
        result = {"type": "errored", "error": {"type": "error", "error": error}}
        return [{"custom_id": one["custom_id"], "error": error, "result": result} for one in results]

    server.lines = broken
    assert (await judge(folder, dialect, server)).tally.judges["judge"].usable == 6
    with StoredRun(folder) as stored:
        faults = [
            fault for one in stored.verdicts() for call in one.calls for fault in call.call.spent.faults
        ]
    assert any("Something broke for [key]." in fault for fault in faults)
    files = [folder / name for name in ("journal.sqlite", "log.jsonl", BATCH_FILE)]
    assert not [file for file in files if KEY.encode() in file.read_bytes()]


async def test_a_refused_batch_that_quotes_the_key_is_told_without_it(
    folder: Path, server: BatchServer
) -> None:
    server.refuses = f"No such file for {KEY}."
    with pytest.raises(StopRun, match=r"failed: No such file for \[key\]\."):
        await judge(folder, "openai", server)
    assert KEY not in (folder / BATCH_FILE).read_text()


async def test_a_request_that_anthropic_calls_invalid_is_not_asked_again(
    folder: Path, server: BatchServer
) -> None:
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": "no such field"}}
    server.lines = lambda results: [
        {"custom_id": one["custom_id"], "result": {"type": "errored", "error": error}} for one in results
    ]
    with pytest.raises(StopRun, match="no such field"):
        await judge(folder, "anthropic", server)
    assert len(server.batches) == 1


async def test_a_batch_that_was_taken_without_a_readable_answer_is_found(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    server.troubles = {"batches": b"{}"}
    if dialect == "anthropic":  # whose batches are told apart when they have ended
        server.seen = lambda _: [*map(server.end, server.batches)].clear()
    judged = await judge(folder, dialect, server)
    assert judged.tally.judges["judge"].usable == 6
    assert len(server.submitted) == 6


async def test_judges_of_one_model_have_replies_of_their_own(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    same = agent(dialect, server)
    options = JudgingOptions(batch=True, prices=PRICES)
    judged = await judge_run(folder, [f"a={same}", f"b={same}"], Criterion(asks=Asks.ANSWER), options)
    assert len(set(server.submitted)) == 12
    assert [judged.tally.judges[name].usable for name in "ab"] == [6, 6]


async def test_a_judging_of_another_name_is_asked_and_paid_anew(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    await judge(folder, dialect, server)
    named = Criterion(asks=Asks.ANSWER, name="once more")
    options = JudgingOptions(batch=True, prices=PRICES)
    await judge_run(folder, [f"judge={agent(dialect, server)}"], named, options)
    assert len(set(server.submitted)) == 12
    with StoredRun(folder) as stored:
        assert stored.total().dollars == pytest.approx(12 * EACH)


async def test_batches_that_the_provider_does_not_know_say_how_to_go_on(
    folder: Path, dialect: str, server: BatchServer
) -> None:
    server.looks = 9
    await judge(folder, dialect, server, wait=False)
    server.batches.clear()
    with pytest.raises(StopRun, match=r"cannot be read: HTTP 404.* key of the account .* without batch\."):
        await judge(folder, dialect, server)


async def test_a_full_disk_ends_the_judging(
    folder: Path, dialect: str, server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Unwritable("batches.jsonl cannot be written: No space left on device.")

    monkeypatch.setattr(BatchFile, "add", full)
    with pytest.raises(StopRun, match="No space left"):
        await judge(folder, dialect, server)
    assert server.submitted == []


async def test_a_record_that_is_none_is_named_and_nothing_is_asked(folder: Path, server: BatchServer) -> None:
    BatchFile(folder).add({"token": "a", "failed": "so"})
    BatchFile(folder).add({"number": "batch_7"})
    with pytest.raises(StopRun, match=f"{BATCH_FILE} has no record of a batch in line 2"):
        await judge(folder, "openai", server)
    assert server.submitted == []
