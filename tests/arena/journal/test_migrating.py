"""A journal from before annotations is given those of its episodes once, when it is first opened."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from arena.designs.scenario import Scenario
from arena.episode.protocol import Protocol
from arena.journal import StoredRun, schema
from arena.journal._migrations import ANNOTATED_SINCE, MIGRATIONS
from arena.journal.schema import JOURNAL_FILE
from arena.running.running import run
from arena.tasks import sums, worked_solutions
from arena.tasks.task import Task
from protocols import Bargain, Coached, Revise, SneakyCritic
from tests.protocols.haggling import LAMP

COACHED = Coached(protocol=Bargain(turns=4), improving="buyer")
STUDIES: list[tuple[Protocol, Sequence[Task]]] = [
    (Revise(hint="unary", samples=3, keep="right", feedback="self", unit="step"), sums(2)),
    (SneakyCritic(), worked_solutions(2)),
    (COACHED, (LAMP,)),
]


def set_back(folder: Path) -> None:
    """Make of a journal what the code before annotations would have written."""
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
        for newer in ("annotations", "pictures", "returned", "acts", "states"):
            journal.execute(f"DROP TABLE {newer}")
        for table, column in (
            ("outcomes", "annotations"),
            ("outcomes", "annotations_checksum"),
            ("calls", "draft"),
            ("judge_calls", "draft"),
            ("calls", "parts"),
            ("judge_calls", "parts"),
            ("calls", "tools"),
            ("judge_calls", "tools"),
            ("episodes", "tools"),
            ("episodes", "act"),
            ("events", "pictures"),
        ):
            journal.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        journal.execute(f"PRAGMA user_version = {ANNOTATED_SINCE - 1}")


def rows(folder: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal:
        return journal.execute("SELECT * FROM annotations ORDER BY episode, judgement, number").fetchall()


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: type(study[0]).__name__)
async def test_they_are_those_that_are_written_today(
    study: tuple[Protocol, Sequence[Task]], tmp_path: Path
) -> None:
    protocol, tasks = study
    seats = dict.fromkeys(protocol.seats, "random")
    await run(Scenario(protocol=protocol, tasks=tasks, seats=seats, episodes=3, seed=1), tmp_path / "run")
    written = rows(tmp_path / "run")
    set_back(tmp_path / "run")
    with StoredRun(tmp_path / "run") as stored:
        assert stored.numbers(finished=True)
    assert [row[:-1] for row in rows(tmp_path / "run")] == [row[:-1] for row in written]
    assert written
    assert {row[-1] for row in rows(tmp_path / "run")} == {None}


async def test_what_is_damaged_is_left_out_and_the_rest_is_translated(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    seats = {"buyer": "random", "seller": "random"}
    await run(Scenario(protocol=Bargain(), tasks=(LAMP,), seats=seats, episodes=3, seed=1), folder)
    set_back(folder)
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
        journal.execute("UPDATE outcomes SET details = '{\"negotiation\":' WHERE episode = 0")
        journal.execute("UPDATE outcomes SET details = CAST(x'7bff7d' AS TEXT) WHERE episode = 1")
    with StoredRun(folder) as stored:
        assert stored.numbers(finished=True)
    assert {row[0] for row in rows(folder)} == {2}


async def test_a_truth_that_is_none_of_the_listed_answers_leaves_it_unknown_who_is_right(
    tmp_path: Path,
) -> None:
    folder, task = tmp_path / "run", Task(text="Who?", data={"answers": ["ann", "bob"]}, truth="ann")
    seats = dict.fromkeys(Revise().seats, "random")
    await run(Scenario(protocol=Revise(), tasks=(task,), seats=seats, episodes=2, seed=1), folder)
    set_back(folder)
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
        journal.execute('UPDATE tasks SET task = replace(task, \'"truth":"ann"\', \'"truth":"cy"\')')
    with StoredRun(folder) as stored:
        assert stored.numbers(finished=True)
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal:
        graded = journal.execute("SELECT correct FROM annotations WHERE text IS NOT NULL").fetchall()
    assert set(graded) == {(None,)}


@pytest.mark.slow
async def test_several_processes_that_open_an_old_journal_at_once_migrate_it_once(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    seats = dict.fromkeys(COACHED.seats, "random")
    await run(Scenario(protocol=COACHED, tasks=(LAMP,), seats=seats, episodes=40, seed=1), folder)
    written = rows(folder)
    set_back(folder)
    code = (
        "import sys; from pathlib import Path; from arena.journal import StoredRun; sys.stdin.readline();"
        "print(len(StoredRun(Path(sys.argv[1])).numbers(finished=True)))"
    )
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code, str(folder)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    said = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [out for out, _ in said] == [b"40\n"] * 4
    assert [row[:-1] for row in rows(folder)] == [row[:-1] for row in written]


@pytest.mark.parametrize("done", range(1, 4))
async def test_a_migration_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    """It is broken off after some statements of the last migration, so nothing of that one stands."""
    folder, seats = tmp_path / "run", dict.fromkeys(COACHED.seats, "random")
    await run(Scenario(protocol=COACHED, tasks=(LAMP,), seats=seats, episodes=3, seed=1), folder)
    written = rows(folder)
    set_back(folder)
    statements = iter(schema._statements(MIGRATIONS[ANNOTATED_SINCE - 1]))

    def cut_off(script: str) -> Iterator[str]:
        yield from islice(statements, done)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(schema, "_statements", cut_off)
        with pytest.raises(KeyboardInterrupt):
            StoredRun(folder)
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal:
        assert journal.execute("PRAGMA user_version").fetchone() == (ANNOTATED_SINCE - 1,)
    with StoredRun(folder) as stored:
        assert stored.numbers(finished=True)
    assert [row[:-1] for row in rows(folder)] == [row[:-1] for row in written]
