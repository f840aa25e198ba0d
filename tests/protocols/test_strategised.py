"""Strategised play: who reads a strategy, when one is asked for, and what is paid if something is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from arena.annotations import AnnotationRow
from arena.core.errors import UsageError
from arena.seat.agent import Agent
from protocols import Bargain, Play, Revise, Strategised
from protocols.strategised import process_rewards
from tests.protocols.haggling import ACCEPT, LAMP, offer, sides
from tests.shared.agents import Scripted, Watched
from tests.shared.playing import Playing, play

BUYERS = Strategised(protocol=Bargain(), advised=("buyer",), goal="share of surplus", without=0)


def judging(*critical: int) -> Agent:
    return Watched(json.dumps({"reasons": "So it seems.", "critical": critical}))


async def talked(rule: Strategised = BUYERS, planner: Agent | None = None, judge: Agent | None = None) -> Any:
    agents: dict[str, Agent] = {
        **sides([offer(45), offer(50)], [offer(65), offer(55), ACCEPT]),
        "buyer_strategist": planner or Scripted("Ask why.", "Be brief."),
        "judge": judge or judging(1),
    }
    seated = {seat: agents[seat] for seat in rule.seats}
    return await play(rule, seated, task=LAMP.public), seated


def found(playing: Playing, name: str) -> list[AnnotationRow]:
    return [row for row in playing.memory.found.get(0, []) if row.name == name]


async def test_only_the_seat_and_the_judge_read_a_strategy() -> None:
    playing, agents = await talked()
    for seat in ("buyer", "seller"):
        text = str([(sent.brief, sent.view, sent.prompt.text) for sent in agents[seat].sent])
        assert ("Ask why." in text) is (seat == "buyer")
    assert "Strategy 1, before the next turn:\n> > Ask why." in agents["judge"].sent[0].prompt.text
    assert all(
        "seller" not in event.audience for step in playing.steps for event in step if "Ask why." in event.text
    )


async def test_a_strategist_reads_what_its_seat_knows_and_its_own_earlier_strategies() -> None:
    _, agents = await talked()
    first, second = agents["buyer_strategist"].sent
    assert "worth 70 to you" in first.brief
    assert '"amount": 65' in first.prompt.text
    assert "Ask why." in str(second.view)
    assert '"amount": 55' in second.prompt.text
    assert '"amount": 65' not in second.prompt.text
    seen = str([agents["buyer_strategist"].sent])
    assert "costs you" not in seen


async def test_the_talk_is_that_of_the_protocol_alone() -> None:
    playing, _ = await talked()
    agents = sides([offer(45), offer(50)], [offer(65), offer(55), ACCEPT])
    plain = await play(Bargain(), agents, task=LAMP.public)
    assert playing.outcome.returns == plain.outcome.returns
    assert playing.outcome.details == plain.outcome.details


async def test_a_strategy_that_cannot_be_used_is_not_read_and_not_paid() -> None:
    playing, agents = await talked(planner=Scripted("", "Be brief."), judge=judging())
    assert "strategy" not in agents["buyer"].sent[0].prompt.text
    assert "Be brief." in agents["buyer"].sent[1].prompt.text
    (paid,) = found(playing, "strategy")
    assert paid.value == pytest.approx(2 / 3)
    assert '"amount": 45' in agents["judge"].sent[0].prompt.text


async def test_a_verdict_that_cannot_be_used_pays_nothing_and_says_why() -> None:
    playing, _ = await talked(judge=Watched("I do not know."))
    assert [(row.value, row.status) for row in found(playing, "strategy")] == [(None, "unparseable")] * 2
    assert [row.text for row in found(playing, "critical")] == [None, None]


async def test_a_strategy_of_a_number_that_there_is_not_is_refused() -> None:
    playing, _ = await talked(judge=judging(3))
    assert [row.status for row in found(playing, "critical")] == ["unparseable"] * 2


async def test_without_a_score_the_judge_rates_how_far_the_goal_was_reached() -> None:
    rule = Strategised(protocol=Bargain(), advised=("buyer",))
    answers = Scripted("Number: 6", json.dumps({"reasons": "", "critical": [1]}))
    playing, agents = await talked(rule, judge=answers)
    (reached,) = found(playing, "reached")
    assert reached.value == 0.6
    assert "reached its goal to 6 of 10" in agents["judge"].sent[1].prompt.text
    assert [row.value for row in found(playing, "strategy")] == [1, 0.6]


async def test_what_is_not_known_of_the_goal_is_not_paid() -> None:
    rule = Strategised(protocol=Bargain(), advised=("buyer",), goal="no such score")
    playing, _ = await talked(rule)
    assert [(row.value, row.status) for row in found(playing, "strategy")] == [(None, "unknown")] * 2


async def test_a_forfeited_talk_is_not_judged() -> None:
    agents: dict[str, Agent] = {
        **sides(["What?"], [offer(65)]),
        "buyer_strategist": Scripted("Ask why."),
        "judge": judging(1),
    }
    playing = await play(BUYERS, agents, task=LAMP.public)
    assert found(playing, "strategy") == []


async def test_seats_that_are_asked_together_have_strategies_of_their_own() -> None:
    rule = Strategised(
        protocol=Play(game="repeated:rock-paper-scissors?n=2"), advised=("player_0",), judged=False
    )
    planner = Scripted("Be hard.", "Be soft.")
    players = {seat: Watched("Move: rock") for seat in ("player_0", "player_1")}
    await play(rule, {**players, "player_0_strategist": planner})
    assert ["Be hard." in sent.prompt.text for sent in players["player_0"].sent] == [True, False]
    assert ["Be soft." in sent.prompt.text for sent in players["player_0"].sent] == [False, True]
    assert "Be hard." not in str(players["player_1"].sent)


async def test_the_samples_of_a_turn_have_one_strategy() -> None:
    rule = Strategised(protocol=Revise(turns=1, samples=3), advised=("answerer",), judged=False)
    planner, answerer = Watched("Add."), Watched("Answer: 4")
    await play(rule, {"answerer": answerer, "answerer_strategist": planner})
    assert len(planner.sent) == 1
    assert ["Add." in sent.prompt.text for sent in answerer.sent] == [True] * 3


def test_seats_are_checked() -> None:
    with pytest.raises(UsageError, match="no seat clerk"):
        Strategised(protocol=Bargain(), advised=("clerk",))
    with pytest.raises(UsageError, match="a seat is advised twice"):
        Strategised(protocol=Bargain(), advised=("buyer", "buyer"))
    with pytest.raises(UsageError, match="has a seat buyer_strategist already"):
        Strategised(protocol=BUYERS, advised=("buyer",), judged=False)


def test_rewards_by_hand() -> None:
    assert process_rewards(4, {2}, 0.8) == [0, 1, 0, 0.8]
    assert process_rewards(3, set(), 0) == [0, 0, 0]
    assert process_rewards(2, {1, 2}, 0.3) == [1, 1]
    assert process_rewards(2, {1}, None) == [None, None]
    assert process_rewards(2, None, 0.3) == [None, None]


async def test_a_goal_beyond_its_range_counts_as_its_nearest_end() -> None:
    """The lamp is worth 70 to the buyer, who pays 90: its share is below 0, and the seller's above 1."""
    for seat, goal in (("buyer", 0), ("seller", 1)):
        rule = Strategised(protocol=Bargain(), advised=(seat,), goal="share of surplus", without=0)
        judge = Watched(json.dumps({"reasons": "None was.", "critical": []}))
        agents: dict[str, Agent] = {
            **sides([ACCEPT], [offer(90)]),
            f"{seat}_strategist": Scripted("Be bold."),
            "judge": judge,
        }
        playing = await play(rule, agents, task=LAMP.public)
        assert [row.value for row in found(playing, "reached")] == [goal]
        assert [row.value for row in found(playing, "strategy")] == [goal]
        assert f"reached its goal to {10 * goal} of 10" in judge.sent[0].prompt.text
