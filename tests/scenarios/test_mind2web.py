"""Mind2Web 2: completion and success over runs, majorities of calls, and calls that are saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.judging import Asks, Criterion, JudgingOptions, Rubric, judge_run
from arena.running import run
from scenarios.mind2web import rubric, verifier
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

CITIES = Rubric(parts=tuple(Rubric(question=f"Is the city of item {number} right?") for number in (1, 2)))


async def judged(folder: Path, reports: str, tasks: int, criterion: Criterion, samples: int = 1) -> Watched:
    """Play and judge some tasks, and return the verifier."""
    reporter = f"scenarios.mind2web:Reporter?of={reports}&samples={samples}"
    settings = {"seats.answerer": reporter, "first": tasks, "episodes": samples}
    await run(build(Source(name="mind2web", settings=settings)), folder)
    judge = Watched(verifier, "verifier")
    await judge_run(folder, [judge], criterion, JudgingOptions(swap=False))
    return judge


def group(found: Found, name: str) -> str:
    """Return the group of the one line of a name."""
    (line,) = [line for line in found.lines if line.name == name]
    return line.group


async def test_two_runs_by_hand(tmp_path: Path) -> None:
    """One half and 1, and 1 and 1: partial .875 and its spread .125, success .75, and both pass."""
    criterion = Criterion(asks=Asks.RUBRIC, rubric=CITIES, calls=3)
    await judged(tmp_path, "yynyyy,yyyyyy,yyyyyy,yyyyyy", 2, criterion, samples=2)
    found = Found(sections_in(tmp_path))
    for name, value, of in (
        ("Partial completion", 0.875, 4),
        ("Partial completion, spread", 0.125, 4),
        ("Success", 0.75, 4),
        ("Pass@2", 1.0, 2),
    ):
        assert found.shown(name, group(found, name)) == (value, of, of)


async def test_a_failed_leaf_costs_its_item_alone(tmp_path: Path) -> None:
    """Three items of two critical leaves, of which the last one fails, are two thirds."""
    criterion = Criterion(asks=Asks.RUBRIC, rubric=rubric, calls=3)
    judge = await judged(tmp_path, "yyyyyn", 1, criterion)
    found = Found(sections_in(tmp_path))
    assert found.shown("Partial completion", group(found, "Partial completion")) == (0.666666667, 1, 1)
    assert len(judge.sent) == 18


async def test_skipping_saves_calls_and_changes_no_score(tmp_path: Path) -> None:
    criterion = Criterion(asks=Asks.RUBRIC, rubric=rubric, calls=3, skip=True)
    judge = await judged(tmp_path, "nyyyny", 1, criterion)
    found = Found(sections_in(tmp_path))
    assert found.shown("Partial completion", group(found, "Partial completion")) == (0.333333333, 1, 1)
    assert len(judge.sent) == 12


def test_a_majority_needs_an_odd_number_and_a_rubric() -> None:
    with pytest.raises(UsageError, match="odd number"):
        Criterion(asks=Asks.RUBRIC, rubric=rubric, calls=2)
    with pytest.raises(UsageError, match="questions of a rubric"):
        Criterion(skip=True)


def test_criteria_are_called_as_before_the_settings_were_there() -> None:
    assert "calls" not in Criterion().settings
    assert "skip" not in Criterion(asks=Asks.RUBRIC, rubric=rubric).settings
