"""Killed at twenty random moments, a run ends as if it had never been; no stored reply is asked for again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from arena.journal import StoredRun
from arena.training.export import export_jsonl
from tests.real.killable import has_begun

ROOT = Path(__file__).parents[2]
KILLS = 20


def start(folder: Path, asked: Path, *name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.real.killable", folder, asked, *name], cwd=ROOT)


def exported(folder: Path, episodes: int) -> bytes:
    """Return the episodes with all that was found out, as they are exported."""
    with StoredRun(folder) as stored:
        assert export_jsonl(stored, folder / "export.jsonl") == episodes
    return (folder / "export.jsonl").read_bytes()


def replied(folder: Path) -> set[str]:
    """Return the notes of the requests whose reply the journal holds."""
    if not has_begun(folder):
        return set()
    with StoredRun(folder) as stored:
        return {call.reply.reasoning for episode in stored.episodes() for call in episode.calls if call.reply}


def noted(asked: Path) -> list[str]:
    return asked.read_text().splitlines() if asked.exists() else []


def wait_until_it_asks(process: subprocess.Popen[bytes], asked: Path) -> None:
    before = len(noted(asked))
    deadline = time.monotonic() + 20
    while len(noted(asked)) == before and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "episodes"), [("games", 2000), ("talks", 200)])
def test_killed_at_twenty_moments(tmp_path: Path, name: str, episodes: int) -> None:
    whole, parts, asked = tmp_path / "whole", tmp_path / "parts", tmp_path / "asked"
    assert start(whole, tmp_path / "asked-whole", name).wait(90) == 0
    rng = random.Random(2024)
    stored: set[str] = set()
    position = 0
    for kill in range(KILLS + 1):
        process = start(parts, asked, name)
        if kill == KILLS:
            assert process.wait(90) == 0
        else:
            if kill % 4:
                wait_until_it_asks(process, asked)
                time.sleep(rng.uniform(0, 0.3))
            else:
                time.sleep(rng.uniform(0.2, 1.0))
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL, "it was done, or broke, before it was killed"
        lines = noted(asked)
        assert not stored & set(lines[position:]), "a reply in the journal was asked for again"
        now = replied(parts)
        assert stored <= now <= set(lines)
        stored, position = now, len(lines)
    assert exported(parts, episodes) == exported(whole, episodes)
    assert set(lines) == set(noted(tmp_path / "asked-whole"))
    assert stored == set(lines)
    assert len(lines) > len(set(lines)), "no kill came between a question and its answer"
