"""Looking at an episode while it is played: what is new is read by itself, and checked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import accumulate
from pathlib import Path

import pytest

from arena.core.errors import JournalDamaged
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE
from arena.running.forking import fork
from tests.arena.view.runs import debates, debating


async def test_the_events_from_a_step_on_are_those_of_the_whole_episode(tmp_path: Path) -> None:
    original = await debates(tmp_path / "debate", 1, rounds=1)
    await fork(original, debating(1, rounds=1), 0, 5, 1, folder=tmp_path / "fork", quiet=True)
    for folder, shared in ((original, 0), (tmp_path / "fork", 5)):
        with StoredRun(folder) as stored:
            episode = stored.episode(0)
            begins = [0, *accumulate(map(len, episode.steps))]
            for at in begins[shared:]:
                assert stored.events_from(0, at) == list(episode.events[at:])


async def test_events_that_differ_from_what_was_written_are_damage(tmp_path: Path) -> None:
    folder = await debates(tmp_path / "debate", 1, rounds=1)
    with StoredRun(folder) as stored:
        last = len(stored.episode(0).events) - 1
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
        journal.execute("UPDATE events SET text = 'Another word.' WHERE position = ?", (last,))
    with StoredRun(folder) as stored:
        assert stored.events_from(0, last + 1) == []
        with pytest.raises(JournalDamaged):
            stored.events_from(0, last)
