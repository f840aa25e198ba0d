"""The formats of Parquet, as pyarrow reads them back; skipped where it is missing (extra `parquet`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.running.running import run
from arena.seat.agent import Reply, Request, Tokens
from arena.seat.function import Function
from arena.training.export import _parquet as parquet
from arena.training.export.exporting import ExportOptions, export_rows
from arena.training.export.rows import FACTS
from protocols import Play
from tests.arena.training.export.test_exporting import names


def pyarrow() -> Any:
    return pytest.importorskip("pyarrow.parquet", reason="needs: pip install '.[parquet]'")


def tokenised(request: Request) -> Reply:
    """Answer player 0 with tokens, and player 1 without; the second request to it is answered badly."""
    text = request.form.sample(request.random())
    if request.seat == "player_1":
        return Reply(text)
    text = "?" if request.count == 1 else text
    ids = tuple(text.encode())
    return Reply(text, tokens=Tokens(ids=ids, logprobs=(-0.5,) * len(ids), ids_read=(1, 2, 3)))


async def rows(folder: Path, to: str, **choice: Any) -> tuple[list[dict[str, Any]], Any]:
    table = pyarrow()
    seats = dict.fromkeys(("player_0", "player_1"), Function(tokenised))
    if not (folder / "run").exists():
        await run(Scenario(protocol=Play(hands=3), seats=seats, episodes=20), folder / "run")
    card = export_rows([folder / "run"], folder / "rows.parquet", ExportOptions(to=to, **choice))
    return table.read_table(folder / "rows.parquet").to_pylist(), card


class TestTokens:
    async def test_masked_rows_stay_with_zeros_and_say_why(self, tmp_path: Path) -> None:
        found, card = await rows(tmp_path, "tokens")
        assert card.lines == card.rows == len(found)
        assert not card.left_out
        assert {row["why_masked"] for row in found} - {""} == set(card.masked)
        assert card.masked == {
            "the reply is illegal": 20,
            "the backend told no tokens": sum(row["role"] == "player_1" for row in found),
        }
        for row in found:
            assert row["masked"] == bool(row["why_masked"])
            if row["role"] == "player_1":
                assert row["completion_ids"] is row["logprobs"] is row["mask"] is row["advantages"] is None
                continue
            ids = row["completion_ids"]
            assert bytes(ids).decode() == row["completion"]
            assert row["prompt_ids"] == [1, 2, 3]
            assert row["logprobs"] == [-0.5] * len(ids)
            assert row["mask"] == [0 if row["masked"] else 1] * len(ids)
            expected = 0.0 if row["masked"] else row["advantage"]
            assert row["advantages"] == pytest.approx([expected] * len(ids), rel=1e-6)

    async def test_the_over_long_are_masked_too(self, tmp_path: Path) -> None:
        found, card = await rows(tmp_path, "tokens", max_chars=1)
        assert {row["masked"] for row in found} == {True}
        assert set(card.masked) == {"longer than 1 characters", "the reply is illegal"}


class TestVerl:
    async def test_rows_have_the_columns_that_verl_reads(self, tmp_path: Path) -> None:
        found, card = await rows(tmp_path, "verl")
        assert [row["extra_info"]["index"] for row in found] == list(range(card.lines))
        for row in found:
            assert list(row) == ["data_source", "prompt", "ability", "reward_model", "extra_info"]
            assert (row["data_source"], row["ability"]) == ("kuhn", "play")
            assert row["reward_model"] == {"style": "rule", "ground_truth": ""}
            assert [set(message) for message in row["prompt"]] == [{"role", "content"}] * len(row["prompt"])
            assert set(row["extra_info"]) == {"split", "index", "completion", *FACTS}

    async def test_small_batches_make_the_same_table(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole, _ = await rows(tmp_path, "verl")
        monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 3)
        assert (await rows(tmp_path, "verl"))[0] == whole
        monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 10**6)
        monkeypatch.setattr(parquet, "CHARACTERS_AT_ONCE", 5_000)
        assert (await rows(tmp_path, "verl"))[0] == whole

    async def test_lines_and_tables_say_the_same(self, tmp_path: Path) -> None:
        found, _ = await rows(tmp_path, "verl")
        export_rows([tmp_path / "run"], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft"))
        lines = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
        for line, row in zip(lines, found, strict=True):
            assert line["prompt"] == row["prompt"]
            assert line["completion"][0]["content"] == row["extra_info"]["completion"]
            assert {name: line[name] for name in FACTS} == {name: row["extra_info"][name] for name in FACTS}


async def test_without_pyarrow_one_sentence_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats = dict.fromkeys(("player_0", "player_1"), "random")
    await run(Scenario(protocol=Play(), seats=seats), tmp_path / "run")

    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(UsageError, match=r"in the clone of Arena, run: pip install '\.\[parquet\]'"):
        export_rows([tmp_path / "run"], tmp_path / "rows.parquet", ExportOptions(to="verl"))
    assert names(tmp_path) == ["run"]
