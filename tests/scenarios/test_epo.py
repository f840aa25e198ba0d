"""EPO: the numbers of the sheet from a talk to its rows, and what the scripted judge takes for critical."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.designs.building import Source, build
from arena.running import run
from scenarios.epo import concessions, scenario
from tests.arena.results.figures.lines import Found, sections_in

RETURNS = "annotation:strategy?gamma=0.99"
NORMALISED = f"{RETURNS}&divide=largest"


async def played(folder: Path, buyer: str, seller: str, name: str = "epo", **more: Any) -> Path:
    """Play one talk over the lamp (value 100, cost 50) with scripted strategies and judge."""
    settings = {
        "seats.buyer": f"scenarios.epo:Bidder?says={buyer}",
        "seats.seller": f"scenarios.epo:Bidder?says={seller}",
        "seats.buyer_strategist": "scenarios.epo:Planner",
        "seats.judge": "scenarios.epo:scripted_critical",
        "first": 1,
        **more,
    }
    await run(build(Source(name=name, settings=settings)), folder)
    return folder


def rows(folder: Path, reward: str, seat: str = "buyer_strategist") -> list[dict[str, Any]]:
    """Return the strategist's training rows."""
    file = folder / "rows.jsonl"
    arena.export(folder, file, to="trl-sft", seats=(seat,), reward=reward, advantage="none")
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_the_talk_of_the_sheet(tmp_path: Path) -> None:
    """Critical is the second of four, the goal is .8: s = 0, 1, 0, .8."""
    folder = await played(tmp_path / "run", "40,50,55,60", "100,95,75,70,accept")
    found = Found(sections_in(folder))
    assert found.shown("Mean score", "strategised: reached, of buyer") == (0.8, 1, 1)
    assert [row["reward"] for row in rows(folder, "annotation:strategy")] == [0, 1, 0, 0.8]
    assert [row["reward"] for row in rows(folder, RETURNS)] == pytest.approx(
        [1.766239, 1.784080, 0.792, 0.8], abs=5e-7
    )
    made = rows(folder, NORMALISED)
    assert [row["reward"] for row in made] == pytest.approx([0.99, 1, 0.443926, 0.448410], abs=5e-7)
    assert [row["completion"][0]["content"] for row in made] == [
        "open low",
        "give a little",
        "name a reason",
        "close",
    ]
    last = made[-1]["prompt"]
    assert [message["content"] for message in last if message["role"] == "assistant"] == [
        "open low",
        "give a little",
        "name a reason",
    ]
    assert "You are the private strategist of the buyer" in last[0]["content"]
    assert "worth 100 to you" in last[0]["content"]
    assert "costs you" not in str(made)


async def test_a_talk_without_a_concession_or_a_deal_pays_nothing(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", "40,40,walk-away", "100,100,100")
    assert [row["reward"] for row in rows(folder, NORMALISED)] == [0, 0, 0]


async def test_a_critical_last_strategy_earns_1_and_not_the_goal(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", "40,60", "100,95,accept")
    assert [row["reward"] for row in rows(folder, "annotation:strategy")] == [0, 1]


async def test_both_sides_may_have_a_strategist_and_each_has_its_own_largest(
    tmp_path: Path,
) -> None:
    """The buyer moves from 40 to 50 and on to 60, where the seller gets .2 of the surplus."""
    folder = await played(
        tmp_path / "run",
        "40,50,accept",
        "100,90,60",
        name="epo-self-play",
        **{"seats.seller_strategist": "scenarios.epo:Planner"},
    )
    assert [row["reward"] for row in rows(folder, "annotation:strategy", "buyer_strategist")] == [0, 1, 0.8]
    assert [row["reward"] for row in rows(folder, "annotation:strategy", "seller_strategist")] == [0, 1, 1]
    assert [row["reward"] for row in rows(folder, NORMALISED, "seller_strategist")] == pytest.approx(
        [0.99, 1, 1 / 1.99], abs=1e-9
    )


def act(seat: str, act: str, amount: float | None = None) -> dict[str, Any]:
    return {"seat": seat, "data": {"act": act, "amount": amount}}


def test_a_first_offer_and_a_rejection_are_no_concession() -> None:
    strategies = [
        {"said": [act("buyer", "offer", 40), act("seller", "offer", 90)]},
        {"said": [act("buyer", "reject"), act("seller", "offer", 95)]},
        {"said": [act("buyer", "offer", 60), act("seller", "reject")]},
        {"said": [act("buyer", "offer", 65), act("seller", "accept")]},
    ]
    assert concessions("buyer", [], strategies) == [0, -5, 0, 30]


def test_it_finds_what_it_lists() -> None:
    arena.check_protocol(scenario.protocol, scenario.tasks[0])
