"""Files of known shapes come out with the figures that were counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena.importing import import_transcripts
from arena.journal import StoredRun
from tests.arena.importing.test_replies import rows, sent

CHAT = """
episodes = "samples"
replies = ["assistant"]
seats = { assistant = "$$.eval.model" }

[[briefs]]
each = "messages"
when = { role = "system" }
seat = { is = "assistant" }
text = { path = "content", part = "text" }

[[speeches]]
each = "messages"
unless = { role = "system" }
seat = { path = "role", as = { assistant = "assistant" }, others = "none" }
text = { path = "content", part = "text", default = "" }
private = { path = "content", part = "reasoning", optional = true }
answers = { path = "tool_call_id", optional = true }

[speeches.calls]
each = { path = "tool_calls", optional = true }
id = "id"
name = "function"
arguments = "arguments"

[returns]
assistant = { path = "scores.match.value", as = { C = 1, I = 0 } }
"""

CAMP = """
episodes = "$"
replies = ["one", "two"]
returns = { one = "info.one.points", two = "info.two.points" }

[seats]
one = { is = "a person" }
two = { is = "a person" }

[briefs]
one = { text = "You want {info.one.wants.High} most and {info.one.wants.Low} least." }
two = { text = "You want {info.two.wants.High} most and {info.two.wants.Low} least." }

[[speeches]]
each = "chat"
unless = { text = ["Submit-Deal", "Accept-Deal", "Reject-Deal", "Walk-Away"] }
seat = "id"
text = "text"
"""


def run_of(folder: Path, mapping: str, document: Any) -> Path:
    (folder / "map.toml").write_text(mapping)
    (folder / "all.json").write_text(json.dumps(document))
    import_transcripts([folder / "all.json"], folder / "run", mapping=folder / "map.toml")
    return folder / "run"


def test_a_log_of_chats_with_tools(tmp_path: Path) -> None:
    call = {"id": "c1", "function": "add", "arguments": {"x": 2}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "2 + 2?"}]},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "4", "tool_call_id": "c1"},
        {
            "role": "assistant",
            "content": [{"type": "reasoning", "reasoning": "It said 4."}, {"type": "text", "text": "4."}],
        },
    ]
    sample = {"messages": messages, "scores": {"match": {"value": "C"}}}
    wrong = {"messages": messages[:2] + messages[4:], "scores": {"match": {"value": "I"}}}
    log = {"samples": [sample, wrong], "eval": {"model": "acme/one"}}
    first, last, other = rows(run_of(tmp_path, CHAT, log))
    assert sent(first) == [("system", "Be brief."), ("user", "2 + 2?")]
    assert first["completion"][0]["tool_calls"][0]["function"]["arguments"] == '{"x":2}'
    assert sent(last)[2:] == [("assistant", ""), ("tool", "4")]
    assert (last["completion"][0]["content"], last["reward"], last["agent"]) == ("4.", 1.0, "acme/one")
    assert (sent(other), other["reward"]) == (sent(first), 0.0)
    with StoredRun(tmp_path / "run") as stored:
        replies = [call.reply for call in stored.episode(0).calls]
    assert [reply.reasoning for reply in replies if reply is not None] == ["", "It said 4."]


def test_a_campsite_negotiation(tmp_path: Path) -> None:
    """Two talks: 19 and 17 points are a mean of 18, and 18 and 20 one of 19; they have five turns."""

    def talk(lines: list[str], one: int, two: int) -> dict[str, Any]:
        chat = [{"id": ("one", "two")[place % 2], "text": text} for place, text in enumerate(lines)]
        wants = {"High": "water", "Low": "food"}
        info = {"one": {"points": one, "wants": wants}, "two": {"points": two, "wants": wants}}
        return {"chat": chat, "info": info}

    talks = [
        talk(["Hi.", "Hello.", "Submit-Deal", "Accept-Deal"], 19, 18),
        talk(["Water?", "No.", "Fine.", "Submit-Deal", "Accept-Deal"], 17, 20),
    ]
    run = run_of(tmp_path, CAMP, talks)
    found = rows(run)
    assert len(found) == 5
    assert sent(found[1]) == [("system", "You want water most and food least."), ("user", "one says:\n> Hi.")]
    with StoredRun(run) as stored:
        returns = [one.played.outcome.returns for one in stored.episodes() if one.played]
    means = {seat: sum(one[seat] for one in returns) / 2 for seat in ("one", "two")}
    assert means == {"one": pytest.approx(18), "two": pytest.approx(19)}
