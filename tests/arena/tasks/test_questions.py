"""A truth that is not one of the answers that a task lists is refused before a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.running import run
from arena.tasks.questions import check_truth
from arena.tasks.task import Task
from protocols import Direct


class TestTruth:
    @pytest.mark.parametrize("truth", ["bob", None, ["bob"]])
    def test_one_of_the_answers_or_nothing_comparable_is_fine(self, truth: Any) -> None:
        check_truth(Task(data={"answers": ["ann", "bob"]}, truth=truth))
        check_truth(Task(truth=truth))

    @pytest.mark.parametrize("truth", ["Bob", "cy", 2, True])
    def test_any_other_is_refused_with_the_answers(self, truth: Any) -> None:
        with pytest.raises(
            UsageError, match=r"The truth of task 'key', .* is not one of its answers \('ann', 'bob'\)"
        ):
            check_truth(Task(id="key", data={"answers": ["ann", "bob"]}, truth=truth))

    async def test_a_run_does_not_begin_with_it(self, tmp_path: Path) -> None:
        task = Task(id="key", text="Who?", data={"answers": ["ann", "bob"]}, truth="Bob")
        scenario = Scenario(protocol=Direct(), seats={"judge": "random"}, tasks=[task])
        with pytest.raises(UsageError, match="is not one of its answers"):
            await run(scenario, tmp_path / "run")
        assert not (tmp_path / "run").exists()
