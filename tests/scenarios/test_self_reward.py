"""SSR-Zero: a policy's scores of its own samples are the rewards of a group, to the last digit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.designs.building import Source, build
from arena.running import run
from scenarios.self_reward import SelfReward, scenario
from tests.arena.results.figures.lines import Found, sections_in


async def played(folder: Path, course: str) -> Path:
    """Play one text, whose translations have the scores of a course."""
    policy = f"scenarios.self_reward:Translator?of={course.replace('?', '%3F')}"
    settings = {"seats.actor": policy, "seats.judge": policy, "first": 1}
    await run(build(Source(name="self-reward", settings=settings)), folder)
    return folder


def rows(folder: Path, divide: str = "sd") -> list[dict[str, Any]]:
    """Return the actor's training rows."""
    file = folder / f"{divide}.jsonl"
    arena.export(
        folder,
        file,
        to="trl-sft",
        seats=("actor",),
        reward="judge:quality?scale=100",
        advantage=f"group-mean?by=prompt&divide={divide}",
    )
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_the_group_of_the_sheet(tmp_path: Path) -> None:
    """Scores 90, 80, 80 and 10: mean .65, deviation .320156 of the group and .369685 of a sample."""
    folder = await played(tmp_path / "run", "90/80/80/10")
    found = Found(sections_in(folder))
    assert found.shown("Mean score", "self-reward: judge, quality, of actor") == (65.0, 4, 4)
    group = rows(folder)
    assert [row["reward"] for row in group] == [0.9, 0.8, 0.8, 0.1]
    assert {row["role"] for row in group} == {"actor"}
    wanted = [0.7809, 0.4685, 0.4685, -1.7179]
    assert [row["advantage"] for row in group] == pytest.approx(wanted, abs=5e-5)
    wanted = [0.6763, 0.4058, 0.4058, -1.4878]
    assert [row["advantage"] for row in rows(folder, "sample-sd")] == pytest.approx(wanted, abs=5e-5)


async def test_equal_scores_have_no_advantage(tmp_path: Path) -> None:
    group = rows(await played(tmp_path / "run", "70/70/70/70"))
    assert [row["advantage"] for row in group] == [0, 0, 0, 0]


async def test_a_score_that_cannot_be_read_masks_its_sample(tmp_path: Path) -> None:
    group = rows(await played(tmp_path / "run", "90/?/50/10"))
    assert [(row["sample"], row["reward"]) for row in group] == [(0, 0.9), (2, 0.5), (3, 0.1)]


async def test_the_truth_is_the_gold_label_of_the_score(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", "100/80/80/10")
    scores = [one for one in arena.open_run(folder).annotations("scores") if isinstance(one, arena.Score)]
    assert [(one.value, one.truth) for one in scores] == [(100, 1), (80, 0), (80, 0), (10, 0)]


def test_it_finds_what_it_lists() -> None:
    arena.check_protocol(SelfReward(), scenario.tasks[0])
