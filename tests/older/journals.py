"""A journal of each schema, kept in ``tests/data/older``: the same games, as the code of then stored them.

All were played to the end, and no judge was asked about them. `earlier` makes of one what it would hold if a
kill had cut its last episode short and, where its schema has verdicts, a judge had ruled on the others.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

from arena.designs.scenario import Scenario
from arena.journal.schema import JOURNAL_FILE
from arena.judging import Criterion, judge_run
from arena.running.running import run
from protocols import Play
from tests.shared.agents import Watched

KEPT = Path(__file__).parents[1] / "data" / "older"
VERDICTS_SINCE = 4
"""The first schema that has verdicts."""
WITHOUT_CHECKSUMS = 10
"""The last schema that had none: in a later one, whatever is cut shows as damage."""
EPISODES = 6
CUT = 5
"""The number of the episode that is cut short, which is the last."""
CUT_AFTER = 5
"""The last of its steps that is kept, in which the second player has moved once."""
KUHN = Scenario(
    name="kuhn",
    protocol=Play(game="kuhn", hands=2),
    seats={"player_0": "random", "player_1": "kuhn-nash"},
    episodes=3,
    swap=True,
    seed=5,
)


def unpacked(name: str, file: Path) -> Path:
    """Unpack a kept file, and return the folder it is in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.decompress((KEPT / f"{name}.sqlite.gz").read_bytes()))
    return file.parent


async def judge(folder: Path, name: str) -> int:
    """Have a judge called `name` rule on every episode, and return how many there were."""
    ruling = Watched("Verdict: 1\nConfidence: 90", name)
    return (await judge_run(folder, [ruling], Criterion(view="player_0"))).episodes


async def played_today(folder: Path) -> Path:
    """Play the same games with the code of today, have them judged, and return their folder."""
    await run(KUHN, folder)
    await judge(folder, "an earlier judge")
    return folder


def earlier(schema: int, folder: Path, today: Path) -> Path:
    """Unpack a schema's journal into `folder`, cut it short, and add the verdicts of the run in `today`."""
    unpacked(f"schema-{schema}", folder / JOURNAL_FILE)
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
        journal.execute("DELETE FROM outcomes WHERE episode = ?", (CUT,))
        for table in ("calls", "events"):
            journal.execute(f"DELETE FROM {table} WHERE episode = ? AND step > ?", (CUT, CUT_AFTER))
    if schema >= VERDICTS_SINCE:
        _copy_verdicts(today / JOURNAL_FILE, folder / JOURNAL_FILE)
    return folder


def _copy_verdicts(today: Path, file: Path) -> None:
    """Copy the verdicts on the episodes that are not cut, in the columns that `file` has."""
    with closing(sqlite3.connect(file, isolation_level=None)) as journal:
        journal.execute("ATTACH ? AS today", (str(today),))
        for table in ("texts", "criteria", "verdicts", "judge_calls"):
            columns = ", ".join(name for _, name, *_ in journal.execute(f"PRAGMA main.table_info({table})"))
            which = f"WHERE episode != {CUT}" if table in ("verdicts", "judge_calls") else ""
            journal.execute(
                f"INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM today.{table} {which}"
            )
