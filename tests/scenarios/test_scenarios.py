from __future__ import annotations

from pathlib import Path

import pytest

from arena import Ending, Tournament
from arena.designs.building import Source, build, override
from arena.designs.scenario import AnyScenario
from arena.running import run
from scenarios import SCENARIOS


@pytest.mark.parametrize("name", sorted(SCENARIOS))
class TestScenario:
    def test_builds(self, name: str) -> None:
        scenario = build(Source(name=name))
        assert isinstance(scenario, AnyScenario)
        assert scenario.name == name

    def test_says_what_it_is_in_its_first_line(self, name: str) -> None:
        module = __import__(SCENARIOS[name].partition(":")[0], fromlist=["scenario"])
        assert module.__doc__

    async def test_a_short_version_runs(self, name: str, tmp_path: Path) -> None:
        scenario = build(Source(name=name))
        if isinstance(scenario, Tournament):
            scenario = override(scenario, ["format"], f"{scenario.format.partition('?')[0]}?meetings=1")
        else:
            scenario = override(override(scenario, ["episodes"], 1), ["first"], 1)
            scenario = override(scenario, ["seats"], dict.fromkeys(scenario.seats, "random"))
        result = await run(scenario, tmp_path / "run")
        assert result.ended[Ending.COMPLETED] == sum(result.ended.values()) > 0
