"""Rows of turns in which tools were called: what was sent and came back, and what it earned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.scripted import ScriptedModel
from arena.seat.calls import Calling, openai_calls
from arena.seat.messages import to_be_sent
from arena.training.export import ExportOptions, export_rows
from tests.arena.tools.playing import calls_natively, calls_text, played, scenario

SUM = '{"expression": "2 + 2"}'


async def rows(tmp_path: Path, judge: ScriptedModel, to: str = "trl-sft", **settings: Any) -> Any:
    await played(scenario(judge, "calculator", **settings), tmp_path / "run")
    options = ExportOptions(to=to, seats=("judge",))
    card = export_rows([tmp_path / "run"], tmp_path / "rows.jsonl", options)
    return [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()], card


@pytest.mark.parametrize("calling", [Calling.TEXT, Calling.NATIVE])
@pytest.mark.parametrize("remember", [True, False])
async def test_rows_are_what_was_sent_and_came_back(tmp_path: Path, calling: Calling, remember: bool) -> None:
    script: Any = calls_natively(("calculator", SUM))
    script = script if calling is Calling.NATIVE else calls_text("calculator", SUM)
    judge = ScriptedModel(script, name="judge", calling=calling)
    found, _ = await rows(tmp_path, judge, remember=remember)
    assert len(found) == 2
    for row, request in zip(found, judge.requests, strict=True):
        sent = [
            {
                "role": one.role,
                "content": one.content,
                **({"tool_calls": openai_calls(one.calls)} if one.calls else {}),
                **({"tool_call_id": one.answers} if one.answers else {}),
            }
            for one in to_be_sent(request)
        ]
        assert row["prompt"] == sent
        assert [tool["function"]["name"] for tool in row.get("tools", [])] == [
            spec.name for spec in request.tools
        ]
    first, second = found
    assert second["completion"] == [{"role": "assistant", "content": "Answer: 4"}]
    if calling is Calling.TEXT:
        text = f"Let me see.\nTool: calculator {SUM}"
        assert first["completion"] == [{"role": "assistant", "content": text}]
    else:
        call = {"id": "c0", "type": "function", "function": {"name": "calculator", "arguments": SUM}}
        assert first["completion"] == [{"role": "assistant", "content": "Let me see.", "tool_calls": [call]}]
        assert [one["role"] for one in second["prompt"]] == ["user", "assistant", "tool"]


async def test_a_call_earns_what_the_reply_earns_to_which_it_led(tmp_path: Path) -> None:
    judge = ScriptedModel(calls_text("calculator", SUM), name="judge")
    found, _ = await rows(tmp_path, judge)
    assert [(row["attempt"], row["status"], row["reward"]) for row in found] == [
        (0, "called", 1),
        (1, "ok", 1),
    ]


async def test_a_call_that_led_to_an_unusable_reply_earns_nothing(tmp_path: Path) -> None:
    replies = [f"Tool: calculator {SUM}", "I do not know.", "Answer: 4"]
    found, card = await rows(tmp_path, ScriptedModel(replies, name="judge"))
    assert [(row["attempt"], row["reward"]) for row in found] == [(2, 1)]
    assert card.left_out["the reply is unparseable"] == 2


@pytest.mark.parametrize("to", ["sharegpt", "spans"])
async def test_a_format_that_holds_no_calls_leaves_such_rows_out_and_says_so(tmp_path: Path, to: str) -> None:
    judge = ScriptedModel(calls_natively(("calculator", SUM)), name="judge", calling=Calling.NATIVE)
    found, card = await rows(tmp_path, judge, to)
    assert not found
    assert card.left_out["the format holds no calls of tools; trl-sft, trl-kto and openai-sft do"] == 2


async def test_openai_learns_from_the_last_message_alone(tmp_path: Path) -> None:
    judge = ScriptedModel(calls_natively(("calculator", SUM)), name="judge", calling=Calling.NATIVE)
    (_, second), _ = await rows(tmp_path, judge, "openai-sft")
    assert [message.get("weight") for message in second["messages"]] == [None, 0, None, 1]
    assert second["tools"][0]["function"]["name"] == "calculator"
