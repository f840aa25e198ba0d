"""Figures by category: each rests on the episodes of one category, with values worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import arena
from arena import Comparison, Condition, Task
from arena.core.errors import UsageError
from arena.seat.agent import Request
from arena.seat.function import Function
from protocols import Direct

TASKS = [("a", "yes"), ("a", "yes"), ("a", "yes"), ("a", "no"), ("b", "yes"), ("b", "no"), ("", "no")]
"""The category and the right answer of each task."""


def says(answer: str) -> Function:
    def judge(request: Request) -> str:
        label = next(label for label, text in request.prompt.data["answers"].items() if text == answer)
        return f"Because. Verdict: {label}\nConfidence: 80"

    return Function(judge, answer)


@pytest.fixture
def run(tmp_path: Path) -> arena.Run:
    tasks = [
        Task(
            id=f"t{number}",
            text=f"{number}?",
            truth=truth,
            data={"answers": ["yes", "no"], **({"category": category} if category else {})},
        )
        for number, (category, truth) in enumerate(TASKS)
    ]
    direct = Direct(swap_verdict=False, beliefs={"holders": []})
    scenario = Comparison(
        conditions={
            answer: Condition(protocol=direct, seats={"judge": says(answer)}) for answer in ("yes", "no")
        },
        tasks=tasks,
    )
    return arena.run(scenario, tmp_path / "run")


def test_each_figure_is_that_of_the_episodes_of_its_category(run: arena.Run) -> None:
    """Who always says yes is right on 3 of 4 and on 1 of 2; who says no on the others, and on the last."""
    found = {
        (line.group, line.figure.n): line.figure.value
        for section in run.figures(samples=20, by="category")
        for line in section.lines
        if line.name == "Accuracy" and line.group.startswith(("yes", "no"))
    }
    values = {group.rpartition(", ")[2] + group[:2]: (value, n) for (group, n), value in found.items()}
    assert values["aye"] == (0.75, 4)
    assert values["ano"] == (0.25, 4)
    assert values["bye"] == (0.5, 2)
    assert values["no categoryye"] == (0.0, 1)
    assert values["no categoryno"] == (1.0, 1)


def test_conditions_are_paired_within_a_category(run: arena.Run) -> None:
    """On the four tasks of a, saying yes is right on two more than saying no: a difference of 2/4."""
    differences = {
        line.group: abs(line.figure.value or 0)
        for section in run.figures(samples=20, by="category")
        for line in section.lines
        if "difference" in line.name.lower() and line.group.endswith(", a")
    }
    assert 0.5 in differences.values()


def test_reports_have_them_beside_the_others(run: arena.Run, capsys: pytest.CaptureFixture[str]) -> None:
    from arena.results.report import report_record

    plain, both = (report_record([run.folder], samples=20, by=by) for by in ("", "category"))
    titles = [section["title"] for section in both["sections"]]
    assert titles[: len(plain["sections"])] == [section["title"] for section in plain["sections"]]
    assert any(title.endswith(", by category") for title in titles)
    assert json.dumps(both)


def test_what_cannot_be_had_is_said(run: arena.Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There are no figures by 'topic'; there are some by category"):
        run.figures(samples=20, by="topic")
    plain = arena.run(
        Direct(swap_verdict=False), tmp_path / "plain", tasks=[Task(text="?")], agents={"judge": says("yes")}
    )
    with pytest.raises(UsageError, match="name the column that holds them with --columns category=COLUMN"):
        plain.figures(samples=20, by="category")
