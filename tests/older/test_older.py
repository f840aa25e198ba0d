"""Journals of every schema and caches of 0.1 open, go on, are judged, reported and exported."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from arena.cache.cache import Miss
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.journal.schema import FILE, MIGRATIONS
from arena.judging import Criterion, judge_run
from arena.results.report import report_record
from arena.running.running import run
from arena.training.export import export_jsonl
from arena.training.export.exporting import ExportOptions, export_rows
from protocols import Play
from tests.helpers import Watched
from tests.older.runs import CACHE, scenarios

KEPT = Path(__file__).parents[1] / "data" / "older"
DESIGNS = tuple(scenarios(Path()))
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


def exported(folder: Path) -> list[dict[str, object]]:
    file = folder / "episodes.jsonl"
    with StoredRun(folder) as stored:
        export_jsonl(stored, file)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


class TestEverySchema:
    def test_there_is_a_journal_of_each(self) -> None:
        """One that is added needs a journal here, made before the next is added."""
        kept = {int(file.name.partition(".")[0].removeprefix("schema-")) for file in KEPT.glob("schema-*")}
        assert kept >= set(range(1, len(MIGRATIONS)))

    @pytest.mark.parametrize("file", sorted(KEPT.glob("schema-*")), ids=lambda file: file.name.split(".")[0])
    async def test_a_run_is_as_it_would_be_now(self, file: Path, tmp_path: Path) -> None:
        """The same seed gives the same episodes, in whatever schema they are stored."""
        name = file.name.removesuffix(".sqlite.gz")
        folder = unpacked(name, tmp_path / name / FILE)
        connection = sqlite3.connect(folder / FILE)
        assert connection.execute("PRAGMA user_version").fetchone() == (int(name.removeprefix("schema-")),)
        connection.close()
        await run(KUHN, tmp_path / "now")
        before, now = exported(folder), exported(tmp_path / "now")
        for part in ("seats", "chance", "events", "outcome", "match", "match_size"):
            assert [episode[part] for episode in before] == [episode[part] for episode in now]

    @pytest.mark.parametrize("schema", [1, 4, 8])
    async def test_a_run_is_resumed_judged_reported_and_exported(self, schema: int, tmp_path: Path) -> None:
        folder = unpacked(f"schema-{schema}", tmp_path / "run" / FILE)
        came = await run(KUHN, folder, resume=True)
        assert came.ended[Ending.COMPLETED] == 6
        judge = Watched("Verdict: 1\nConfidence: 90", "judge")
        judged = await judge_run(folder, [judge], Criterion(view="player_0"))
        assert judged.episodes == 6
        assert report_record([folder], samples=10)["runs"]
        assert export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft")).lines > 6


class TestRunsOf01:
    """They name classes by where they stood then; `arena.comparison:Comparison` is one."""

    @pytest.mark.parametrize("name", DESIGNS)
    async def test_go_on_where_they_stopped(self, name: str, tmp_path: Path) -> None:
        for other in ("scenario", name):
            unpacked(f"0.1/{other}", tmp_path / other / FILE)
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

    async def test_replies_in_a_cache_are_found_and_known_to_answer_other_messages(
        self, tmp_path: Path
    ) -> None:
        cache = unpacked("0.1/cache", tmp_path / "cache.sqlite") / "cache.sqlite"
        came = await run(scenarios(tmp_path)[CACHE], tmp_path / "again", cache=cache)
        assert came.cache is not None
        # Agents and forms are known for what they were, by the names of their classes then.
        assert came.cache.misses[Miss.SENT_OTHERWISE] > 5
        assert not {Miss.OTHER_AGENT, Miss.CHANGED} & set(came.cache.misses)
