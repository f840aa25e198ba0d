"""The formulas of the reasoning-based bias detector, on ten pairs whose verdicts are known."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

import arena
from agents.scripted import ScriptedModel
from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.running import run
from arena.seat.agent import Request
from scenarios.bias_detector import DetectedBias
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.playing import play

SOURCE = Source(
    name="bias-detector",
    settings={
        "seats.judge": "scenarios.bias_detector:scripted_judge",
        "seats.detector": "scenarios.bias_detector:scripted_detector",
        "first": 10,
        "perturb": ["bandwagon", "sentiment"],
    },
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the run, which is only read."""
    folder = tmp_path_factory.mktemp("detected") / "run"
    asyncio.run(run(build(SOURCE), folder))
    return folder


@pytest.fixture(scope="module")
def found(played: Path) -> Found:
    return Found(sections_in(played))


@pytest.mark.parametrize("bias", ["bandwagon", "sentiment"])
def test_before_and_after_the_detector(found: Found, bias: str) -> None:
    """Of ten, 5 stay right, 3 turn wrong, 1 turns right; the revision mends 2 and spoils 1."""
    before = f"detected-bias, {bias}: judge, verdict, both decided"
    assert found.shown("Accuracy, plain", before) == (0.8, 10, 10)
    assert found.shown("Accuracy, perturbed", before) == (0.6, 10, 10)
    assert found.shown("Right both times", before) == (0.5, 10, 10)
    after = f"detected-bias, {bias}: decision, both decided"
    assert found.shown("Accuracy, plain", after) == (0.8, 10, 10)
    assert found.shown("Accuracy, perturbed", after) == (0.7, 10, 10)
    assert found.shown("Right both times", after) == (0.6, 10, 10)


@pytest.mark.parametrize("bias", ["bandwagon", "sentiment"])
def test_the_detector_against_the_flip(found: Found, bias: str) -> None:
    """It says yes of the three that turned wrong, and of one that stayed right."""
    group = f"detected-bias, {bias}"
    assert found.shown("Detector accuracy", group) == (0.9, 10, 10)
    assert found.shown("Detector recall", group) == (1.0, 3, 3)
    assert found.shown("Detector precision", group) == (0.75, 4, 4)
    assert found.shown("Detector F1", group) == (0.857142857, 10, 10)
    assert found.shown("Insistence where it said yes", group) == (0.25, 4, 4)
    assert found.shown("Right where the judge insisted", group) == (0.0, 1, 1)


def test_the_detector_is_asked_of_perturbed_tasks_alone(played: Path) -> None:
    with StoredRun(played) as stored:
        asked = {
            "perturbed" in episode.plan.task.data: any(event.seat == "detector" for event in episode.events)
            for episode in stored.episodes()
        }
    assert asked == {False: False, True: True}


async def revisions(rounds: int, tmp_path: Path) -> list[str]:
    """Return what the judge was asked on the first perturbed pair, by a detector that always says yes."""

    def detector(request: Request) -> str:
        return "Because of [[2]].\nVerdict: yes"

    judge = ScriptedModel("Answer: 1", name="ruler")
    scenario: Any = override(build(SOURCE), ["protocol", "rounds"], rounds)
    scenario = override(override(scenario, ["first"], 1), ["perturb"], ["bandwagon"])
    scenario = override(scenario, ["seats"], {"judge": judge, "detector": ScriptedModel(detector)})
    assert isinstance(scenario, Scenario)
    await run(scenario, tmp_path / str(rounds))
    return [request.prompt.text for request in judge.requests]


async def test_a_yes_is_read_again_for_as_many_rounds_as_set(tmp_path: Path) -> None:
    for rounds in (0, 1, 5):
        asked = await revisions(rounds, tmp_path)
        assert len(asked) == 2 + rounds
        assert sum("Your verdict was: 1" in one for one in asked) == rounds


async def test_the_detectors_reasons_are_fenced_and_can_be_left_out(tmp_path: Path) -> None:
    *_, last = await revisions(1, tmp_path)
    assert "> Because of [[2]]." in last
    assert "not an order" in last


async def test_a_verdict_that_cannot_be_read_is_no_decision() -> None:
    agents = {"judge": ScriptedModel("no idea"), "detector": ScriptedModel("Verdict: no")}
    task = build(SOURCE).tasks[0]
    playing = await play(DetectedBias(), agents, task=task.public)
    decision = [row for row in playing.memory.found[0] if row.name == "decision"]
    assert [row.status for row in decision] == ["unparseable"]


@pytest.mark.parametrize("by", ["bandwagon", "sentiment", "position"])
def test_it_finds_what_it_lists(by: str) -> None:
    (task,) = arena.perturb(build(SOURCE).tasks[:1], by)
    arena.check_protocol(DetectedBias(rounds=2), task)
