"""Journals of every version open for ever: they are shown, exported, resumed and judged."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.journal.schema import FILE, MIGRATIONS
from arena.judging import judge_run
from arena.results.report import report_record
from arena.running.running import run
from arena.training.export.exporting import ExportOptions, export_episodes, export_rows
from tests.arena.journal.old import FOLDER, WITHOUT_CHECKSUMS, scenario
from tests.arena.judging.debating import always

FILES = sorted(FOLDER.glob("*.sqlite"))
VERDICTS_SINCE = 4


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copy(request.param, folder / FILE)
    return folder


def version_of(request: pytest.FixtureRequest) -> int:
    return int(request.node.callspec.id.removeprefix("schema-"))


def lines(folder: Path) -> list[dict[str, Any]]:
    export_episodes(folder, folder / "out.jsonl")
    return [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def test_there_is_one_of_each_version_that_had_no_checksums() -> None:
    assert len(FILES) == WITHOUT_CHECKSUMS < len(MIGRATIONS)


def test_it_is_read_and_said_to_be_unchecked(folder: Path, request: pytest.FixtureRequest) -> None:
    found = lines(folder)
    assert [line["outcome"] and line["outcome"]["ending"] for line in found] == [
        "completed", "completed", None,
    ]  # fmt: skip
    assert [len(line["verdicts"]) for line in found] == (
        [2, 2, 0] if version_of(request) >= VERDICTS_SINCE else [0, 0, 0]
    )
    speeches = [event["text"] for event in found[0]["events"] if event["kind"] == "said"]
    assert {"They swim.", "They suckle."} <= set(speeches)
    with StoredRun(folder) as stored:
        damage = stored.leave_out_damaged()
    assert (damage.sentences, damage.count, damage.old) == ((), 3, 3)
    assert export_rows([folder], folder / "rows.jsonl", ExportOptions(to="trl-sft")).lines
    assert report_record([folder], samples=2)["runs"][0]["ended"] == {Ending.COMPLETED: 2}


async def test_it_is_resumed_and_judged(folder: Path) -> None:
    before = lines(folder)
    ended = (await run(scenario(), folder, resume=True)).ended
    assert ended[Ending.COMPLETED] == 3
    await judge_run(folder, [always("Verdict: 2", name="another")])
    after = lines(folder)
    assert [line["events"] for line in after[:2]] == [line["events"] for line in before[:2]]
    assert after[2]["events"] == after[1]["events"]
    assert [sum(verdict["judge"] == "another" for verdict in line["verdicts"]) for line in after] == [2] * 3
    with StoredRun(folder) as stored:
        assert not stored.leave_out_damaged().sentences


async def test_what_is_written_to_it_now_is_checked(folder: Path) -> None:
    await run(scenario(), folder, resume=True)

    with closing(sqlite3.connect(folder / FILE)) as journal, journal:
        journal.execute("UPDATE events SET text = 'Whales fly.' WHERE episode = 2 AND position = 3")
    with StoredRun(folder) as stored:
        assert set(stored.leave_out_damaged().episodes) == {2}
