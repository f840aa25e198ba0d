"""Offers of imported negotiations: what sides opened with and ended with, worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import arena
from arena.importing import import_transcripts

OFFERS = [
    [("buyer", 10), ("seller", 20), ("buyer", 14), ("seller", 16), ("buyer", 15)],
    [("buyer", 8), ("seller", 22), ("buyer", 9)],
    [("seller", 30)],
]
"""The amounts that were offered in each of three talks."""


@pytest.fixture
def run(tmp_path: Path) -> arena.Run:
    talks = [
        {
            "task": {"id": f"t{number}", "text": "What does it cost?"},
            "seats": {"buyer": "ann", "seller": "bob"},
            "speeches": [
                {"seat": seat, "round": place, "text": f"I offer {amount}.", "offer": amount}
                for place, (seat, amount) in enumerate(offers, start=1)
            ],
        }
        for number, offers in enumerate(OFFERS)
    ]
    (tmp_path / "talks.jsonl").write_text("".join(json.dumps(talk) + "\n" for talk in talks))
    return arena.open_run(import_transcripts([tmp_path / "talks.jsonl"], tmp_path / "run").folder)


def test_they_are_those_that_were_counted(run: arena.Run) -> None:
    found = {
        (line.name, line.group.rpartition(" ")[2]): (line.figure.value, line.figure.n)
        for section in run.figures(samples=10)
        if section.title == "Offers"
        for line in section.lines
    }
    assert found == {
        ("Opening offer", "buyer"): (9, 2),
        ("Last offer", "buyer"): (12, 2),
        ("Concession", "buyer"): (3, 2),
        ("Offers made", "buyer"): (2.5, 2),
        ("Opening offer", "seller"): (24, 3),
        ("Last offer", "seller"): (pytest.approx(68 / 3), 3),
        ("Concession", "seller"): (pytest.approx(4 / 3), 3),
        ("Offers made", "seller"): (pytest.approx(4 / 3), 3),
    }
