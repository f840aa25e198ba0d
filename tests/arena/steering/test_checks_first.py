"""What is asked of a run costs little: no agent is opened in vain, and an answer is waited for cheaply."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.best_of import BestOf
from arena.journal import StoredRun, add_act, recording
from arena.steering import _asking, answer
from tests.arena.steering.test_steering import Slow, done, games, playing


async def test_an_agent_that_may_not_replace_another_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    async def open_(agent: BestOf) -> None:
        opened.append(agent.name)

    monkeypatch.setattr(BestOf, "open", open_)
    with_tools = games(Slow(), tools={"player_1": ["calculator"]})
    async with playing(with_tools, tmp_path / "run") as (task, _):
        refused = await done(tmp_path / "run", "change", replace={"slow": "best-of:random"})
        assert "cannot call tools" in refused
        await task
    assert opened == []
    with StoredRun(tmp_path / "run") as stored:
        assert list(stored.header()["agents"]) == ["slow"]


async def test_a_journal_is_opened_once_while_an_answer_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = 0

    class Counted(StoredRun):
        def __init__(self, folder: Path) -> None:
            nonlocal opened
            opened += 1
            super().__init__(folder)

    monkeypatch.setattr(_asking, "StoredRun", Counted)
    monkeypatch.setattr(_asking, "_SECONDS_BETWEEN", 0.01)
    header = {"config": {"kind": "scenario", "seats": {}}, "version": "0", "source": None}
    async with recording(tmp_path, header) as journal:
        number = await asyncio.to_thread(add_act, tmp_path, "ann", "pause", {})
        waiting = asyncio.create_task(asyncio.to_thread(answer, tmp_path, number))
        await asyncio.sleep(0.1)
        journal.state("paused", number, {})
        assert (await waiting).refused == ""
    assert opened == 1
