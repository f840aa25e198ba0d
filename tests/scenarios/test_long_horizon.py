"""The examples of long-horizon execution: right by turn, right so far, right by step, and the horizon."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import arena
from arena import Reply, Request, Scenario, Task
from arena.results.figures._horizon import horizon as first_below
from scenarios.long_horizon import LongHorizon, dictionaries, horizon
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

VALUES = {word: 10 * place for place, word in enumerate(("ten", "two", "thr", "fou", "fiv", "six"), start=1)}


def by_turn(folder: Path, said: Sequence[str]) -> dict[str, list[float | None]]:
    """Play the paper's own example, of the totals 30, 100 and 210, and return each label by turn."""

    def agent(request: Request) -> Reply:
        return Reply(f"Answer: {said[request.count]}")

    task = Task(id="six", text="Keep the total.", data={"values": VALUES, "keys": list(VALUES)})
    scenario = Scenario(
        protocol=LongHorizon(turns=3, complexity=2), tasks=[task], seats={"agent": Watched(agent, "agent")}
    )
    arena.run(scenario, folder / "run")
    found = Found(sections_in(folder / "run"))
    return {
        name: [
            found.line("Right by turn", f"long-horizon: {name}, turn {turn}").figure.value
            for turn in (1, 2, 3)
        ]
        for name in ("index", "right-so-far", "step")
    }


def test_a_step_from_a_wrong_total_is_a_right_step(tmp_path: Path) -> None:
    assert by_turn(tmp_path, ["30", "99", "209"]) == {
        "index": [1, 0, 0],
        "right-so-far": [1, 0, 0],
        "step": [1, 0, 1],
    }


def test_an_unusable_total_carries_the_one_before_it_on(tmp_path: Path) -> None:
    assert by_turn(tmp_path, ["30", "x", "140"]) == {
        "index": [1, 0, 0],
        "right-so-far": [1, 0, 0],
        "step": [1, 0, 1],
    }


def test_the_horizon_of_chance_is_that_of_the_paper() -> None:
    assert [horizon(one) for one in (0.9, 0.95, 0.99, 0.995)] == [7, 14, 69, 139]
    assert [round(100 * one**100, 1) for one in (0.99, 0.95)] == [36.6, 0.6]


def test_a_constant_step_accuracy_gives_this_horizon() -> None:
    """Of 100,000 episodes of which nine in ten go on in each turn, fewer than half do in turn 7."""
    import numpy as np

    turns = np.repeat(np.arange(1.0, 9.0), 100_000)
    right = np.concatenate([np.arange(100_000) < 100_000 * 0.9**turn for turn in range(1, 9)])
    assert first_below(turns, right.astype(float)).value == 7


def test_the_horizon_is_the_first_turn_in_which_fewer_than_half_are_right(arena: Typist) -> None:
    said = arena(
        *("run", "long-horizon", "--set", "protocol.turns=4", "--tasks", "3", "--out", "run"),
        *("--agents", "adder=scenarios.long_horizon:Adder?errs=0,0010,0?0"),
    )
    assert said.code == 0, said.err
    found = Found(sections_in(arena.folder / "run"))
    assert found.shown("Horizon", "long-horizon: right-so-far") == (3.0, 12, 12)
    assert found.shown("Right by turn", "long-horizon: step, turn 4")[0] == 1.0
    exported = arena("export", "run", "--to", "trl-sft", "--reward", "correct", "--out", "rows.jsonl")
    assert exported.code == 0, exported.err
    assert len((arena.folder / "rows.jsonl").read_text().splitlines()) == 11


@pytest.mark.parametrize("highest", [9, 99])
def test_tasks_are_the_same_for_the_same_seed(highest: int) -> None:
    one, two = (dictionaries(2, 42, words=10, keys=20, highest=highest) for _ in range(2))
    assert [task.data for task in one] == [task.data for task in two]
    assert one[0].data != one[1].data
    assert all(abs(value) <= highest for value in one[0].data["values"].values())
