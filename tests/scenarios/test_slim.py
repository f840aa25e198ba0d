"""The example of SLIM through the whole path: two critics of other sizes, their sum, figures and rows."""

from __future__ import annotations

import json

import pytest

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

REWARDS = ("--reward", "annotation:reach", "--reward", "annotation:safe", "--advantage", "none")


def rewards(arena: Typist, *words: str) -> list[float]:
    said = arena("export", "run", "--to", "trl-sft", "--out", "rows.jsonl", *REWARDS, *words)
    assert said.code == 0, said.err
    return [json.loads(line)["reward"] for line in (arena.folder / "rows.jsonl").read_text().splitlines()]


def test_the_critic_with_small_numbers_is_drowned_unless_both_are_normalised(arena: Typist) -> None:
    """(1000, 0, -1000) and (.1, -.2, .1), with the population's standard deviation."""
    assert arena("run", "slim", "--agents", "scenarios.slim:Skilled", "--out", "run").code == 0
    assert rewards(arena) == pytest.approx([1000.1, -0.2, -999.9])
    normalised = rewards(arena, "--combine", "z-score")
    assert [round(one, 4) for one in normalised] == [1.9319, -1.4142, -0.5176]
    found = Found(sections_in(arena.folder / "run"))
    for critic, as_it_is in (("reach", 1 - 3e-8), ("safe", 3e-8)):
        assert found.shown("Variance explained", f"skills: {critic}")[0] == pytest.approx(as_it_is, abs=1e-9)
        assert found.shown("Variance explained, normalised", f"skills: {critic}") == (0.5, 3, 3)
