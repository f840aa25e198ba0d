"""Exports: one line of JSON an episode, whole or not there."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.judging import judge_run
from arena.running.running import run
from arena.tasks.task import Task
from arena.training.export import _episodes as episodes
from arena.training.export import export_jsonl
from protocols import Play
from tests.arena.judging.debating import always, stored_debate
from tests.properties.test_determinism import chatty


async def lines(scenario: Scenario, folder: Path) -> list[dict[str, Any]]:
    await run(scenario, folder)
    with StoredRun(folder) as stored:
        count = export_jsonl(stored, folder / "out.jsonl")
    read = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert len(read) == count
    return read


async def test_every_episode_is_a_line_by_number(tmp_path: Path) -> None:
    records = await lines(chatty(1), tmp_path / "run")
    assert [record["episode"] for record in records] == list(range(30))
    assert {record["outcome"]["ending"] for record in records} == {"completed"}


async def test_a_line_holds_everything_but_clock_times(tmp_path: Path) -> None:
    (record,) = await lines(
        Scenario(
            protocol=Play(),
            seats={"player_0": "random", "player_1": "random"},
            tasks=(Task(id="t", text="For fun.", truth={"answer": 42}),),
        ),
        tmp_path / "run",
    )
    assert record["task"]["truth"] == {"answer": 42}
    assert record["seats"] == {"player_0": "random", "player_1": "random"}
    assert set(record["briefs"]) == {"player_0", "player_1"}
    assert all("For fun." in brief for brief in record["briefs"].values())
    asked = [event for event in record["events"] if event["kind"] == "asked"]
    assert len(asked) == len(record["calls"]) == record["outcome"]["turns"]
    assert all(len(call["digest"]) == 32 for call in record["calls"])
    assert "seconds" not in json.dumps(record)


async def test_parsed_and_raw_replies_stand_side_by_side(tmp_path: Path) -> None:
    for record in await lines(chatty(2), tmp_path / "run"):
        for call in record["calls"]:
            assert (call["status"] == "ok") is (call["parsed"] is not None)
            assert (call["reply"] is None) is (call["status"] in ("error", "timed out"))


async def test_what_judges_said_afterwards_and_by_what_is_there_too(tmp_path: Path) -> None:
    folder = await stored_debate(tmp_path / "run", episodes=3)
    await judge_run(folder, [always("Verdict: 1")])
    with sqlite3.connect(folder / "journal.sqlite") as journal:
        for table in ("verdicts", "judge_calls"):
            journal.execute(f"DELETE FROM {table} WHERE episode = 1")
    journal.close()
    with StoredRun(folder) as stored:
        export_jsonl(stored, tmp_path / "out.jsonl")
        verdicts = list(stored.verdicts())
        criteria = {
            name: {"criterion": criterion, "combine": "two-game", "quorum": None}
            for name, criterion in stored.criteria().items()
        }
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [len(record["verdicts"]) for record in records] == [2, 0, 2]
    assert [record["criteria"] for record in records] == [criteria, {}, criteria]
    told = [verdict for record in records for verdict in record["verdicts"]]
    for verdict, line in zip(verdicts, told, strict=True):
        assert line["found"]["choice"] == verdict.found.choice
        assert (line["judge"], line["order"]) == (verdict.key.judge, verdict.key.order)
        assert line["speakers"] == list(verdict.speakers)
        assert [message["content"] for message in line["calls"][0]["messages"]] == [
            message.content for message in verdict.messages
        ]
        assert line["calls"][0]["reply"]["text"] == verdict.raw
    assert "seconds" not in json.dumps(told)


async def test_an_export_that_breaks_off_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lines(chatty(1), tmp_path / "run")
    before = (tmp_path / "run" / "out.jsonl").read_bytes()

    def broken(_: object) -> object:
        raise RuntimeError("power cut")

    monkeypatch.setattr(episodes, "episode_record", broken)
    with StoredRun(tmp_path / "run") as stored, pytest.raises(RuntimeError):
        export_jsonl(stored, tmp_path / "run" / "out.jsonl")
    assert (tmp_path / "run" / "out.jsonl").read_bytes() == before
    assert not list((tmp_path / "run").glob("out.jsonl?*"))
