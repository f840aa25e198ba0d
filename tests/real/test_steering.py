"""Runs in processes of their own are steered from others, and killed while they are paused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import arena
from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.steering import StateKind, acts, state
from tests.arena.cli.typing_in import finish, start
from tests.real.killable import has_begun
from tests.real.test_kill import ROOT, exported, noted, replied
from tests.real.test_kill import start as start_killable

EPISODES = 2000


def until_it_is(folder: Path, kind: StateKind) -> None:
    deadline = time.monotonic() + 30
    while not has_begun(folder) or state(folder).kind is not kind:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_a_run_that_is_killed_while_it_is_paused_ends_as_if_it_had_never_been(tmp_path: Path) -> None:
    whole, run, asked = tmp_path / "whole", tmp_path / "run", tmp_path / "asked"
    assert start_killable(whole, tmp_path / "asked-whole", "games").wait(90) == 0
    stored: set[str] = set()
    for kill in range(3):
        process = start_killable(run, asked, "games")
        before = len(noted(asked))
        while len(noted(asked)) < before + 200:
            assert process.poll() is None
            time.sleep(0.01)
        arena.pause(run, by="ann")
        time.sleep(0.3)  # What is on its way is answered within 50 ms.
        count = len(noted(asked))
        time.sleep(0.3)
        assert len(noted(asked)) == count
        assert state(run).kind is StateKind.PAUSED
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        killed = state(run)
        assert killed.kind is StateKind.STOPPED
        assert killed.why.endswith("It was paused then.")
        with pytest.raises(UsageError, match="is not being played, so there is nothing to pause"):
            arena.pause(run)
        now = replied(run)
        assert stored <= now == set(noted(asked)), f"a reply was lost at kill {kill}"
        stored = now
    assert start_killable(run, asked, "games").wait(90) == 0
    assert exported(run, EPISODES) == exported(whole, EPISODES)
    assert max(Counter(noted(asked)).values()) == 1
    with StoredRun(run) as found:
        assert [one.act.kind for one in acts(found)] == ["pause", "resume"] * 3
    assert state(run).kind is StateKind.ENDED


@pytest.mark.slow
def test_a_run_is_steered_from_another_terminal(tmp_path: Path) -> None:
    slow = ("--agents", "slow:kuhn-nash?seconds=0.2", "random", "--episodes", "300", "--concurrency", "2")
    process = start("run", "kuhn", *slow, "--out", "runs/slow", cwd=tmp_path)
    folder = tmp_path / "runs" / "slow"
    until_it_is(folder, StateKind.LIVE)
    paused = finish(start("pause", "slow", "--by", "ann", cwd=tmp_path))
    assert paused.code == 0
    assert "runs/slow is paused. It goes on with: arena resume runs/slow" in paused.err
    assert state(folder).by == "ann"
    resumed = finish(start("resume", "slow", "--concurrency", "4", cwd=tmp_path))
    assert (resumed.code, "goes on in the process that plays it" in resumed.err) == (0, True)
    again = finish(start("resume", "slow", cwd=tmp_path))
    assert (again.code, "is not paused" in again.err) == (2, True)
    more = finish(start("resume", "slow", "--set", "seed=3", "--concurrency", "3", cwd=tmp_path))
    assert (more.code, "stop it first to change more" in more.err) == (2, True)
    began = time.monotonic()
    stopped = finish(start("stop", "slow", "--by", "bob", cwd=tmp_path))
    assert time.monotonic() - began < 10
    assert (stopped.code, "is stopped. Continue it with" in stopped.err) == (0, True)
    said = finish(process)
    assert said.code == 130
    assert "Stopped by bob. Continue with: arena resume runs/slow" in said.err


PAUSING_ITSELF = """
import asyncio, sys
from pathlib import Path
import arena
from arena.steering import StateKind
from protocols import Play

async def main(folder):
    agents = {"player_0": "slow:random?seconds=0.05", "player_1": "random"}
    playing = asyncio.create_task(
        arena.run_async(Play(), folder, agents=agents, episodes=2000, concurrency=2)
    )
    while not (Path(folder) / "journal.sqlite").exists():
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    run = arena.open_run(folder)
    await run.pause_async(by="me")
    assert run.state.kind is StateKind.PAUSED, run.state
    try:
        run.pause()
    except arena.UsageError as refused:
        assert "await pause_async" in str(refused)
    await run.change_async(concurrency=3, caps={"minutes": 5}, limits={"turns": 1})
    assert (await run.resume_async(by="me")).state.kind is StateKind.LIVE
    await arena.stop_async(folder)
    await playing
    print(run.state.kind, run.state.by)
asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.slow
def test_a_script_steers_the_run_that_it_plays(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "USER": "me", "LOGNAME": "me"}
    words = [sys.executable, "-c", PAUSING_ITSELF, str(tmp_path / "run")]
    said = subprocess.run(
        words, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60, check=False
    )
    assert (said.stdout, said.returncode) == ("stopped me\n", 0), said.stderr
