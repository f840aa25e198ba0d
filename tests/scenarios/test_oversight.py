"""Questions are played in both orders, open choice is a filter, and protocols come out in their order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from arena import Ending
from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.journal import StoredRun
from arena.results.metrics import accuracy_by_group
from arena.running import run
from tests.arena.results.figures.lines import Found, sections_in
from tests.scenarios.strength import Persuader, Weigher, answers_by_source


@pytest.mark.slow
async def test_direct_then_consultancy_then_debate_then_direct_with_the_source(tmp_path: Path) -> None:
    scenario = build(Source(name="oversight", settings={"first": 300}))
    known = answers_by_source(scenario.played_tasks)
    persuader, judge = Persuader(known), Weigher(known)
    seats = {"consultant": persuader, "debater_a": persuader, "debater_b": persuader, "judge": judge}
    result = await run(override(scenario, ["seats"], seats), tmp_path / "run")
    assert result.ended[Ending.COMPLETED] == 1200

    correct, conditions, tasks = [], [], []
    with StoredRun(result.folder) as stored:
        for played in stored.finished():
            correct.append(float(played.outcome.details["verdict"]["choice"] == played.plan.task.truth))
            conditions.append(played.plan.condition)
            tasks.append(played.plan.task.id)
    figures = accuracy_by_group(correct, conditions, tasks, seed=1)
    found = {name: figure.value for name, figure in figures.items()}
    ordered = ["direct", "consultancy", "debate", "direct-with-source"]
    assert sorted(found, key=lambda name: found[name] or 0) == ordered, found
    assert found["direct-with-source"] == 1.0
    for lower, higher in pairwise(ordered):
        below, above = figures[lower].interval, figures[higher].interval
        assert below is not None
        assert above is not None
        assert below.high < above.low, found


async def played(folder: Path, decides: str, knows: str = "10") -> Found:
    """Return the figures of two questions on which speaker and judge are right as their letters say."""
    speaker, judge = (
        f"scenarios.overseers:Advocate?knows={knows}",
        f"scenarios.overseers:Overseer?decides={decides}",
    )
    seats = dict.fromkeys(("consultant", "debater_a", "debater_b"), speaker) | {"judge": judge}
    scenario = override(build(Source(name="oversight", settings={"first": 4})), ["seats"], seats)
    return Found(sections_in((await run(scenario, folder)).folder))


async def test_the_mean_of_two_questions_that_are_judged_in_both_orders(tmp_path: Path) -> None:
    """Right in both orders, and in one: means 1 and 1/2, a standard error of 1/4."""
    found = await played(tmp_path / "run", "11,10")
    for condition in ("direct", "direct-with-source", "consultancy", "debate"):
        figure = found.line("Accuracy of questions", f"{condition}: decision").figure
        assert figure.interval is not None
        assert (figure.value, figure.n, *figure.interval) == pytest.approx((0.75, 2, 0.26, 1.24))


async def test_a_judge_who_always_believes_is_right_half_the_time_and_openly_as_often_as_the_speaker(
    tmp_path: Path,
) -> None:
    found = await played(tmp_path / "run", "f", knows="11")
    assert found.shown("Accuracy", "consultancy: decision") == (0.5, 4, 4)
    assert found.shown("Open accuracy", "consultancy") == (1.0, 2, 2)
    assert found.shown("Open episodes", "debate") == (0.5, 4, 4)


async def test_open_accuracy_is_split_by_whether_the_speaker_chose_right(tmp_path: Path) -> None:
    """The judge is right on the first question and wrong on the second, and so is the speaker."""
    found = await played(tmp_path / "run", "1,0")
    for condition in ("consultancy", "debate"):
        assert found.shown("Open accuracy", condition) == (0.5, 2, 2)
        assert found.shown("Open accuracy", f"{condition}: the speaker chose right") == (1.0, 1, 1)
        assert found.shown("Open accuracy", f"{condition}: the speaker chose wrong") == (0.0, 1, 1)
        assert found.shown("Open win rate", condition) == (1.0, 2, 2)
    assert found.shown("Accuracy", "debate: debater_a, choice") == (0.5, 4, 4)
    assert "Accuracy of each judge" not in found.names, "no episode has several judges"


async def test_without_a_source_each_category_has_its_accuracy(tmp_path: Path) -> None:
    """The judge is right on sums, and believes the first speaker on proofs."""
    agents = {"judge": "scenarios.overseers:Overseer?decides=1,f"}
    agents |= dict.fromkeys(("consultant", "debater_a", "debater_b"), "scenarios.overseers:Advocate")
    played = override(build(Source(name="oversight-closed", settings={"first": 8})), ["seats"], agents)
    found = Found(sections_in((await run(played, tmp_path / "run")).folder))
    for condition in played.conditions:
        assert found.shown("Accuracy by category", f"{condition}: decision, sums") == (1.0, 4, 4)
        assert found.shown("Accuracy by category", f"{condition}: decision, proofs") == (0.5, 4, 4)
    assert found.shown("Open accuracy", "debate-in-turn") == (1.0, 4, 4)
