"""Runs as files of rows: filters, cards, several runs, and files that are whole or not there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UnknownName, UsageError
from arena.designs.scenario import Scenario
from arena.running.forking import fork
from arena.running.running import Progress, run
from arena.training.export import exporting
from arena.training.export.exporting import ExportOptions, export_rows
from arena.training.export.formats import FORMATS
from arena.training.export.rows import SHARED
from protocols import Play
from tests.properties.test_determinism import chatty

LINES = [name for name, form in FORMATS.items() if form.suffix == ".jsonl"]


def kuhn(seed: int = 0, episodes: int = 12, agent: str = "random") -> Scenario:
    seats = dict.fromkeys(("player_0", "player_1"), agent)
    return Scenario(protocol=Play(), seats=seats, episodes=episodes, seed=seed)


async def played(folder: Path, scenario: Scenario) -> Path:
    await run(scenario, folder)
    return folder


def length(row: dict[str, Any]) -> int:
    return sum(len(message["content"]) for message in (*row["prompt"], *row["completion"]))


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


class TestRows:
    @pytest.mark.parametrize("to", LINES)
    async def test_a_format_gives_the_same_bytes_at_any_concurrency(self, tmp_path: Path, to: str) -> None:
        files = []
        for concurrency in (1, 100):
            folder = tmp_path / str(concurrency) / "run"
            await run(chatty(3), folder, concurrency=concurrency)
            files.append(tmp_path / f"{concurrency}.jsonl")
            export_rows([folder], files[-1], ExportOptions(to=to, advantage="role?decay=0.5"))
        assert files[0].read_bytes() == files[1].read_bytes()
        assert files[0].stat().st_size or to.endswith(("-dpo", "-kto"))  # all earn the same

    async def test_turns_are_counted_over_all_seats_and_retries_are_theirs(self, tmp_path: Path) -> None:
        scenario = kuhn(agent="illegal:random?rate=0.5", episodes=30)
        await played(tmp_path / "run", scenario)
        card = export_rows([tmp_path / "run"], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft"))
        assert card.left_out["the reply is illegal"] > 0
        assert card.lines + card.left_out.total() == card.rows
        for row in read(tmp_path / "rows.jsonl"):
            assert row["role"] == f"player_{row['turn'] % 2}"
            assert row["status"] == "ok"

    async def test_several_runs_are_in_order_and_baselines_go_on(self, tmp_path: Path) -> None:
        one, two = [await played(tmp_path / name, kuhn(seed)) for seed, name in enumerate(("one", "two"))]
        together = export_rows([one, two], tmp_path / "both.jsonl", ExportOptions(to="trl-sft"))
        export_rows([one], tmp_path / "first.jsonl", ExportOptions(to="trl-sft"))
        after = ExportOptions(to="trl-sft", baselines=tmp_path / "first.card.json")
        last = export_rows([two], tmp_path / "second.jsonl", after)
        parts = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
        assert (tmp_path / "both.jsonl").read_bytes() == b"".join(part.read_bytes() for part in parts)
        assert together.baselines == last.baselines
        assert [row["run"] for row in read(tmp_path / "both.jsonl")][:: together.lines - 1] == ["one", "two"]

    async def test_a_run_that_was_stopped_and_resumed_has_the_rows_of_one_that_was_not(
        self, tmp_path: Path
    ) -> None:
        whole, parts = tmp_path / "1" / "run", tmp_path / "2" / "run"
        await run(chatty(5), whole)
        await run(chatty(5), parts, progress=_Impatient())
        stopped = export_rows([parts], tmp_path / "stopped.jsonl", ExportOptions(to="trl-sft"))
        await run(chatty(5), parts, resume=True)
        for folder in (whole, parts):
            export_rows([folder], folder.parent / "rows.jsonl", ExportOptions(to="trl-sft"))
        assert (tmp_path / "1" / "rows.jsonl").read_bytes() == (tmp_path / "2" / "rows.jsonl").read_bytes()
        assert stopped.rows < len(read(tmp_path / "1" / "rows.jsonl")) * 10


class _Impatient(Progress):
    @property
    def stopping(self) -> bool:
        return self.done >= 7


class TestForks:
    async def test_siblings_are_paired_at_the_turn_where_they_part(self, tmp_path: Path) -> None:
        """Preference pairs not cut at the fork."""
        scenario = Scenario(protocol=Play(hands=3), seats=dict.fromkeys(("player_0", "player_1"), "random"))
        await run(scenario, tmp_path / "run")
        await fork(tmp_path / "run", scenario, 0, 3, n=8, folder=tmp_path / "fork")
        folders = [tmp_path / "run", tmp_path / "fork"]
        export_rows(
            folders[1:], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", advantage="leave-one-out")
        )
        siblings = read(tmp_path / "rows.jsonl")
        assert {row["turn"] for row in siblings} == set(range(3, max(row["turn"] for row in siblings) + 1))
        assert all(row["advantage"] is not None for row in siblings)
        card = export_rows(folders, tmp_path / "pairs.jsonl", ExportOptions(to="trl-dpo"))
        cut = [pair for pair in read(tmp_path / "pairs.jsonl") if pair["turn"] == 3]
        assert len(cut) == 1
        at_the_fork = [row for row in siblings if row["turn"] == 3]
        assert all(row["prompt"] == cut[0]["prompt"] for row in at_the_fork)
        assert cut[0]["chosen_times"] + cut[0]["rejected_times"] == len(at_the_fork) + 1
        assert card.left_out[SHARED] == 8 * 3


class TestFilters:
    @pytest.mark.parametrize(
        ("choice", "why", "kept"),
        [
            ({"seats": ("player_1",)}, "of another seat", lambda row: row["role"] == "player_1"),
            ({"agents": ("random",)}, None, lambda row: True),
            ({"min_return": 1}, "return below 1", lambda row: row["return"] >= 1),
            ({"max_chars": 900}, "longer than 900 characters", lambda row: length(row) <= 900),
        ],
    )
    async def test_what_is_left_out_is_counted_with_why(
        self, tmp_path: Path, choice: dict[str, Any], why: str | None, kept: Any
    ) -> None:
        folder = await played(tmp_path / "run", kuhn())
        card = export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", **choice))
        rows = read(tmp_path / "rows.jsonl")
        assert rows
        assert all(map(kept, rows))
        assert set(card.left_out) == ({why} if why else set())
        assert card.lines == len(rows) == card.rows - card.left_out.total()

    @pytest.mark.parametrize(
        ("choice", "said"),
        [
            ({"seats": ("judge",)}, "No seat is called 'judge'; the seats are player_0, player_1."),
            ({"agents": ("cfr",)}, "No agent is called 'cfr'; the agents are random."),
        ],
    )
    async def test_who_is_not_there_is_refused_rather_than_exported_as_nothing(
        self, tmp_path: Path, choice: dict[str, Any], said: str
    ) -> None:
        folder = await played(tmp_path / "run", kuhn())
        with pytest.raises(UsageError) as refused:
            export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", **choice))
        assert str(refused.value) == said
        assert names(tmp_path) == ["run"]


class TestCard:
    async def test_tells_what_is_in_the_file_and_what_is_not(self, tmp_path: Path) -> None:
        folder = await played(tmp_path / "run", chatty(1))
        card = export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", seats=("judge",)))
        told = json.loads((tmp_path / "rows.card.json").read_text())
        assert told["format"] == "trl-sft"
        assert told["file"] == "rows.jsonl"
        assert told["rows"] == told["lines"] + sum(told["left_out"].values())
        assert told["settings"] == {"reward": "terminal", "advantage": "role", "seats": ["judge"]}
        (source,) = told["sources"]
        assert source["run"] == "run"
        assert source["seed"] == 1
        assert sum(source["episodes"].values()) == 30
        read_by_people = (tmp_path / "rows.card.md").read_text()
        for why, count in card.left_out.items():
            assert f"| {why} | {count:,} |" in read_by_people

    async def test_the_words_of_others_make_no_table_of_their_own(self, tmp_path: Path) -> None:
        folder = await played(tmp_path / "a|b", kuhn())
        export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft"))
        assert "`a\\|b`" in (tmp_path / "rows.card.md").read_text()

    async def test_llama_factory_is_told_not_to_learn_from_earlier_turns(self, tmp_path: Path) -> None:
        folder = await played(tmp_path / "run", kuhn())
        export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="sharegpt"))
        assert "mask_history: true" in (tmp_path / "rows.card.md").read_text()
        assert set(json.loads((tmp_path / "dataset_info.json").read_text())) == {"rows"}

    @pytest.mark.parametrize(
        ("text", "said"),
        [(None, "cannot be read"), ("{}", "is not the card"), ('{"file": "", "format": ""}', "no baselines")],
    )
    async def test_baselines_that_are_not_there_are_told_in_a_sentence(
        self, tmp_path: Path, text: str | None, said: str
    ) -> None:
        folder = await played(tmp_path / "run", kuhn())
        if text is not None:
            (tmp_path / "card.json").write_text(text)
        choice = ExportOptions(to="trl-sft", baselines=tmp_path / "card.json")
        with pytest.raises(UsageError, match=said):
            export_rows([folder], tmp_path / "rows.jsonl", choice)


class TestNames:
    @pytest.mark.parametrize(
        ("choice", "said"),
        [
            ({"to": "trl"}, "There are: jsonl, annotations, trl-sft, trl-dpo"),
            ({"advantage": "gae"}, "There are: role, group-mean, leave-one-out, none"),
            ({"advantage": "none?decay=1"}, "takes no parameters"),
            ({"advantage": "role?decay=1"}, "less than 1"),
            ({"reward": "sparse"}, "There are: terminal"),
        ],
    )
    async def test_what_does_not_exist_is_told_with_what_there_is(
        self, tmp_path: Path, choice: dict[str, Any], said: str
    ) -> None:
        folder = await played(tmp_path / "run", kuhn())
        with pytest.raises((UnknownName, UsageError)) as refused:
            export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(**{"to": "trl-sft", **choice}))
        assert said in str(refused.value)


@pytest.mark.parametrize("to", LINES)
async def test_an_export_that_breaks_off_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    folder = await played(tmp_path / "run", kuhn())
    file = tmp_path / "rows.jsonl"
    export_rows([folder], file, ExportOptions(to=to))
    before = {path: path.read_bytes() for path in _files(tmp_path)}

    def broken(*_: object) -> object:
        raise RuntimeError("power cut")

    monkeypatch.setattr(exporting, "_source", broken)
    with pytest.raises(RuntimeError):
        export_rows([folder], file, ExportOptions(to=to, reward="last"))
    assert {path: path.read_bytes() for path in _files(tmp_path)} == before


def _files(folder: Path) -> Sequence[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())
