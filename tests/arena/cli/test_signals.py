"""Stopping a run from outside, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.arena.cli.typing_in import Said, Typist, finish, start

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")

SLOW = (
    *("tournament", "kuhn", "--agents", "slow:kuhn-nash?seconds=0.2", "random"),
    *("--format", "round-robin?meetings=100", "--concurrency", "2", "--out", "runs/slow"),
)
"""Two hundred episodes that take half a minute in all, unless they are stopped."""


STARTING = """
from arena.cli import interrupting, main
enter = interrupting.EndingOnTheSpot.__enter__
def entered(self):
    enter(self)
    print("starting", flush=True)
interrupting.EndingOnTheSpot.__enter__ = entered
main()
"""
"""Says that it starts as soon as Ctrl-C is looked after; before that Python itself is starting."""
IN_A_DESTRUCTOR = """
import signal, time
from arena.cli import interrupting

class Closing:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def command():
    Closing()
    time.sleep(30)

with interrupting.EndingOnTheSpot(for_good=True):
    interrupting.begun(command)
"""
IN_A_TERMINAL = (
    "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from arena.cli import main; main()"
)


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
    while ended(folder) < 2:
        assert process.poll() is None, process.communicate()
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
    @pytest.mark.slow
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

    @pytest.mark.slow
    def test_second_ctrl_c_stops_at_once(self, arena: Typist) -> None:
        process = playing(arena.folder)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while "Finishing" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        resumed(arena, finish(process))

    @pytest.mark.slow
    @pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
    def test_termination_and_hanging_up_drain_too(self, arena: Typist, sign: signal.Signals) -> None:
        process = playing(arena.folder)
        process.send_signal(sign)
        stopped = finish(process)
        assert "Finishing the episodes being played" in stopped.err
        resumed(arena, stopped)

    @pytest.mark.slow
    def test_a_second_termination_stops_at_once(self, arena: Typist) -> None:
        process = playing(arena.folder)
        process.terminate()
        assert process.stderr is not None
        while "Finishing" not in process.stderr.readline():
            assert process.poll() is None
        process.terminate()
        resumed(arena, finish(process))

    @pytest.mark.slow
    def test_hanging_up_is_nothing_to_a_run_that_was_begun_so_as_by_nohup(self, arena: Typist) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            process = playing(arena.folder)
        finally:
            signal.signal(signal.SIGHUP, before)
        process.send_signal(signal.SIGHUP)
        done = ended(arena.folder)
        while ended(arena.folder) < done + 4:
            assert process.poll() is None
            time.sleep(0.02)
        process.terminate()
        resumed(arena, finish(process))

    @pytest.mark.slow
    def test_a_terminal_that_is_closed_drains_and_leaves_the_run_whole(self, arena: Typist) -> None:
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", IN_A_TERMINAL, *SLOW],
            cwd=arena.folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        while ended(arena.folder) < 2:
            os.read(ours, 65536)
        os.close(ours)
        assert process.wait() == 130
        assert 2 <= ended(arena.folder) < 200
        assert arena("resume", "slow", "--concurrency", "200").code == 0

    @pytest.mark.slow
    @pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_an_import_that_is_stopped_leaves_nothing(self, arena: Typist, sign: signal.Signals) -> None:
        record = {"seats": {"ann": "x"}, "speeches": [{"seat": "ann", "text": "Hi."}]}
        (arena.folder / "many.jsonl").write_text((json.dumps(record) + "\n") * 20_000)
        process = start("import", "many.jsonl", "--out", "runs/many", cwd=arena.folder)
        while not list(arena.folder.glob("runs/.many-*/journal.sqlite")):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(sign)
        assert finish(process).code == 130
        assert list((arena.folder / "runs").iterdir()) == []

    def test_ctrl_c_in_a_destructor_is_not_lost(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", IN_A_DESTRUCTOR], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (130, "Stopped.\n")

    @pytest.mark.slow
    @pytest.mark.parametrize("delays", [(0, 0.05, 0.1, 0.2, 0.3), (0.4, 0.5, 0.6, 0.8, 1.0)])
    def test_ctrl_c_while_it_starts_is_a_sentence_and_leaves_nothing_half_written(
        self, arena: Typist, delays: Sequence[float]
    ) -> None:
        for number, delay in enumerate(delays):
            process = subprocess.Popen(
                [sys.executable, "-c", STARTING, *SLOW[:-1], f"runs/{number}"],
                cwd=arena.folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            assert process.stdout is not None
            assert process.stdout.readline() == "starting\n"
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            stopped = finish(process)
            assert stopped.code == 130
            assert "Traceback" not in stopped.err
            journal = arena.folder / "runs" / str(number) / "journal.sqlite"
            assert "Stopped" in stopped.err.splitlines()[-1]
            assert ("arena resume" in stopped.err) == journal.exists()
            if journal.exists():
                assert arena("resume", str(number), "--concurrency", "200").code == 0
            else:
                assert len(stopped.err.splitlines()) == 1


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
        assert result.code == 2
        assert "The run in runs/slow is being played and is not paused" in result.err
