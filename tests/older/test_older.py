"""Journals of every schema and caches of 0.1 open, go on, are judged, reported and exported."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.cache.cache import Miss
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.journal._migrations import MIGRATIONS
from arena.journal.schema import JOURNAL_FILE
from arena.judging import LabelCriterion, label_run
from arena.results.report import report_record
from arena.running.running import run
from arena.training.export.exporting import ExportOptions, export_episodes, export_rows
from tests.older.journals import (
    CUT,
    EPISODES,
    KEPT,
    KUHN,
    VERDICTS_SINCE,
    WITHOUT_CHECKSUMS,
    earlier,
    judge,
    played_today,
    unpacked,
)
from tests.older.runs import CACHE, scenarios

DESIGNS = tuple(scenarios(Path()))
SCHEMAS = sorted(
    int(file.name.removeprefix("schema-").removesuffix(".sqlite.gz")) for file in KEPT.glob("schema-*")
)
PLAYED = ("seats", "chance", "events", "outcome", "match", "match_size")


def exported(folder: Path) -> list[dict[str, Any]]:
    file = folder / "episodes.jsonl"
    export_episodes(folder, file)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def played(lines: list[dict[str, Any]]) -> list[list[Any]]:
    """Return of exported episodes what their seed decides."""
    return [[line[part] for part in PLAYED] for line in lines]


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same games as the code of today plays, judges and stores them."""
    return asyncio.run(played_today(tmp_path_factory.mktemp("today") / "run"))


@pytest.fixture(params=range(1, WITHOUT_CHECKSUMS + 1))
def schema(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def folder(schema: int, tmp_path: Path, today: Path) -> Path:
    """The folder of a journal of the schema, whose last episode was cut short."""
    return earlier(schema, tmp_path / "run", today)


class TestEverySchema:
    def test_there_is_a_journal_of_each(self) -> None:
        """One that is added needs a journal here, made before the next is added."""
        assert set(SCHEMAS) >= set(range(1, len(MIGRATIONS)))
        assert len(MIGRATIONS) > WITHOUT_CHECKSUMS

    @pytest.mark.parametrize("schema", SCHEMAS)
    def test_a_run_is_as_it_would_be_now(self, schema: int, tmp_path: Path, today: Path) -> None:
        """The same seed gives the same episodes, in whatever schema they are stored."""
        folder = unpacked(f"schema-{schema}", tmp_path / "run" / JOURNAL_FILE)
        with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal:
            assert journal.execute("PRAGMA user_version").fetchone() == (schema,)
        assert played(exported(folder)) == played(exported(today))

    def test_a_run_that_was_cut_short_is_read_reported_and_exported(
        self, folder: Path, schema: int, tmp_path: Path, today: Path
    ) -> None:
        found, now = exported(folder), exported(today)
        assert played(found[:CUT]) == played(now[:CUT])
        assert [line["outcome"] and line["outcome"]["ending"] for line in found] == (
            ["completed"] * CUT + [None]
        )
        judged = schema >= VERDICTS_SINCE
        assert [line["verdicts"] for line in found] == (
            [line["verdicts"] if judged else [] for line in now[:CUT]] + [[]]
        )
        assert all(line["verdicts"] for line in now)
        assert report_record([folder], samples=2)["runs"][0]["ended"] == {Ending.COMPLETED: CUT}
        assert export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft")).lines

    def test_what_has_no_checksums_is_said_to_be_unchecked(self, folder: Path) -> None:
        with StoredRun(folder) as stored:
            damage = stored.leave_out_damaged()
        assert (damage.sentences, damage.count, damage.old) == ((), EPISODES, EPISODES)

    async def test_a_run_is_resumed_judged_reported_and_exported(
        self, folder: Path, tmp_path: Path, today: Path
    ) -> None:
        came = await run(KUHN, folder, resume=True)
        assert came.ended[Ending.COMPLETED] == EPISODES
        assert await judge(folder, "another") == EPISODES
        moves = LabelCriterion(label="moves", pattern=r"\w+", view="player_0", sides=("player_0",))
        labelled = await label_run(folder, [moves])
        assert labelled.tallies["moves", "regex"].classified >= labelled.episodes == EPISODES
        after = exported(folder)
        assert played(after) == played(exported(today))
        labels = [verdict for line in after for verdict in line["verdicts"] if verdict["judge"] == "regex"]
        assert all(label["name"] == "moves" for one in labels for label in one["found"]["labels"])
        per_episode = [sum(verdict["judge"] == "another" for verdict in line["verdicts"]) for line in after]
        assert per_episode == [2] * EPISODES
        with StoredRun(folder) as stored:
            assert not stored.leave_out_damaged().sentences
        assert report_record([folder], samples=10)["runs"]
        assert export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft")).lines > EPISODES

    async def test_what_is_written_to_it_now_is_checked(self, folder: Path) -> None:
        await run(KUHN, folder, resume=True)
        with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
            (last,) = journal.execute("SELECT max(position) FROM events WHERE episode = ?", (CUT,)).fetchone()
            journal.execute(
                "UPDATE events SET text = 'Nobody won.' WHERE episode = ? AND position = ?", (CUT, last)
            )
        with StoredRun(folder) as stored:
            assert set(stored.leave_out_damaged().episodes) == {CUT}


class TestRunsOf01:
    """They name classes by where they stood then; `arena.comparison:Comparison` is one."""

    @pytest.mark.parametrize("name", DESIGNS)
    async def test_go_on_where_they_stopped(self, name: str, tmp_path: Path) -> None:
        for other in ("scenario", name):
            unpacked(f"0.1/{other}", tmp_path / other / JOURNAL_FILE)
        folder = tmp_path / name
        with StoredRun(folder) as stored:
            before = stored.numbers(finished=True)
        await run(scenarios(tmp_path)[name], folder, resume=True)
        with StoredRun(folder) as stored:
            after = stored.numbers(finished=True)
        assert before
        assert before < after or name == CACHE
        assert report_record([folder], samples=10)["runs"]
        assert len(exported(folder)) == len(after)

    @pytest.mark.parametrize(("name", "found"), [("coached", "advice"), ("coaching", "advice"), ("pool", "")])
    def test_what_they_found_out_is_translated(self, name: str, found: str, tmp_path: Path) -> None:
        unpacked(f"0.1/{name}", tmp_path / name / JOURNAL_FILE)
        with StoredRun(tmp_path / name) as stored:
            rows = list(stored.annotation_columns(("name", "seat", "text")))
            assert not stored.leave_out_damaged().sentences
        assert [seat for own, seat, text in rows if own == found and text] == ["buyer"] * len(
            [own for own, *_ in rows if own == found]
        )
        assert bool(rows) is bool(found)

    async def test_replies_in_a_cache_are_found_and_known_to_answer_other_messages(
        self, tmp_path: Path
    ) -> None:
        cache = unpacked("0.1/cache", tmp_path / "cache.sqlite") / "cache.sqlite"
        came = await run(scenarios(tmp_path)[CACHE], tmp_path / "again", cache=cache)
        assert came.cache is not None
        # Agents and forms are known for what they were, by the names of their classes then.
        assert came.cache.misses[Miss.SENT_OTHERWISE] > 5
        assert not {Miss.OTHER_AGENT, Miss.CHANGED} & set(came.cache.misses)
