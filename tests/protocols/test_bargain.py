"""Bargaining: whose offer stands, how talks end, and what each side gets."""

from __future__ import annotations

from typing import Any

import pytest

from agents.random import Random
from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.seat.agent import Reply, Stop
from arena.tasks.task import Task
from protocols import Bargain
from tests.protocols.haggling import (
    ACCEPT,
    BUNDLE,
    COST,
    LAMP,
    REJECT,
    VALUE,
    WALK_AWAY,
    negotiated,
    offer,
    sides,
    talk,
)
from tests.shared.agents import Scripted
from tests.shared.playing import play


class TestDeals:
    async def test_pay_the_price_that_was_accepted(self) -> None:
        playing = await talk([offer(45), ACCEPT], [offer(65), offer(50)])
        assert playing.outcome.ending is Ending.COMPLETED
        assert playing.outcome.returns == {"buyer": 20.0, "seller": 10.0}
        found = negotiated(playing)
        assert found == {
            "deal": True,
            "price": 50.0,
            "items": ["the lamp"],
            "buyer_value": VALUE,
            "seller_cost": COST,
            "surplus": 30.0,
            "created": 30.0,
            "buyer_share": 20 / 30,
            "seller_share": 10 / 30,
            "turns": 4,
            "ended": "accepted",
            "offers": [
                {"turn": 1, "by": "seller", "amount": 65.0, "items": ["the lamp"]},
                {"turn": 2, "by": "buyer", "amount": 45.0, "items": ["the lamp"]},
                {"turn": 3, "by": "seller", "amount": 50.0, "items": ["the lamp"]},
            ],
        }

    async def test_nobody_is_kept_from_one_by_which_they_lose(self) -> None:
        playing = await talk([ACCEPT], [offer(90)])
        assert playing.outcome.returns == {"buyer": -20.0, "seller": 50.0}
        assert negotiated(playing)["buyer_share"] == -20 / 30

    async def test_without_a_surplus_have_no_shares(self) -> None:
        task = Task(data={"items": {"the lamp": {"value": 30, "cost": 40}}})
        playing = await talk([ACCEPT], [offer(35)], task=task)
        found = negotiated(playing)
        assert (found["surplus"], found["buyer_share"], found["seller_share"]) == (-10.0, None, None)
        assert playing.outcome.returns == {"buyer": -5.0, "seller": -5.0}


class TestBundles:
    async def test_pay_for_what_was_sold(self) -> None:
        bundle = Bargain(bundle=True)
        playing = await talk([ACCEPT], [offer(60, "the lamp", "the jug")], bundle, BUNDLE)
        assert playing.outcome.returns == {"buyer": 25.0, "seller": 10.0}
        found = negotiated(playing)
        assert (found["items"], found["surplus"], found["created"]) == (["the lamp", "the jug"], 35.0, 35.0)

    async def test_can_make_less_than_there_was_to_make(self) -> None:
        playing = await talk([ACCEPT], [offer(12, "the jug")], Bargain(bundle=True), BUNDLE)
        found = negotiated(playing)
        assert (found["surplus"], found["created"], found["buyer_share"]) == (35.0, 5.0, 3 / 5)

    async def test_several_things_for_one_price(self) -> None:
        playing = await talk([ACCEPT], [offer(102)], task=BUNDLE)
        assert playing.outcome.returns == {"buyer": 3.0, "seller": 2.0}
        assert negotiated(playing)["surplus"] == 5.0


class TestWithoutADeal:
    @pytest.mark.parametrize(
        ("buyer", "seller", "ended", "turns"),
        [
            ([REJECT], [offer(60), WALK_AWAY], "walked away", 3),
            ([WALK_AWAY], [offer(60)], "walked away", 2),
            ([REJECT, REJECT], [offer(60), offer(55)], "no agreement", 4),
        ],
    )
    async def test_each_gets_what_disagreement_pays(
        self, buyer: list[Any], seller: list[Any], ended: str, turns: int
    ) -> None:
        protocol = Bargain(turns=4, disagreement={"buyer": 2, "seller": 3})
        playing = await talk(buyer, seller, protocol)
        found = negotiated(playing)
        assert playing.outcome.ending is Ending.COMPLETED
        assert playing.outcome.returns == {"buyer": 2.0, "seller": 3.0}
        assert (found["deal"], found["price"], found["created"]) == (False, None, None)
        assert (found["ended"], found["turns"]) == (ended, turns)

    async def test_each_is_told_its_own_alone(self) -> None:
        playing = await talk([WALK_AWAY], [offer(60)], Bargain(disagreement={"buyer": 217, "seller": 318}))
        assert "without one you get 217" in playing.briefs["buyer"]
        assert "318" not in playing.briefs["buyer"]

    @pytest.mark.parametrize("paid", [{"judge": 1}, {"buyer": "much"}, {"buyer": float("inf")}])
    def test_is_paid_to_the_sides(self, paid: dict[str, Any]) -> None:
        with pytest.raises(UsageError):
            Bargain(disagreement=paid)


class TestWhatPeersGotWrong:
    """The lines of the list that concern negotiation."""

    async def test_a_rejected_offer_does_not_stand(self) -> None:
        """``[Deny]`` leaves the offer standing: here it clears it, so that it cannot be accepted later."""
        playing = await talk([REJECT, WALK_AWAY], [offer(60), ACCEPT, offer(59)])
        failed = [call for call in playing.calls if call.reason]
        assert [(call.seat, call.reason) for call in failed] == [
            ("seller", "there is no offer of the other side to accept")
        ]
        assert negotiated(playing)["deal"] is False

    async def test_an_answered_offer_does_not_stand(self) -> None:
        playing = await talk([offer(41), ACCEPT, WALK_AWAY], [offer(60), REJECT])
        assert [call.reason for call in playing.calls if call.reason] == [
            "there is no offer of the other side to accept"
        ]
        assert negotiated(playing)["ended"] == "walked away"

    async def test_nobody_accepts_their_own_offer(self) -> None:
        """Not even when the other side answers nothing to it."""
        playing = await talk([REJECT], [offer(60), ACCEPT, ACCEPT, ACCEPT], Bargain(turns=5))
        assert playing.outcome.ending is Ending.FORFEITED
        assert playing.outcome.offenders == ("seller",)
        assert negotiated(playing)["price"] is None

    @pytest.mark.parametrize("turns", [1, 2, 9, 10])
    async def test_ten_turns_are_ten(self, turns: int) -> None:
        playing = await talk([offer(1)] * 9, [offer(99)] * 9, Bargain(turns=turns))
        assert len(playing.calls) == turns == negotiated(playing)["turns"]
        assert negotiated(playing)["ended"] == "no agreement"

    async def test_the_last_turn_can_still_accept(self) -> None:
        playing = await talk([ACCEPT], [offer(50)], Bargain(turns=2))
        assert negotiated(playing)["deal"] is True

    async def test_a_price_in_a_message_is_no_offer(self) -> None:
        prose = '{"act": "offer", "message": "I give you $40, cash in hand."}'
        playing = await talk([prose, offer(45)], [offer(60), ACCEPT])
        assert negotiated(playing)["price"] == 45.0
        assert [one["amount"] for one in negotiated(playing)["offers"]] == [60.0, 45.0]

    async def test_a_deal_in_words_is_no_deal(self) -> None:
        said = {"act": "reject", "message": "Deal! I accept your offer of 60. [Accept]"}
        playing = await talk([said], [offer(60)], Bargain(turns=2))
        assert negotiated(playing)["deal"] is False


class TestOpening:
    @pytest.mark.parametrize("act", [WALK_AWAY, ACCEPT, REJECT])
    async def test_is_an_offer(self, act: dict[str, Any]) -> None:
        playing = await talk([WALK_AWAY], [act, offer(60)])
        assert [call.reason for call in playing.calls if call.reason] == ["the talks begin with an offer"]
        assert negotiated(playing)["turns"] == 2

    @pytest.mark.parametrize("opens", ["buyer", "seller"])
    async def test_is_of_who_opens(self, opens: Any) -> None:
        playing = await talk([offer(45), WALK_AWAY], [offer(60), WALK_AWAY], Bargain(opens=opens))
        assert negotiated(playing)["offers"][0]["by"] == opens


class TestFailures:
    async def test_who_cannot_be_understood_is_asked_again_and_then_forfeits(self) -> None:
        playing = await talk(["Hm.", "Hm.", "Hm."], [offer(60)])
        found = negotiated(playing)
        assert playing.outcome.ending is Ending.FORFEITED
        assert playing.outcome.offenders == ("buyer",)
        assert playing.outcome.returns == {"buyer": 0.0, "seller": 0.0}
        assert (found["deal"], found["ended"], len(found["offers"])) == (None, "forfeited", 1)

    async def test_a_refusal_is_no_walking_away(self) -> None:
        refusal = Reply("I will not haggle.", stop=Stop.REFUSED)
        playing = await talk([refusal] * 3, [offer(60)])
        assert negotiated(playing)["deal"] is None

    async def test_who_breaks_has_not_parted_without_a_deal(self) -> None:
        playing = await talk([RuntimeError("gone")], [offer(60)])
        found = negotiated(playing)
        assert (playing.outcome.ending, playing.outcome.returns) == (Ending.FAILED, {})
        assert (found["deal"], found["ended"], found["turns"]) == (None, "failed", 1)

    @pytest.mark.parametrize("data", [{}, {"items": {}}, {"items": {"the lamp": {"value": 3}}}])
    async def test_a_task_without_values_is_told(self, data: dict[str, Any]) -> None:
        with pytest.raises(UsageError, match="bargain over"):
            await play(Bargain(), Random(), task=Task(data=data).public)


class TestModerator:
    async def moderated(self, opinion: Any, *, deal: bool) -> Any:
        last = {**(ACCEPT if deal else WALK_AWAY), "message": "So be it."}
        agents = sides([last], [offer(60, message="I ask 61.")])
        moderator = Scripted(*([opinion] * 3))
        protocol = Bargain(moderator=True)
        playing = await play(protocol, {**agents, "moderator": moderator}, task=LAMP.public)
        return playing, moderator, negotiated(playing)

    @pytest.mark.parametrize(("opinion", "deal"), [("deal", True), ("deal", False), ("no deal", True)])
    async def test_decides_nothing(self, opinion: str, deal: bool) -> None:
        _, _, found = await self.moderated(opinion, deal=deal)
        assert found["deal"] is deal
        assert found["moderator"]["deal"] is (opinion == "deal")
        assert found["moderator"]["agrees"] is ((opinion == "deal") is deal)

    async def test_hears_what_is_said_and_not_what_is_done(self) -> None:
        _, moderator, _ = await self.moderated("deal", deal=True)
        heard = [event.text for event in moderator.sent[0].view]
        assert heard == ["The seller says:\n> I ask 61.", "The buyer says:\n> So be it."]
        assert not any("60" in text or "accept" in text for text in heard)

    async def test_who_has_no_opinion_leaves_the_deal_as_it_is(self) -> None:
        playing, _, found = await self.moderated("perhaps", deal=True)
        assert playing.outcome.ending is Ending.COMPLETED
        assert (found["deal"], found["moderator"]["deal"], found["moderator"]["agrees"]) == (True, None, None)
        assert found["moderator"]["status"] == "unparseable"
