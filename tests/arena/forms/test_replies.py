"""Replies as models write them, with what a careful person reads in each: all of them are read so.

Each line of ``replies.jsonl`` has the ``form`` asked for, the ``text`` of the reply, what is ``want``ed
(null: nothing, or it cannot be told) and whether asking again would be right as well (``or_refuse``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from arena.forms import Choice, Decision, Form, Move, Number, Probability, Structured, Unusable, Verdict

Line = dict[str, Any]


class Ruling(BaseModel):
    winner: Literal["A", "B", "tie"]
    score: int
    why: str


FORMS: dict[str, Form[Any]] = {
    "choice": Choice(("A", "B", "C", "D")),
    "words": Choice(("the cook", "the gardener")),
    "yes_no": Choice(("yes", "no")),
    "shades": Choice(("red", "blue", "dark blue")),
    "numbers": Choice(("1", "2", "3", "12")),
    "chess": Move(("e4", "Nf3", "O-O", "exd5", "Qxf7#")),
    "guilt": Choice(("guilty", "not guilty")),
    "truth": Choice(("True", "False")),
    "offers": Move(("accept", "reject", "offer 5", "offer 50")),
    "fold_call": Move(("fold", "call")),
    "check_bet": Move(("check", "bet")),
    "squares": Move(tuple(f"{row},{column}" for row in range(3) for column in range(3))),
    "verdict": Verdict(("A", "B")),
    "pro_con": Verdict(("pro", "con")),
    "tie": Verdict(("A", "B", "tie")),
    "numbered": Verdict(("1", "2")),
    "marks": Verdict(("CORRECT", "INCORRECT")),
    "probability": Probability("it rains"),
    "probability_1": Probability("it rains", scale=1),
    "rating": Number(0, 10, whole=True),
    "price": Number(0, 100_000),
    "number": Number(),
    "ruling": Structured(Ruling),
}
LINES: list[Line] = [
    json.loads(line) for line in Path(__file__).with_name("replies.jsonl").read_text("utf-8").splitlines()
]


def read(line: Line) -> Any:
    """Return what is read, comparable with what is wanted; None if the reply is refused."""
    try:
        value = FORMS[line["form"]].parse(line["text"])
    except Unusable:
        return None
    if isinstance(value, Decision):
        return [value.choice, pytest.approx(value.confidence) if value.confidence is not None else None]
    if isinstance(value, BaseModel):
        return value.model_dump()
    return pytest.approx(value) if isinstance(value, float) else value


def test_what_must_be_read_is_read() -> None:
    must = [line for line in LINES if line["want"] is not None and not line["or_refuse"]]
    assert len(must) > 200
    assert [(line["text"], got) for line in must if (got := read(line)) != line["want"]] == []


def test_nothing_is_misread() -> None:
    misread = [
        (line["text"], got) for line in LINES if (got := read(line)) is not None and got != line["want"]
    ]
    assert misread == []
