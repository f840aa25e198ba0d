"""Following a run: what is new is read and printed once."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from arena.cli import following
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.journal import StoredEpisode, StoredRun, recording
from arena.seat.transcript import Event, EventKind
from arena.tasks.task import Task

SEATS = {"ann": "a", "bob": "b"}
STEPS = 5


async def test_an_episode_in_play_is_read_once_and_then_only_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read, looks = Counter[str](), asyncio.Event()
    loop = asyncio.get_running_loop()
    whole, new = StoredRun.episode, StoredRun.events_from

    def episode(run: StoredRun, number: int) -> StoredEpisode:
        read["whole"] += 1
        return whole(run, number)

    def events_from(run: StoredRun, number: int, position: int) -> list[Event]:
        found = new(run, number, position)
        read["events"] += len(found)
        return found

    def slept(seconds: float) -> None:
        loop.call_soon_threadsafe(looks.set)
        asyncio.run(asyncio.sleep(0.01))

    monkeypatch.setattr(StoredRun, "episode", episode)
    monkeypatch.setattr(StoredRun, "events_from", events_from)
    monkeypatch.setattr("arena.cli.following.time.sleep", slept)
    config: dict[str, Any] = {"kind": "scenario", "seats": SEATS, "protocol": {"class": "a:B"}}
    async with recording(tmp_path, {"config": config, "version": "0", "source": None}) as journal:
        plan = Plan(0, Task(id="q", text="Who?"), SEATS, chance=1)
        journal.begin(plan, {"ann": "", "bob": ""})
        await journal.flush()
        follower = asyncio.create_task(asyncio.to_thread(following.follow, str(tmp_path), 0, False))
        for step in range(STEPS):
            said = [Event(EventKind.SAID, seat, frozenset(SEATS), f"{seat} in {step}.") for seat in SEATS]
            journal.events(0, step, 2 * step, said)
            await journal.flush()
            for _ in range(2):
                looks.clear()
                await looks.wait()
        journal.end(Played(plan, Outcome.completed({}), 10, 0.1))
        await journal.flush()
        await follower
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:-1] == [f"{seat}: {seat} in {step}." for step in range(STEPS) for seat in SEATS]
    assert lines[-1].startswith("Completed.")
    assert read["whole"] == 2
    assert read["events"] <= 2 * STEPS
