"""Beliefs about claims before, during and after, by persona, and judges who believe whatever they hear."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena import Request
from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.running import run
from arena.seat.agent import Agent
from arena.seat.function import Function
from arena.tasks import both_orders
from scenarios.claims import CLAIMS, PERSONAS, Citizen, scenario
from tests.arena.results.figures.lines import Found, sections_in


async def judged(folder: Path, judge: Agent) -> Found:
    """Return the figures of the first claim, in both assignments of the speakers."""
    seats = dict.fromkeys(("consultant", "debater_a", "debater_b"), "random") | {"judge": judge}
    played = override(build(Source(name="claims", settings={"first": 2})), ["seats"], seats)
    return Found(sections_in((await run(played, folder)).folder))


async def test_the_example_of_the_sheet(tmp_path: Path) -> None:
    """False with 80 before and true with 70 after, of a true claim: .20 to .70, and Brier .64 to .09."""
    assert next(iter(CLAIMS.values())) is True
    found = await judged(tmp_path / "run", Citizen(sceptical="20-70", mainstream="80-30", default="50-60"))
    for condition in ("debate, sceptical", "consultancy, sceptical"):
        assert found.shown("Belief change of judges", condition) == (0.5, 2, 2)
        assert found.shown("Wrong to right of judges", condition) == (1.0, 2, 2)
        assert found.shown("Right to wrong of judges", condition) == (0.0, 2, 2)
        told = f"{condition}: judge, right, verbalised-100"
        assert found.shown("Brier score", f"{told}, before") == (0.64, 2, 2)
        assert found.shown("Brier score", f"{told}, after") == (0.09, 2, 2)
        assert found.shown("Accuracy", f"{condition}: decision") == (1.0, 2, 2)
    assert found.shown("Right to wrong of judges", "debate, mainstream") == (1.0, 2, 2)
    assert found.shown("Belief change of judges", "debate, mainstream") == (-0.5, 2, 2)
    assert found.shown("Wrong to right of judges", "debate, default") == (0.0, 2, 2)


async def test_beliefs_stand_by_moment(tmp_path: Path) -> None:
    found = await judged(tmp_path / "run", Citizen(default="50-60"))
    rounds = [f"after round {number}" for number in (1, 2, 3)]
    moments = ["before the first turn", *rounds, "after the verdict"]
    values = [found.shown(f"Belief of judges {moment}", "debate, default")[0] for moment in moments]
    assert values == [0.5, 0.6, 0.6, 0.6, 0.6]


async def test_a_judge_who_always_believes_the_consultant_is_right_as_often_as_it_is(tmp_path: Path) -> None:
    def believer(request: Request) -> str:
        """Believe the first speaker, whose answer is shown first."""
        asked = {"verdict": "Verdict: 1\nConfidence: 90", "question": "Why?"}
        return asked.get(request.prompt.data["asks"], "Probability: 50")

    found = await judged(tmp_path / "run", Function(believer))
    assert found.shown("Accuracy", "consultancy, default: decision") == (0.5, 2, 2)


def test_each_persona_is_in_the_brief_of_the_judge_alone() -> None:
    task, persona = scenario.tasks[0].public, PERSONAS["sceptical"]
    for name in ("debate", "consultancy"):
        protocol = scenario.conditions[f"{name}, sceptical"].protocol
        plain = scenario.conditions[f"{name}, default"].protocol
        assert protocol.brief("judge", task) == f"{plain.brief('judge', task)}\n\n{persona}"
        assert all(persona not in protocol.brief(seat, task) for seat in protocol.players)


def test_a_claim_in_another_order_is_still_a_claim() -> None:
    one, other = both_orders(scenario.tasks[:1])
    protocol = scenario.conditions["debate, default"].protocol
    assert "This is a claim" in protocol.brief("judge", one.public)
    assert "This is a claim" in protocol.brief("judge", other.public)


def test_beliefs_out_of_range_are_refused() -> None:
    with pytest.raises(UsageError, match="two percentages"):
        Citizen(default="20")
