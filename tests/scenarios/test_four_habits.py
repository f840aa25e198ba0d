"""Habits are counted in reasoning by one question each, and Countdown is scored as the authors' code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.designs.building import Source, build
from arena.judging import KNOWN_LABELS, label_run
from arena.running import run
from scenarios.four_habits import countdown, points
from tests.arena.results.figures.lines import Found, sections_in

SOURCE = Source(
    name="four-habits", settings={"seats.solver": "scenarios.four_habits:scripted_solver", "first": 4}
)
COUNTER = "scenarios.four_habits:scripted_counter"


async def test_the_counts_of_the_sheet(tmp_path: Path) -> None:
    """2, 0, none and 3: a mean of 5 / 3 of three replies, and the authors' 1.25 of four."""
    await run(build(SOURCE), tmp_path / "run")
    await label_run(tmp_path / "run", list(KNOWN_LABELS), [COUNTER], settings={"view": "reasoning"})
    found = Found(sections_in(tmp_path / "run"))
    checks = f"plain: {COUNTER}, afterwards, verification, turn 1"
    assert found.shown("Mean count", checks) == (round(5 / 3, 9), 3, 4)
    assert found.shown("Mean count, unusable as 0", checks) == (1.25, 4, 4)
    tries = f"{COUNTER}, afterwards, backtracking, turn 1"
    assert found.shown("Share with any", f"plain: {tries}") == (0.0, 4, 4)
    assert found.shown("Share with any", f"backtracking: {tries}") == (1.0, 4, 4)
    goals = f"all-four: {COUNTER}, afterwards, subgoal-setting, turn 1"
    assert found.shown("Mean count", goals) == (0.0, 4, 4)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("<answer>84 + 72 - 83 - 34</answer>", 1.0),
        ("First <answer>1</answer>, then <answer>(84 - 83) * (72 - 34) + 0</answer>", 0.1),
        ("<answer>72 - 34 + 84 / 83 * 83 - 83</answer>", 0.1),
        ("<answer>84 + 72 - (83 + 34)</answer>", 1.0),
        ("<answer>84 + 72 - 117</answer>", 0.1),
        ("<answer>84 ** 72</answer>", 0.1),
        ("<answer>__import__('os')</answer>", 0.1),
        ("<answer>1 / 0</answer>", 0.1),
        ("<answer></answer>", 0.1),
        (f"<answer>{'(' * 300}84{')' * 300} + 72 - 83 - 34</answer>", 0.1),
        ("It is 84 + 72 - 83 - 34.", 0.0),
        ("Is it <answer>1</answer>?\nIt is <answer>84 + 72 - 83 - 34</answer>.\n", 1.0),
        ("<answer>84 + 72 - 83 - 34</answer>\nThat is it.", 0.0),
    ],
)
def test_an_equation_uses_every_number_once(text: str, score: float) -> None:
    assert points(text, [84, 72, 83, 34], 39) == score


def test_targets_can_be_made_and_tasks_are_of_their_seed() -> None:
    tasks = countdown(50, seed=1)
    assert tasks == countdown(50, seed=1) != countdown(50, seed=2)
    assert all(10 <= task.data["target"] <= 100 for task in tasks)
