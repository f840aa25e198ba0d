"""Hagglers by rule: they concede with time, never at a loss, and the patient one gets more."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.hagglers import FairHaggler, GreedyHaggler, Haggler
from agents.random import Random
from arena.core.errors import NoAnswer, UsageError
from arena.episode.outcome import Ending
from arena.registry import make_agent
from arena.tasks.task import Task
from protocols import Bargain, Play
from tests.protocols.haggling import BUNDLE, bargains, negotiated
from tests.shared.examples import some
from tests.shared.playing import Playing, play
from tests.shared.protocols import seeds

hagglers = st.builds(Haggler, margin=st.floats(0.05, 0.95), patience=st.floats(0.1, 5))


def lamp(value: float, cost: float) -> Task:
    return Task(data={"items": {"the lamp": {"value": value, "cost": cost}}})


def haggle(
    buyer: Any, seller: Any, *, value: float = 90, cost: float = 40, **settings: Any
) -> tuple[Playing, dict[str, Any]]:
    agents = {"buyer": buyer, "seller": seller}
    playing = asyncio.run(play(Bargain(**settings), agents, task=lamp(value, cost).public))
    return playing, negotiated(playing)


class TestHagglers:
    @some
    @given(hagglers, hagglers, st.integers(1, 200), st.integers(1, 200), st.integers(2, 12))
    def test_agree_if_both_can_gain_and_neither_ever_loses(
        self, buyer: Haggler, seller: Haggler, value: int, cost: int, turns: int
    ) -> None:
        playing, found = haggle(buyer, seller, value=value, cost=cost, turns=turns)
        assert playing.outcome.ending is Ending.COMPLETED
        if value < cost:
            assert found["deal"] is False
        elif turns > 3:
            assert found["deal"] is True
        assert all(amount >= -1e-9 for amount in playing.outcome.returns.values())

    @some
    @given(hagglers, hagglers, st.sampled_from(["buyer", "seller"]))
    def test_never_take_a_concession_back(self, buyer: Haggler, seller: Haggler, opens: str) -> None:
        _, found = haggle(buyer, seller, turns=12, opens=opens)
        for side, sign in (("buyer", 1), ("seller", -1)):
            asked = [sign * one["amount"] for one in found["offers"] if one["by"] == side]
            assert asked == sorted(asked)

    @pytest.mark.parametrize("opens", ["buyer", "seller"])
    def test_the_more_patient_concede_later(self, opens: str) -> None:
        """Here the talks can come to no deal, so that every turn but the last is an offer."""
        patient, hasty = (Haggler(patience=patience) for patience in (4.0, 0.25))
        _, found = haggle(patient, hasty, value=40, cost=90, turns=12, opens=opens)
        _, other = haggle(hasty, patient, value=40, cost=90, turns=12, opens=opens)
        paid, given = (
            {one["turn"]: one["amount"] for one in talks["offers"] if one["by"] == "buyer"}
            for talks in (found, other)
        )
        inner = sorted(paid)[1:-1]
        assert len(inner) >= 3
        assert all(paid[turn] < given[turn] for turn in inner)

    @some
    @given(bargains, hagglers, seeds)
    def test_can_sit_in_any_bargaining(self, protocol: Bargain, haggler: Haggler, seed: int) -> None:
        agents = {"buyer": haggler, "seller": haggler, "moderator": Random()}
        seated = {seat: agents[seat] for seat in protocol.seats}
        playing = asyncio.run(play(protocol, seated, task=BUNDLE.public, seed=seed))
        assert playing.outcome.ending is Ending.COMPLETED
        assert not [call for call in playing.calls if call.reason]

    @pytest.mark.parametrize("greedy", ["buyer", "seller"])
    def test_greed_pays_against_the_fair(self, greedy: str) -> None:
        agents: dict[str, Any] = dict.fromkeys(("buyer", "seller"), FairHaggler())
        _, even = haggle(**agents)
        _, found = haggle(**{**agents, greedy: GreedyHaggler()})
        assert found[f"{greedy}_share"] > max(0.5, even[f"{greedy}_share"])

    def test_two_that_are_greedy_agree_late(self) -> None:
        _, found = haggle(GreedyHaggler(), GreedyHaggler())
        _, fair = haggle(FairHaggler(), FairHaggler())
        assert found["turns"] > fair["turns"]

    async def test_do_nothing_else(self) -> None:
        with pytest.raises(NoAnswer, match="asked for something else"):
            await play(Play(game="kuhn"), {"player_0": FairHaggler(), "player_1": Random()})

    @pytest.mark.parametrize("bad", ["margin=1", "margin=0", "patience=0", "style=greedy"])
    def test_what_they_cannot_be_made_of(self, bad: str) -> None:
        with pytest.raises(UsageError):
            make_agent(f"fair-haggler?{bad}")
