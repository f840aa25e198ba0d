"""``arena rank``."""

from __future__ import annotations

import json

import pytest

from tests.arena.cli.typing_in import SHORT, Typist


@pytest.fixture
def two(arena: Typist) -> Typist:
    for seed in ("1", "2"):
        played = ("--agents", "ann=kuhn-nash", "bob=random", "--seed", seed, "--out", f"runs/r{seed}")
        assert arena("tournament", "kuhn", *played, *SHORT).code == 0
    return arena


def test_runs_are_ranked_together(two: Typist) -> None:
    said = two("rank", "r1", "r2")
    assert said.code == 0
    assert "ann - bob: " in said.out
    record = json.loads(two("rank", "r1", "r2", "--json").out)
    assert [run["matches"] for run in record["runs"]] == [2, 2]
    assert {one["player"]: one["matches"] for one in record["standings"]} == {"ann": 4, "bob": 4}


def test_an_alias_calls_an_agent_otherwise(two: Typist) -> None:
    record = json.loads(two("rank", "r1", "r2", "--alias", "r2:bob=noise", "--json").out)
    assert {one["player"] for one in record["standings"]} == {"ann", "bob", "noise"}


def test_a_leaderboard_is_written(two: Typist) -> None:
    said = two("rank", "r1", "r2", "--out", "board.html")
    assert said.code == 0
    assert "Wrote the leaderboard to board.html" in said.err
    assert "<h1>Leaderboard: kuhn</h1>" in (two.folder / "board.html").read_text()


def test_a_report_can_be_a_leaderboard(two: Typist) -> None:
    assert two("report", "r1", "--leaderboard").code == 0
    page = (two.folder / "runs/r1/leaderboard.html").read_text()
    assert "Head to head" in page
    assert two("report", "r1", "r2", "--leaderboard", "--out", "board.html").code == 0
    said = two("report", "r1", "--leaderboard", "--game", "nim.py:Nim")
    assert said.code == 2
    assert "A leaderboard has no transcripts" in said.err


def test_what_cannot_be_ranked_together_is_said(two: Typist) -> None:
    assert two("tournament", "leduc", "--agents", "a=random", "b=random", *SHORT, "--out", "runs/l").code == 0
    said = two("rank", "r1", "l")
    assert said.code == 2
    assert "protocol.game is kuhn in r1 and leduc in l" in said.err
