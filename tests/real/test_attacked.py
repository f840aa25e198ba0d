"""A run that is steered and killed at random ends as if nobody had touched it. Each act is heeded once."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.spending.limits import Caps
from arena.steering import ActKind, RunAct, StateKind, acts, ask, is_being_written, state
from tests.real.killable import has_begun
from tests.real.test_kill import exported, noted, replied, start

EPISODES = 400
KILLS = 6


def some_act(rng: random.Random) -> RunAct:
    return rng.choice(
        [
            RunAct(kind=ActKind.PAUSE),
            RunAct(kind=ActKind.RESUME),
            RunAct(kind=ActKind.STOP, seconds=rng.choice([0, 1])),
            RunAct(kind=ActKind.CHANGE, concurrency=rng.choice([2, 5, 10, 60])),
            RunAct(kind=ActKind.CHANGE, caps=Caps(minutes=rng.choice([5, None]), tool_calls=9)),
            RunAct(kind=ActKind.CHANGE, retry_failed=True, concurrency=20),
        ]
    )


def attack(folder: Path, process: subprocess.Popen[bytes], rng: random.Random) -> int:
    """Ask some things of the run that a process plays, and return how many were written down."""
    count, until = 0, time.monotonic() + 20
    while process.poll() is None and not (is_being_written(folder) and has_begun(folder)):
        assert time.monotonic() < until
        time.sleep(0.02)
    for _ in range(rng.randint(1, 6)):
        time.sleep(rng.choice([0.0, 0.0, 0.1, 0.5, 1.1]))
        with suppress(UsageError):
            count += bool(ask(folder, some_act(rng), "ann"))
    return count


def go_to_the_end(folder: Path, asked: Path, name: str) -> None:
    process = start(folder, asked, name)
    until = time.monotonic() + 90
    while process.poll() is None:
        assert time.monotonic() < until
        if has_begun(folder) and state(folder).kind is StateKind.PAUSED:
            with suppress(UsageError):
                ask(folder, RunAct(kind=ActKind.RESUME), "ann")
        time.sleep(0.2)
    assert process.returncode == 0


def failed_in(folder: Path) -> int:
    with StoredRun(folder) as stored:
        return len(stored.failed_last())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), [("few", 1), ("failing", 2)])
def test_steered_and_killed_at_random(tmp_path: Path, name: str, seed: int) -> None:
    whole, run, asked = tmp_path / "whole", tmp_path / "run", tmp_path / "asked"
    assert start(whole, tmp_path / "asked-whole", "few").wait(90) == 0
    rng, count, stored = random.Random(seed), 0, set[str]()
    for _ in range(KILLS):
        process = start(run, asked, name)
        count += attack(run, process, rng)
        time.sleep(rng.uniform(0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = replied(run)
        assert stored <= now <= set(noted(asked))
        stored = now
    go_to_the_end(run, asked, name)
    while failed_in(run):
        assert start(run, asked, name, "again").wait(90) == 0
    assert exported(run, EPISODES) == exported(whole, EPISODES)
    with StoredRun(run) as found:
        heeded = acts(found)
        answers = Counter(one.act for one in found.states() if one.act is not None)
        assert not found.leave_out_damaged().sentences
    assert sum(one.by == "ann" for one in heeded) >= count
    assert all(one.answer is not None for one in heeded)
    assert set(answers.values()) == {1}
    assert answers.keys() == {one.number for one in heeded}
