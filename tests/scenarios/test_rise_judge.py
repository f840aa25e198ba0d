"""Improve LLM-as-a-judge (RISE-Judge): which judgements are training data, by the sheet's counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.judging import Criterion, JudgingOptions, judge_run
from arena.running import run
from scenarios.responses import Ruler


async def judged(folder: Path, courses: str, samples: int = 1) -> Path:
    """Play and judge as many pairs as there are courses."""
    pairs = len(courses.split(","))
    await run(build(Source(name="judgebench", settings={"first": pairs})), folder)
    await judge_run(folder, [Ruler(courses)], options=JudgingOptions(samples=samples))
    return folder


def exported(folder: Path, to: str, **choice: Any) -> list[dict[str, Any]]:
    """Return the lines of an export of verdicts."""
    file = folder / "rows.jsonl"
    arena.export(folder, file, to=to, rows="verdicts", **choice)
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_right_in_both_orders_is_one_pair_and_two_rows(tmp_path: Path) -> None:
    """Of four pairs, judged right and right, right and wrong, wrong and right, wrong and wrong."""
    folder = await judged(tmp_path / "run", "rr,rw,wr,ww")
    rows = exported(folder, "trl-sft", where=("all-right=yes",))
    assert [(row["episode"], row["reward"]) for row in rows] == [(0, 1), (0, 1)]
    assert len({json.dumps(row["prompt"]) for row in rows}) == 2
    assert len(exported(folder, "trl-sft", where=("all-right=no",))) == 6


async def test_a_missing_verdict_is_not_right(tmp_path: Path) -> None:
    folder = await judged(tmp_path / "run", "r?,rr")
    rows = exported(folder, "trl-sft", where=("all-right=yes",))
    assert {row["episode"] for row in rows} == {1}


@pytest.mark.parametrize(
    ("letters", "pairs", "crossed"),
    [("rrrw", "inwards", 1), ("rrrw", "texts", 3), ("rrrr", "texts", 0), ("wwww", "texts", 0)],
)
async def test_pairs_of_right_and_wrong_judgements(
    tmp_path: Path, letters: str, pairs: str, crossed: int
) -> None:
    """Of four samples in one order; those in the other order are all right, and make no pairs."""
    folder = await judged(tmp_path / "run", f"{letters}/rrrr", samples=4)
    lines = exported(folder, "trl-dpo", pairs=pairs)
    assert len(lines) == crossed
    assert all((line["chosen_reward"], line["rejected_reward"]) == (1, 0) for line in lines)


async def test_a_judgement_without_a_verdict_is_neither_chosen_nor_rejected(tmp_path: Path) -> None:
    """Nor is a tie: of a right, a wrong, a tied and an unusable judgement one pair is made."""
    folder = tmp_path / "run"
    await run(build(Source(name="judgebench", settings={"first": 1})), folder)
    options = JudgingOptions(samples=4)
    await judge_run(folder, [Ruler("rwt?/rrrr")], Criterion(ties=True), options)
    (line,) = exported(folder, "trl-dpo", pairs="texts")
    assert (line["chosen_reward"], line["rejected_reward"]) == (1, 0)


async def test_hard_pairs_are_those_mostly_judged_wrongly(tmp_path: Path) -> None:
    folder = await judged(tmp_path / "run", "rrrw/rrrr,rwww/wwww", samples=4)
    lines = exported(folder, "trl-dpo", pairs="texts", where=("mostly-right=no",))
    assert len(lines) == 3
    assert len({line["task"] for line in lines}) == 1


async def test_verdicts_are_chosen_by_nothing_else(tmp_path: Path) -> None:
    folder = await judged(tmp_path / "run", "rr")
    with pytest.raises(UsageError, match="all-right, mostly-right"):
        exported(folder, "trl-sft", where=("kept=yes",))
