"""With debaters of known strength, the ways of oversight come out in the order in which they must."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from arena import Ending
from arena.designs.building import Source, build, override
from arena.journal import StoredRun
from arena.results.metrics import accuracy_by_group
from arena.running import run
from tests.scenarios.strength import Persuader, Weigher, answers_by_source


@pytest.mark.slow
async def test_direct_then_consultancy_then_debate_then_direct_with_the_source(tmp_path: Path) -> None:
    scenario = build(Source(name="oversight", settings={"first": 150}))
    known = answers_by_source(scenario.played_tasks)
    persuader, judge = Persuader(known), Weigher(known)
    seats = {"consultant": persuader, "debater_a": persuader, "debater_b": persuader, "judge": judge}
    result = await run(override(scenario, ["seats"], seats), tmp_path / "run")
    assert result.ended[Ending.COMPLETED] == 600

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
