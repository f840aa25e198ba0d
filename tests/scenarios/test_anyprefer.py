"""Anyprefer, its text part: which pairs are made, rated and kept, by the sheet's examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.designs.building import Source, build
from arena.journal import StoredRun
from arena.running import run
from scenarios.anyprefer import Anyprefer
from scenarios.courses import SUMS
from tests.arena.results.figures.lines import Found, sections_in


async def played(folder: Path, courses: str) -> Found:
    """Play as many sums as there are courses, and return the figures."""
    agent = f"scenarios.anyprefer:Rehearsed?of={courses}"
    settings: dict[str, Any] = {f"seats.{seat}": agent for seat in Anyprefer().seats}
    await run(build(Source(name="anyprefer", settings=settings | {"first": len(courses.split(","))})), folder)
    return Found(sections_in(folder))


def exported(folder: Path) -> list[dict[str, Any]]:
    """Return the pairs."""
    file = folder / "pairs.jsonl"
    arena.export(folder, file, to="trl-dpo", seats=("target",), reward="annotation:preference")
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_the_first_of_the_best_and_the_last_of_the_worst(tmp_path: Path) -> None:
    """Of the scores 9, 7, 7, 3 and 3, number 0 is chosen and number 4 rejected; a rating of 8 is enough."""
    await played(tmp_path / "run", "9/7/7/3/3:8")
    (pair,) = exported(tmp_path / "run")
    truth = int(str(SUMS[0].truth))
    assert pair["chosen"][0]["content"] == f"Answer: {truth}"
    assert pair["rejected"][0]["content"] == f"Answer: {truth + 4}"
    assert (pair["chosen_reward"], pair["rejected_reward"]) == (9, 3)


@pytest.mark.parametrize(
    ("ratings", "kept", "rounds"), [("8", 2, 1), ("7/8", 2, 1.5), ("5/7/9", 2, 2), ("5/7/7", 1, 1)]
)
async def test_a_pair_is_tried_in_three_rounds(
    tmp_path: Path, ratings: str, kept: int, rounds: float
) -> None:
    """Beside a pair that is kept at once."""
    found = await played(tmp_path / "run", f"9/7/7/3/3:8,9/7/7/3/3:{ratings}")
    assert found.shown("Share of a class", "anyprefer: accepted is yes") == (kept / 2, 2, 2)
    assert found.shown("Mean score", "anyprefer: rounds") == (rounds, kept, kept)
    assert len(exported(tmp_path / "run")) == kept


async def test_equal_scores_make_no_pair(tmp_path: Path) -> None:
    found = await played(tmp_path / "run", "5/5/5/5/5:9/9/9")
    assert found.shown("Share of a class", "anyprefer: accepted is no") == (1.0, 1, 1)
    assert "anyprefer: pair" not in {line.group for line in found.lines}


async def test_whether_the_chosen_one_is_truly_better_is_counted(tmp_path: Path) -> None:
    """The first answer alone is right: it is chosen, rejected, or neither."""
    found = await played(tmp_path / "run", "9/7/7/3/3:8,3/7/9/7/7:8,5/9/5/5/3:8")
    for better in ("yes", "no", "same"):
        group = f"anyprefer: better is {better}"
        assert found.shown("Share of a class", group) == (0.333333333, 3, 3)
    assert len(exported(tmp_path / "run")) == 1


async def test_the_editor_writes_instructions_after_each_pair_that_is_not_kept(tmp_path: Path) -> None:
    await played(tmp_path / "run", "9/7/7/3/3:5/7/9")
    with StoredRun(tmp_path / "run") as stored:
        told = [event.text for event in stored.episode(0).events]
    assert sum("Write a better instruction" in one for one in told) == 2
    assert sum(one.startswith("Be exact. Give your answer.") for one in told) == 10


def test_it_finds_what_it_lists() -> None:
    arena.check_protocol(Anyprefer(), SUMS[0])
