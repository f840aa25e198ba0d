"""Anyprefer with a judge that has a calculator, and one that has none: the accuracy of the judge is exact."""

from __future__ import annotations

import json
from pathlib import Path

import arena
from arena.designs.building import Source, build
from arena.journal import StoredRun
from arena.running import run
from arena.seat.calls import ToolStatus, results_in
from arena.seat.transcript import EventKind
from scenarios.courses import SUMS
from tests.arena.results.figures.lines import Found, sections_in

AGENT = "scenarios.anyprefer_tools:Summing"
SEATS = ("target", "judge", "rater", "editor")


async def test_a_judge_is_right_with_its_tool_and_wrong_without(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    settings = {f"seats.{seat}": AGENT for seat in SEATS}
    await run(build(Source(name="anyprefer-tools", settings=settings)), folder)
    found = Found(sections_in(folder))
    assert found.shown("Share of a class", "calculator: better is yes") == (1.0, 3, 3)
    assert found.shown("Share of a class", "alone: better is no") == (1.0, 3, 3)
    with StoredRun(folder) as stored:
        for episode in stored.episodes():
            returned = [event for event in episode.events if event.kind is EventKind.RETURNED]
            assert len(returned) == (5 if episode.plan.condition == "calculator" else 0)
            for event in returned:
                (result,) = results_in(event.payload)
                assert (result.status, result.text) == (ToolStatus.OK, str(episode.plan.task.truth))


async def test_the_pairs_are_those_that_the_judge_made(tmp_path: Path) -> None:
    """With the tool, the right answer scores 9 and the last wrong one 3; without, no pair is exported."""
    folder, file = tmp_path / "run", tmp_path / "pairs.jsonl"
    settings = {f"seats.{seat}": AGENT for seat in SEATS} | {"first": 1}
    await run(build(Source(name="anyprefer-tools", settings=settings)), folder)
    arena.export(folder, file, to="trl-dpo", seats=("target",), reward="annotation:preference")
    pairs = [json.loads(line) for line in file.read_text().splitlines()]
    truth = int(str(SUMS[0].truth))
    (pair,) = [pair for pair in pairs if pair["condition"] == "calculator"]
    assert pair["chosen"][0]["content"] == f"Answer: {truth}"
    assert pair["rejected"][0]["content"] == f"Answer: {truth + 4}"
    assert (pair["chosen_reward"], pair["rejected_reward"]) == (9, 3)
