"""A journal from before annotations is given those of its episodes once, when it is first opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.designs.scenario import Scenario
from arena.episode.protocol import Protocol
from arena.journal import StoredRun
from arena.journal.schema import ANNOTATED_SINCE, JOURNAL_FILE
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
        journal.execute("DROP TABLE annotations")
        for table, column in (
            ("outcomes", "annotations"),
            ("outcomes", "annotations_checksum"),
            ("calls", "draft"),
            ("judge_calls", "draft"),
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
