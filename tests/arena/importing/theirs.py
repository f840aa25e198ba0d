"""Invented transcripts: one in our own form, and one such as others release, with its mapping."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

OURS: dict[str, Any] = {
    "task": {"text": "Who kept the key?", "answers": ["the cook", "the gardener"], "truth": "the cook"},
    "seats": {"debater_a": "model-x", "debater_b": "model-y", "judge": "model-z"},
    "defends": {"debater_a": "the cook", "debater_b": "the gardener"},
    "speeches": [
        {"seat": "debater_a", "round": 1, "text": "The cook did."},
        {"seat": "debater_b", "round": 1, "text": "Not at all."},
    ],
    "beliefs": [{"seat": "debater_a", "round": 1, "probability": 0.8, "reasons": "It is so."}],
    "verdicts": [
        {"choice": "the cook", "confidence": 0.7, "order": ["the cook", "the gardener"]},
        {"choice": "the cook", "confidence": 0.9, "order": ["the gardener", "the cook"]},
    ],
}

THEIRS: dict[str, Any] = {
    "meta": {"motion": "Bees should have holidays.", "models": {"pro": "acme-1", "con": "acme-2"}},
    "pro": {"opening": "They work hard.", "closing": "So they should."},
    "con": {"opening": "They cannot read a calendar.", "closing": "So no."},
    "bets": [
        {"who": "pro", "speech": "opening", "amount": 75, "thoughts": "A strong start."},
        {"who": "con", "speech": "opening", "amount": 80, "thoughts": "Weak stuff."},
        {"who": "pro", "speech": "closing", "amount": 90, "thoughts": "Won."},
        {"who": "con", "speech": "closing", "amount": None, "thoughts": ""},
    ],
    "jury": [
        {"name": "judge_1", "winner": "con", "confidence": 80, "logic": "Calendars."},
        {"name": "judge_2", "winner": "con", "confidence": 60, "logic": ""},
        {"name": "judge_3", "winner": "pro", "confidence": 55, "logic": ""},
    ],
}

MAPPING = """
simultaneous = { is = true }

[task]
text = "meta.motion"
answers = { is = ["for", "against"] }

[seats]
debater_a = "meta.models.pro"
debater_b = "meta.models.con"
judge_1 = { is = "acme-3" }
judge_2 = { is = "acme-4" }
judge_3 = { is = "acme-5" }

[defends]
debater_a = { is = "for" }
debater_b = { is = "against" }

[[speeches]]
seat = { is = "debater_a" }
round = { is = 1 }
text = "pro.opening"

[[speeches]]
seat = { is = "debater_b" }
round = { is = 1 }
text = "con.opening"

[[speeches]]
seat = { is = "debater_a" }
round = { is = 2 }
text = "pro.closing"

[[speeches]]
seat = { is = "debater_b" }
round = { is = 2 }
text = "con.closing"

[[beliefs]]
each = "bets"
seat = { path = "who", as = { pro = "debater_a", con = "debater_b" } }
round = { path = "speech", as = { opening = 1, closing = 2 } }
probability = { path = "amount", of = 100 }
reasons = "thoughts"

[[verdicts]]
each = "jury"
judge = "name"
choice = { path = "winner", as = { pro = "for", con = "against" } }
confidence = { path = "confidence", of = 100 }
reasons = "logic"
"""


def changed(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a record with another value at a path."""
    copy: Any = json.loads(json.dumps(record))
    *steps, last = path.split(".")
    holder = copy
    for step in steps:
        holder = holder[int(step) if isinstance(holder, list) else step]
    holder[int(last) if isinstance(holder, list) else last] = value
    return dict(copy)


def write(file: Path, records: Iterable[Any]) -> Path:
    """Write records as JSON lines; those that are text as they are."""
    lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file
