"""Stopping a run from outside, in a process of its own."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.arena.cli.typing_in import Said, Typist, finish, start

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")

SLOW = (
    *("tournament", "kuhn", "--agents", "slow:kuhn-nash?seconds=0.2", "random"),
    *("--format", "round-robin?meetings=100", "--concurrency", "2", "--out", "runs/slow"),
)
"""Two hundred episodes that take half a minute in all, unless they are stopped."""


def ended(folder: Path) -> int:
    """How many episodes the journal holds as ended."""
    journal = folder / "runs" / "slow" / "journal.sqlite"
    if not journal.exists():
        return 0
    connection = sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)
    try:
        (count,) = connection.execute("SELECT count(*) FROM outcomes").fetchone()
    except sqlite3.OperationalError:  # its tables are being made
        return 0
    finally:
        connection.close()
    return int(count)


def playing(folder: Path) -> subprocess.Popen[str]:
    """Start the slow run, and return when some of its episodes have ended."""
    process = start(*SLOW, cwd=folder)
    deadline = time.monotonic() + 20
    while ended(folder) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def resumed(arena: Typist, stopped: Said) -> None:
    """Check that a run that was stopped says how to go on, is whole, and goes on to its end."""
    assert stopped.code == 130
    assert "arena resume runs/slow" in stopped.err
    assert "Traceback" not in stopped.err
    assert 2 <= ended(arena.folder) < 200
    connection = sqlite3.connect(arena.folder / "runs" / "slow" / "journal.sqlite")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    result = arena("resume", "slow", "--concurrency", "200")
    assert result.code == 0
    assert "Episodes: 200 completed" in result.out


class TestInterrupt:
    def test_first_ctrl_c_drains(self, arena: Typist) -> None:
        process = playing(arena.folder)
        process.send_signal(signal.SIGINT)
        stopped = finish(process)
        assert "Finishing the episodes being played" in stopped.err
        assert "Episodes: " in stopped.out
        journal = arena.folder / "runs" / "slow" / "journal.sqlite"
        connection = sqlite3.connect(journal)
        begun = connection.execute("SELECT count(*) FROM episodes").fetchone()[0]
        connection.close()
        assert begun == ended(arena.folder)
        resumed(arena, stopped)

    def test_second_ctrl_c_stops_at_once(self, arena: Typist) -> None:
        process = playing(arena.folder)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while "Finishing" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        resumed(arena, finish(process))

    def test_termination_stops_at_once_and_leaves_the_journal_whole(self, arena: Typist) -> None:
        process = playing(arena.folder)
        process.terminate()
        resumed(arena, finish(process))


class TestKill:
    def test_leaves_the_journal_whole(self, arena: Typist) -> None:
        process = playing(arena.folder)
        process.kill()
        killed = finish(process)
        assert killed.code == -signal.SIGKILL
        result = arena("resume", "slow", "--concurrency", "200")
        assert result.code == 0
        assert "Episodes: 200 completed" in result.out

    def test_a_second_process_on_the_same_run_is_refused(self, arena: Typist) -> None:
        process = playing(arena.folder)
        result = arena("resume", "slow")
        process.kill()
        finish(process)
        assert result.code == 1
        assert "Another process is writing the run" in result.err
