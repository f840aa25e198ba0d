"""Letting failed episodes count as not ended reads of the journal only what is theirs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from arena.journal import recording
from arena.journal._reopening import reopening
from arena.journal.schema import JOURNAL_FILE


async def test_no_statement_goes_through_the_calls_or_events_of_the_whole_run(tmp_path: Path) -> None:
    async with recording(tmp_path / "run", {"config": {}}):
        pass
    plans: list[str] = []
    with closing(sqlite3.connect(tmp_path / "run" / JOURNAL_FILE)) as journal:
        journal.create_function("checksum", -1, lambda *values: 0, deterministic=True)
        for statement, parameters in reopening([0]):
            if "CREATE INDEX" not in statement:
                plans += [row[3] for row in journal.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            journal.execute(statement, parameters)
    assert any("SEARCH calls" in plan for plan in plans)
    whole = ("SCAN calls", "SCAN events", "SCAN annotations", "SCAN returned", "AUTOMATIC")
    assert not [plan for plan in plans if plan.startswith(whole)]
