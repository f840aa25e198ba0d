"""Journals as every earlier version wrote them, in ``tests/data/journals``; made anew by running this.

    python -m tests.arena.journal.old

Each holds the same debates, two that have ended and one that a kill cut short, and, from the schema on that
has verdicts, what a judge said of them: the rows of a journal of today, in the columns that there were.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from arena.designs.scenario import Scenario
from arena.journal.schema import FILE, MIGRATIONS
from arena.judging import judge_run
from arena.running.running import run
from tests.arena.judging.debating import TASK, Tiny, always, debater
from tests.helpers import Watched

FOLDER = Path(__file__).parents[2] / "data" / "journals"
WITHOUT_CHECKSUMS = 10
"""The last schema that had none."""


def scenario() -> Scenario:
    """Return what is played in them."""
    seats = {
        "pro": debater("pro", "They swim."),
        "con": debater("con", "They suckle."),
        "judge": Watched("Verdict: con", name="the live judge"),
    }
    return Scenario(protocol=Tiny(), tasks=(TASK,), seats=seats, episodes=3, seed=3)


async def make(root: Path) -> Path:
    """Play what is in them, and return the journal of today that holds it."""
    await run(scenario(), root / "run")
    await judge_run(root / "run", [always("Verdict: 1")])
    file = root / "run" / FILE
    with closing(sqlite3.connect(file)) as journal, journal:
        for table in ("outcomes", "verdicts", "judge_calls"):
            journal.execute(f"DELETE FROM {table} WHERE episode = 2")
        journal.execute("DELETE FROM calls WHERE episode = 2 AND step > 1")
        journal.execute("DELETE FROM events WHERE episode = 2 AND step > 1")
    return file


def write_as(version: int, today: Path, file: Path) -> None:
    """Write what a journal of today holds as one of an earlier schema version."""
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as old:
        old.execute("PRAGMA page_size = 512")
        for script in MIGRATIONS[:version]:
            old.executescript(script)
        old.execute("ATTACH ? AS today", (str(today),))
        for (table,) in old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            columns = ", ".join(name for _, name, *_ in old.execute(f"PRAGMA main.table_info({table})"))
            old.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}")
        old.execute("DETACH today")
        old.execute(f"PRAGMA user_version = {version}")
        old.execute("VACUUM")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        made = asyncio.run(make(Path(folder)))
        for number in range(1, WITHOUT_CHECKSUMS + 1):
            write_as(number, made, FOLDER / f"schema-{number:02}.sqlite")
