"""The run's own judge and a later one side by side, on eight questions; the figures were worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena import Scenario, Task
from arena.forms import Verdict
from arena.judging import Asks, Criterion, JudgingOptions, judge_run
from arena.results.showing import show_run
from arena.running import run
from arena.seat.agent import Request
from protocols import Direct
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

TASKS = [
    Task(id=str(n), text=f"Question {n}?", data={"answers": ["yes", "no"]}, truth="yes") for n in range(8)
]
OWN = ["yes", "yes", "yes", "yes", "yes", "no", "no", "both"]
"""The own judge is right 5 times and wrong twice, and the last time it contradicts itself."""
LATER = ["yes", "yes", "yes", "no", "both", "yes", "yes", "yes"]
"""The later judge is right 6 times, wrong once and contradicts itself once."""


def judge(name: str, answers: list[str], confidence: int) -> Watched:
    """Return a judge that gives these answers; of ``both``, it chooses the one that is shown first."""

    def decide(request: Request) -> str:
        assert isinstance(request.form, Verdict)
        number = int(request.brief.split("Question ")[1][0])
        shown: dict[str, str] = request.prompt.data["answers"]
        label = next((label for label, answer in shown.items() if answer == answers[number]), "1")
        return f"So it is.\nVerdict: {label}\nConfidence: {confidence}"

    return Watched(decide, name)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    scenario = Scenario(protocol=Direct(), tasks=TASKS, seats={"judge": judge("own", OWN, 80)})
    folder = (await run(scenario, tmp_path / "run")).folder
    await judge_run(folder, [judge("later", LATER, 60)], Criterion(asks=Asks.ANSWER, name="again"))
    return folder


FIRST, SECOND = "direct: the run's own judge", "direct: later, again, two-game"


async def test_each_judging_beside_the_first(folder: Path) -> None:
    found = Found(sections_in(folder))
    expected = {
        ("Accuracy of a judging", FIRST): (5 / 7, 7, 8),
        ("Accuracy of a judging", SECOND): (6 / 7, 7, 8),
        ("Accuracy of a judging, undecided as wrong", FIRST): (5 / 8, 8, 8),
        ("Accuracy of a judging, undecided as wrong", SECOND): (6 / 8, 8, 8),
        ("Coverage of a judging", FIRST): (7 / 8, 8, 8),
        ("Coverage of a judging", SECOND): (7 / 8, 8, 8),
        ("Confidence of a judging", FIRST): (0.8, 7, 8),
        ("Confidence of a judging", SECOND): (0.6, 7, 8),
        ("Brier score of a judging", FIRST): ((5 * 0.04 + 2 * 0.64) / 7, 7, 8),
        ("Brier score of a judging", SECOND): ((6 * 0.16 + 0.36) / 7, 7, 8),
        # Questions 0 to 3, 5 and 6 were decided by both, and 0 to 2 alike.
        ("Agreement with the first judging", SECOND): (3 / 6, 6, 8),
        ("Accuracy less the first judging's, undecided as wrong", SECOND): (1 / 8, 8, 8),
        ("Accuracy less the first judging's, undecided left out", SECOND): (1 / 6, 6, 8),
    }
    for (name, group), (value, n, of) in expected.items():
        shown, *counts = found.shown(name, group)
        assert shown == pytest.approx(value, abs=1e-9), name
        assert counts == [n, of], name


async def test_they_stand_side_by_side_in_a_grid(folder: Path) -> None:
    (section,) = [one for one in sections_in(folder) if one.title == "Judgings side by side"]
    (grid,) = section.grids
    assert [name for name, _ in grid.rows] == [FIRST, SECOND]
    row = dict(zip(grid.heads[1:], grid.rows[1][1], strict=True))
    assert row["agreement"] is not None
    assert row["agreement"].value == 0.5
    assert grid.rows[0][1][-1] is None


async def test_another_rule_leaves_nothing_undecided(folder: Path) -> None:
    criterion, options = Criterion(asks=Asks.ANSWER, name="tied"), JudgingOptions(combine="mean-probability")
    await judge_run(folder, [judge("later", LATER, 60)], criterion, options)
    found = Found(sections_in(folder))
    # By equal probabilities both answers have the highest, so that question is tied and decides nothing.
    name = "direct: later, tied, mean-probability"
    assert found.shown("Coverage of a judging", name) == (7 / 8, 8, 8)


async def test_no_figures_before_anybody_judged_again(tmp_path: Path) -> None:
    scenario = Scenario(protocol=Direct(), tasks=TASKS, seats={"judge": judge("own", OWN, 80)})
    folder = (await run(scenario, tmp_path / "run")).folder
    assert "Accuracy of a judging" not in Found(sections_in(folder)).names


def test_arena_show_has_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show_run(str(folder), as_json=False)
    assert "the run's own judge" in capsys.readouterr().out
