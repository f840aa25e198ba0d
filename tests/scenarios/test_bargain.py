"""Bargaining as it is typed: a run, a tournament over the same tasks, coached games, and their reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena import Ending, Tournament
from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.journal import StoredRun
from arena.results._summary import summarise
from arena.running import run
from arena.tasks.task import Task
from tests.shared.agents import Watched

MODERATED = """
from arena import Scenario
from arena.tasks import haggling
from protocols import Bargain

scenario = Scenario(
    protocol=Bargain(moderator=True),
    tasks=haggling(3),
    episodes=2,
    seats=dict.fromkeys(("buyer", "seller", "moderator"), "random"),
)
"""
HAGGLERS = ("greedy-haggler", "fair-haggler", "random", "strategist:random")


async def test_a_tournament_is_over_the_scenarios_tasks_with_the_seats_swapped(tmp_path: Path) -> None:
    made = build(Source(name="bargain", tournament=True, agents=HAGGLERS, settings={"first": 4}))
    assert isinstance(made, Tournament)
    result = await run(made, tmp_path / "run")
    assert result.ended[Ending.COMPLETED] == 6 * 4 * 2
    tasks: dict[tuple[str, str], list[str]] = {}
    with StoredRun(tmp_path / "run") as stored:
        for played in stored.finished():
            plan = played.plan
            tasks.setdefault((plan.seats["buyer"], plan.seats["seller"]), []).append(plan.task.id)
        summary = summarise(stored)
    assert len(tasks) == 12
    assert len({tuple(found) for found in tasks.values()}) == 1
    assert {standing.player for standing in summary.standings} == set(HAGGLERS)
    mean = {line.agent: line.mean or 0 for line in summary.agents}
    assert max(mean, key=lambda agent: mean[agent]) == "greedy-haggler"


def test_a_tournament_keeps_who_does_not_compete(tmp_path: Path) -> None:
    file = tmp_path / "moderated.py"
    file.write_text(MODERATED, encoding="utf-8")
    made = build(Source(name=str(file), tournament=True, agents=HAGGLERS[:2]))
    assert made.seats == {"moderator": "random"}
    assert made.repetitions == 6


@pytest.mark.parametrize("source", [{"name": "bargain"}, {"name": "coached-bargain", "agents": HAGGLERS[:2]}])
def test_what_makes_no_tournament_is_told(source: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="is not a tournament"):
        build(Source.model_validate({**source, "tournament": True}))


async def test_a_side_that_heeds_its_coach_pays_less_game_by_game(tmp_path: Path) -> None:
    """And only in the arm that has one: the buyer does what the critic says, who says to offer less."""

    def buyer(request: object) -> str:
        heeded = str(getattr(request, "brief", "")).count("> Offer ten less.")
        turn = getattr(request, "prompt").data  # noqa: B009
        return json.dumps({"act": "offer", "amount": turn["worth"]["the lamp"] - 10 - 10 * heeded})

    def seller(request: object) -> str:
        standing = getattr(request, "prompt").data["standing"]  # noqa: B009
        act = {"act": "accept"} if standing else {"act": "offer", "amount": 500}
        return json.dumps(act)

    agents = {
        "buyer": Watched(buyer, "buyer"),
        "seller": Watched(seller, "seller"),
        "critic": Watched("Offer ten less.", "critic"),
    }
    made = build(Source(name="coached-bargain"))
    lamp = Task(id="lamp", data={"items": {"the lamp": {"value": 90, "cost": 20}}})
    made = type(made).model_validate(
        {**{name: getattr(made, name) for name in type(made).model_fields}}
        | {"seats": agents, "tasks": [lamp], "first": 1}
    )
    await run(made, tmp_path / "run")
    with StoredRun(tmp_path / "run") as stored:
        prices = {
            played.plan.condition: played.outcome.details["negotiation"]["price"]
            for played in stored.finished()
        }
    assert [prices[f"coached, game {game}"] for game in (2, 3, 4)] == [70, 60, 50]
    others = [price for condition, price in prices.items() if not condition.startswith("coached")]
    assert set(others) == {80}
