"""The scripted game: over generated solutions and GSM8K's, by versions, and in ProcessBench's format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from arena import Ending, Scenario
from arena.designs._pool import Pool
from arena.designs.building import Source, build
from arena.designs.scenario import AnyScenario
from arena.results.metrics import Figure
from arena.running import run
from arena.tasks import checkable, read_gsm8k_solutions, read_processbench, worked_solutions
from protocols import FirstError, SneakyCritic
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.tasks import real

SCRIPTED = {"generator": "sneaky", "critic": "exact-critic"}


async def figures(scenario: AnyScenario, folder: Path) -> Mapping[tuple[str, str], Figure]:
    """Run it, and return its figures by name and group."""
    result = await run(scenario, folder)
    assert result.ended[Ending.COMPLETED] == sum(result.ended.values())
    return {(line.name, line.group): line.figure for line in Found(sections_in(result.folder)).lines}


def perfect(found: Mapping[tuple[str, str], Figure], episodes: int) -> None:
    group = "sneaky-critic: exact-critic"
    recall, accuracy = found["Detection recall", group], found["Correct-step accuracy", group]
    assert (recall.value, accuracy.value) == (1.0, 1.0)
    assert recall.n + accuracy.n == recall.of + accuracy.of == episodes
    assert abs(recall.n - accuracy.n) < episodes / 5
    assert found["Alterations that are wrong", "sneaky-critic: sneaky"].value == 1.0


async def test_the_exact_critic_finds_every_slip_and_accuses_no_right_step(tmp_path: Path) -> None:
    """And nobody asks the solver, who is a model, for what arithmetic can tell."""
    settings = {"first": 200, "seats.solver": "solver"}
    scenario = build(Source(name="sneaky-critic", agents=("sneaky", "exact-critic"), settings=settings))
    perfect(await figures(scenario, tmp_path / "run"), 200)


@pytest.mark.parametrize(
    ("marks", "solutions"),
    [
        (True, 300),
        (False, 300),
        pytest.param(True, 1296, marks=pytest.mark.slow),
        pytest.param(False, 1112, marks=pytest.mark.slow),
    ],
)
async def test_so_it_does_in_gsm8k(tmp_path: Path, marks: bool, solutions: int) -> None:
    tasks = read_gsm8k_solutions(real("gsm8k/test.jsonl"))
    usable = [task for task in tasks if checkable(task.data["steps"], marks)][:solutions]
    assert len(usable) == solutions
    scenario = Scenario(protocol=SneakyCritic(marks=marks), tasks=usable, seats=SCRIPTED)
    perfect(await figures(scenario, tmp_path / "run"), solutions)


@pytest.mark.slow
async def test_of_all_right_solutions_it_accuses_those_that_are_badly_written(tmp_path: Path) -> None:
    """Four of 1,319 say in prose what does not hold, such as ``$32 - $20 = $300``."""
    file = tmp_path / "right.jsonl"
    with file.open("w") as stream:
        for task in read_gsm8k_solutions(real("gsm8k/test.jsonl")):
            item = {"id": task.id, "problem": task.text, "steps": list(task.data["steps"]), "label": -1}
            stream.write(json.dumps(item) + "\n")
    protocol = FirstError(marks=True)
    scenario = Scenario(protocol=protocol, tasks=read_processbench(file), seats={"critic": "exact-critic"})
    found = await figures(scenario, tmp_path / "run")
    right = found["No error claimed", "first-error: exact-critic"]
    assert right.value == pytest.approx(1315 / 1319)
    assert found["ProcessBench F1", "first-error: exact-critic"].value is None


async def test_versions_differ_as_they_must(tmp_path: Path) -> None:
    versions = {
        "generator": {"sneaky@1": "sneaky", "sneaky@2": "noisy:sneaky?rate=0"},
        "critic": {"critic@1": "noisy:exact-critic?rate=1", "critic@2": "exact-critic"},
    }
    scenario = Pool(
        protocol=SneakyCritic(), tasks=worked_solutions(60), versions=versions, matchmaking="everyone"
    )
    found = await figures(scenario, tmp_path / "run")
    random, exact = (found["Detection recall", f"sneaky-critic: critic@{version}"] for version in (1, 2))
    assert exact.value == 1.0
    assert random.value is not None
    assert 0.25 < random.value < 0.75
    pairs = {group for name, group in found if name == "Detection recall of one against another"}
    assert pairs == {f"sneaky-critic: critic@{c} against sneaky@{g}" for c in (1, 2) for g in (1, 2)}
