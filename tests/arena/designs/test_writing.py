"""Designs as studies: what is written describes the design whole, and is read back as an equal one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import Agent, Comparison, Condition, Scenario, Tournament
from arena.core.errors import UsageError
from arena.designs._loading import KINDS
from arena.designs.building import Source, build
from arena.designs.scenario import AnyScenario
from arena.designs.study_files import read_study
from arena.episode.protocol import Protocol
from arena.seat.agent import Reply, Request
from arena.tasks.task import Task
from protocols import Consultancy, Debate, Direct, Play
from scenarios import SCENARIOS
from tests.arena.pictures.made import picture

PICTURED = (
    *("cold-start", "gui-critic", "llava-critic", "mstar", "oversight-pictures", "scl", "self-critic"),
    *("srpo", "srpo-cold-start"),
)
UNWRITABLE = dict.fromkeys(PICTURED, "has pictures, which a study cannot hold") | {
    "spiral-kuhn": "is the agent Softmax, which a file cannot name"
}
"""What of our scenarios a file cannot name."""


def read_back(scenario: AnyScenario, folder: Path) -> AnyScenario:
    file = folder / "study.toml"
    file.write_text(scenario.to_toml(), encoding="utf-8")
    return build(read_study(file).source)


SOON = ("debate", "oversight", "kuhn", "long-horizon", "scl", "spiral-kuhn")
"""What is tried in every run of the tests; the others take their time."""


@pytest.mark.parametrize(
    "name",
    [name if name in SOON else pytest.param(name, marks=pytest.mark.slow) for name in sorted(SCENARIOS)],
)
def test_a_scenario_of_ours_is_read_back_as_it_was(name: str, tmp_path: Path) -> None:
    scenario = build(Source(name=name))
    if name in UNWRITABLE:
        with pytest.raises(UsageError, match=UNWRITABLE[name]):
            scenario.to_toml()
        return
    assert read_back(scenario, tmp_path).config() == scenario.config()


SETTINGS = st.fixed_dictionaries(
    {
        "rounds": st.integers(1, 3),
        "words": st.none() | st.integers(1, 99),
        "judged": st.just(True),
        "interactive": st.booleans(),
        "told": st.text("ab\n\"'\\é#", max_size=9),
        "beliefs": st.fixed_dictionaries({"public": st.booleans(), "holders": st.just(["judge"])}),
    }
)


@given(
    SETTINGS,
    st.integers(0, 2**40),
    st.lists(st.text("ab\n\"'\\é#=[", max_size=9), min_size=1, max_size=3, unique=True),
)
def test_any_settings_and_tasks_are(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, Any], seed: int, texts: list[str]
) -> None:
    judge = {"judge": "random"}
    debaters = {"debater_a": "ann=random", "debater_b": "random"}
    scenario = Comparison(
        conditions={
            "debate": Condition(protocol=Debate(**settings), seats=debaters),
            "con": Condition(protocol=Consultancy(), seats={"consultant": "ann=random"}),
            "direct": Direct(),
        },
        seats=judge,
        tasks=[Task(id=f"t{n}", text=text, truth="true") for n, text in enumerate(texts)],
        seed=seed,
        first=1,
    )
    assert read_back(scenario, tmp_path_factory.mktemp("study")).config() == scenario.config()


def test_a_tournament_keeps_the_order_of_its_agents(tmp_path: Path) -> None:
    scenario = Tournament(
        protocol=Play(game="repeated:leduc?n=2"),
        agents=["b=random", "a=random"],
        format="round-robin?meetings=3",
    )
    assert read_back(scenario, tmp_path).config() == scenario.config()


def test_json_holds_the_protocol_too() -> None:
    scenario = Scenario(protocol=Direct(words=9), seats={"judge": "random"})
    assert '"protocol":{"name":"direct","words":9}' in scenario.model_dump_json()
    assert Scenario.model_validate_json(scenario.model_dump_json()).config() == scenario.config()


class Mine(Agent):
    name = "mine"

    async def reply(self, request: Request) -> Reply:
        return Reply("")


class Local(Direct):
    pass


def test_what_a_file_cannot_name_is_said() -> None:
    with pytest.raises(UsageError, match=r"seats\.judge is the agent Mine, which a file cannot name"):
        Scenario(protocol=Direct(), seats={"judge": Mine()}).to_toml()

    class Inner(Direct):
        pass

    with pytest.raises(UsageError, match=r"protocol is the protocol .*Inner, which a file cannot name"):
        Scenario(protocol=Inner(), seats={"judge": "random"}).to_toml()
    shown = Task(id="t", text="?", pictures=(picture(1),))
    with pytest.raises(UsageError, match="Task 't' has pictures"):
        Scenario(protocol=Direct(), seats={"judge": "random"}, tasks=[shown]).to_toml()
    unknown = Task(id="t", text="?", data={"a": None})
    with pytest.raises(UsageError, match=r"Task 't' has no value at data\.a, which TOML cannot say"):
        Scenario(protocol=Direct(), seats={"judge": "random"}, tasks=[unknown]).to_toml()


def test_every_kind_has_a_name() -> None:
    assert {"scenario", "comparison", "tournament", "pool", "coaching"} <= KINDS.keys()
    assert issubclass(Local, Protocol)
