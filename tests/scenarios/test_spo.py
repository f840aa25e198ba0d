"""SPO: win rates among siblings, and the minimax winner of preferences that go round in a circle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena.designs.building import Source, build
from arena.running import run
from arena.seat.agent import Agent, Request
from arena.training.export.exporting import ExportOptions, export_rows
from scenarios.spo import Circle, Stylist
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

GROUP = "preferred-samples"


async def played(folder: Path, writer: Agent, judge: Agent, samples: int, votes: int = 1) -> Found:
    settings = {"protocol.samples": samples, "protocol.votes": votes, "first": 1}
    scenario = build(Source(name="spo", settings=settings))
    await run(scenario.model_copy(update={"seats": {"writer": writer, "judge": judge}}), folder)
    return Found(sections_in(folder))


def rows_of(folder: Path) -> list[dict[str, Any]]:
    options = ExportOptions(
        to="trl-sft", seats=("writer",), reward=("sibling-win-rate",), advantage="group-mean?by=prompt"
    )
    export_rows([folder], folder.parent / "rows.jsonl", options)
    return [json.loads(line) for line in (folder.parent / "rows.jsonl").read_text().splitlines()]


async def test_a_circle_earns_a_half_each_and_its_winner_is_uniform(tmp_path: Path) -> None:
    found = await played(tmp_path / "run", Stylist(), Circle(), 3)
    assert [row["reward"] for row in rows_of(tmp_path / "run")] == [0.5, 0.5, 0.5]
    assert [row["advantage"] for row in rows_of(tmp_path / "run")] == [0, 0, 0]
    assert found.shown("Mean score", f"{GROUP}: largest minimax weight") == (round(1 / 3, 9), 1, 1)
    assert found.shown("Mean score", f"{GROUP}: gap") == (0.0, 1, 1)
    assert found.shown("Share of a class", f"{GROUP}: winner of all pairs is no") == (1.0, 1, 1)


async def test_four_in_an_order_earn_their_share_of_wins(tmp_path: Path) -> None:
    """Of a, b, c and d each beats those after it: 1, 2/3, 1/3 and 0, and the mean is 1/2."""

    def judge(request: Request) -> str:
        fields = request.prompt.data
        return f"Verdict: {1 if fields['first'] < fields['second'] else 2}"

    found = await played(tmp_path / "run", Stylist(styles="a,b,c,d"), Watched(judge), 4)
    rows = rows_of(tmp_path / "run")
    assert [row["reward"] for row in rows] == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert [row["advantage"] for row in rows] == pytest.approx([1 / 2, 1 / 6, -1 / 6, -1 / 2])
    assert found.shown("Mean score", f"{GROUP}: largest minimax weight") == (1.0, 1, 1)
    assert found.shown("Share of a class", f"{GROUP}: winner of all pairs is yes") == (1.0, 1, 1)


async def test_margins_of_a_fifth_two_and_three_fifths(tmp_path: Path) -> None:
    """Wins 6, 7 and 8 of 10: the winner is (1/3, 1/2, 1/6), and rates are (.6 + .2) / 2 and so on."""
    circle = Circle(styles="a,b,c", wins="6,7,8")
    found = await played(tmp_path / "run", Stylist(styles="a,b,c"), circle, 3, votes=5)
    assert [row["reward"] for row in rows_of(tmp_path / "run")] == pytest.approx([0.4, 0.55, 0.55])
    assert found.shown("Mean score", f"{GROUP}: largest minimax weight") == (0.5, 1, 1)


async def test_a_judge_that_always_takes_the_first_prefers_nobody(tmp_path: Path) -> None:
    await played(tmp_path / "run", Stylist(styles="a,b,c"), Watched("Verdict: 1"), 3)
    assert [row["reward"] for row in rows_of(tmp_path / "run")] == [0.5, 0.5, 0.5]


async def test_a_comparison_that_cannot_be_used_counts_nowhere(tmp_path: Path) -> None:
    """A beats b and c in every comparison that there is; b and c are never compared."""

    def judge(request: Request) -> str:
        fields = request.prompt.data
        if "a" not in (fields["first"], fields["second"]):
            return "I cannot say."
        return f"Verdict: {1 if fields['first'] == 'a' else 2}"

    found = await played(tmp_path / "run", Stylist(styles="a,b,c"), Watched(judge), 3)
    assert [row["reward"] for row in rows_of(tmp_path / "run")] == [1, 0, 0]
    assert found.shown("Mean score", f"{GROUP}: largest minimax weight") == (None, 0, 1)


async def test_who_was_never_compared_has_no_reward(tmp_path: Path) -> None:
    await played(tmp_path / "run", Stylist(styles="a,b"), Watched("I cannot say."), 2)
    assert rows_of(tmp_path / "run") == []
