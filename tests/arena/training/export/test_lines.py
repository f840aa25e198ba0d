"""The formats of JSON lines, by the rules of those who read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from arena.core.errors import UsageError
from arena.training.export import _lines as lines
from arena.training.export._pairs import Candidate, Pair
from arena.training.export.formats import FORMATS, add_dataset_info
from arena.training.export.rows import FACTS, NO_RETURN, Row
from tests.arena.training.export.llama_factory import take, take_pair
from tests.arena.training.export.making import rows, stored
from tests.shared.agents import Erratic
from tests.shared.playing import play
from tests.shared.protocols import SEATS, Ask, Script, scripts, seeds


async def made(script: Script, seed: int) -> list[Row]:
    return rows(stored(await play(script, Erratic(), seed=seed)))


@settings(max_examples=30)
@given(scripts, seeds)
async def test_trl_has_the_prompt_and_one_reply_apart(script: Script, seed: int) -> None:
    for row in await made(script, seed):
        line = lines.trl_sft(row)
        assert set(line) == {"prompt", "completion", *FACTS}
        assert line["completion"] == [{"role": "assistant", "content": row.completion}]
        assert line["prompt"][-1]["role"] == "user"


@settings(max_examples=30)
@given(scripts, seeds)
async def test_llama_factory_skips_no_row(script: Script, seed: int) -> None:
    """Custom role names dropped silently by chat templates: whole rows are, there."""
    info = lines.sharegpt_info("rows.jsonl")
    for row in await made(script, seed):
        taken = take(lines.sharegpt(row), info)
        assert taken is not None
        assert taken.response == row.completion
        system = [message.content for message in row.prompt if message.role == "system"]
        assert [taken.system] == (system or [""])
        assert [content for _, content in taken.prompt] == [
            m.content for m in row.prompt if m.role != "system"
        ]


@settings(max_examples=30)
@given(scripts, seeds)
async def test_openai_learns_the_last_message_alone(script: Script, seed: int) -> None:
    """Opponent's words trained on because a whole conversation was exported as one row."""
    for row in await made(script, seed):
        line = lines.openai_sft(row)
        assert set(line) == {"messages"}
        *earlier, last = line["messages"]
        assert last == {"role": "assistant", "content": row.completion, "weight": 1}
        assert all(("weight" in message) == (message["role"] == "assistant") for message in earlier)
        assert not any(message.get("weight") for message in earlier)


async def test_kto_labels_by_the_advantage_and_leaves_out_what_is_neither() -> None:
    asked = Script(steps=(Ask(seats=SEATS, audience=None, belief=False, remember=True, retries=0),))
    row, *_ = await made(asked, 0)
    assert lines.trl_kto(row._replace(advantage=None)) == NO_RETURN
    assert lines.trl_kto(row._replace(advantage=0.0)) == lines.NEITHER
    for advantage, label in ((0.5, True), (-0.5, False)):
        line = lines.trl_kto(row._replace(advantage=advantage))
        assert isinstance(line, dict)
        assert line["label"] is label


async def test_llama_factory_takes_tags_of_kto() -> None:
    asked = Script(steps=(Ask(seats=SEATS, audience=None, belief=False, remember=True, retries=0),))
    row, *_ = await made(asked, 0)
    info = lines.sharegpt_info("rows.jsonl", "sharegpt-kto")
    assert lines.sharegpt_kto(row._replace(advantage=0.0)) == lines.NEITHER
    for advantage, tag in ((0.5, True), (-0.5, False)):
        line = lines.sharegpt_kto(row._replace(advantage=advantage))
        assert isinstance(line, dict)
        assert line[info["columns"]["kto_tag"]] is tag
        taken = take(line, info)
        assert taken is not None
        assert taken.response == row.completion


async def test_llama_factory_skips_no_pair() -> None:
    asked = Script(steps=(Ask(seats=SEATS, audience=None, belief=False, remember=True, retries=0),))
    row, *_ = await made(asked, 0)
    pair = Pair(row.prompt, Candidate("better", 1.0), Candidate("worse", 0.0), {})
    line = lines.sharegpt_dpo(pair)
    taken = take_pair(line, lines.sharegpt_info("rows.jsonl", "sharegpt-dpo"))
    assert taken is not None
    assert (taken.chosen, taken.rejected) == ("better", "worse")
    assert [content for _, content in taken.prompt] == [m.content for m in row.prompt if m.role != "system"]


class TestDatasetInfo:
    def test_says_where_the_file_has_what(self, tmp_path: Path) -> None:
        add_dataset_info(tmp_path / "mine.jsonl")
        info = json.loads((tmp_path / "dataset_info.json").read_text())
        assert info == {"mine": lines.sharegpt_info("mine.jsonl")}

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("sharegpt-dpo", {"ranking": True, "chosen": "chosen", "rejected": "rejected"}),
            ("sharegpt-kto", {"kto_tag": "kto_tag"}),
        ],
    )
    def test_names_what_its_kind_needs(self, tmp_path: Path, kind: str, said: dict[str, object]) -> None:
        FORMATS[kind].finish(tmp_path / "mine.jsonl")
        info = json.loads((tmp_path / "dataset_info.json").read_text())["mine"]
        assert {"messages": "conversations", "system": "system"}.items() <= info["columns"].items()
        assert said.items() <= {**info, **info["columns"]}.items()

    def test_keeps_what_it_says_of_others(self, tmp_path: Path) -> None:
        (tmp_path / "dataset_info.json").write_text('{"theirs": {"file_name": "theirs.json"}}')
        add_dataset_info(tmp_path / "mine.jsonl")
        assert set(json.loads((tmp_path / "dataset_info.json").read_text())) == {"mine", "theirs"}

    @pytest.mark.parametrize("text", ["{", "[]"])
    def test_is_not_overwritten_if_it_is_something_else(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "dataset_info.json").write_text(text)
        with pytest.raises(UsageError, match="not a JSON object"):
            add_dataset_info(tmp_path / "mine.jsonl")
        assert (tmp_path / "dataset_info.json").read_text() == text
