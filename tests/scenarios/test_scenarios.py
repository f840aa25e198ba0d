from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from arena import Agent, Ending, Tournament
from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.designs.scenario import AnyScenario
from arena.running import run
from protocols.shared.verdicts import Reading
from scenarios import SCENARIOS
from scenarios.bettors import Bettor
from scenarios.claims import Citizen
from scenarios.courses import Recited
from scenarios.mad import Arbiter
from scenarios.objexmt import RecitedObjectives
from scenarios.responses import Ruler


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
        reading = getattr(getattr(scenario, "protocol", None), "reading", None)
        if reading is Reading.TOKEN_PROBABILITY:
            # A random agent has no tokens.
            scenario = override(scenario, ["protocol", "reading"], Reading.STATED)
        result = await run(scenario, tmp_path / "run")
        assert result.ended[Ending.COMPLETED] == sum(result.ended.values()) > 0


@pytest.mark.parametrize(
    ("agent", "course"),
    [
        (Bettor, "50,5²"),
        (Citizen, "20-7²"),
        (Recited, "01*²"),
        (Arbiter, "cn*²"),
        (RecitedObjectives, "90/0.8*²"),
        (Ruler, "rw*²"),
    ],
)
def test_a_number_in_a_course_has_decimal_digits(agent: Callable[[str], Agent], course: str) -> None:
    with pytest.raises(UsageError, match="²"):
        agent(course)
