"""Bargaining, whatever is said and by whom: nothing private leaks, and every trace keeps to the rules."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.random import Random
from arena.episode.outcome import Ending
from arena.seat.transcript import Event, EventKind
from arena.tasks.task import Task
from protocols import Bargain
from tests.properties import test_views
from tests.protocols.haggling import BUNDLE, LAMP, bargains, negotiated
from tests.shared.agents import Erratic, Sent, Watched
from tests.shared.examples import few, some
from tests.shared.playing import Playing, play
from tests.shared.protocols import seeds

tasks = st.sampled_from([LAMP, BUNDLE])
OTHER = {"buyer": "seller", "seller": "buyer"}


def with_private(task: Task, side: str, amount: float) -> Task:
    """Return the task in which everything is worth this much to a side."""
    field = "value" if side == "buyer" else "cost"
    items = {name: {**worth, field: amount} for name, worth in task.data["items"].items()}
    return task.model_copy(update={"data": {"items": items}})


def sent_to(protocol: Bargain, task: Task, seed: int) -> dict[str, list[Sent]]:
    """Return what each seat is sent by sides whose turns do not depend on what is private."""
    agents = {seat: Watched(lambda request: request.form.sample(request.random())) for seat in protocol.seats}
    asyncio.run(play(protocol, agents, task=task.public, seed=seed))
    return {seat: agent.sent for seat, agent in agents.items()}


def said(playing: Playing) -> list[Event]:
    """Return the turns that were taken."""
    return [
        event
        for event in playing.episode.transcript.events
        if event.kind is EventKind.SAID and event.seat in OTHER
    ]


class TestPrivateValues:
    @some
    @given(bargains, tasks, seeds, st.sampled_from(["buyer", "seller"]))
    def test_are_in_no_others_requests(self, protocol: Bargain, task: Task, seed: int, side: str) -> None:
        one = sent_to(protocol, with_private(task, side, 7919.25), seed)
        two = sent_to(protocol, with_private(task, side, 6733.75), seed)
        for seat in set(protocol.seats) - {side}:
            assert one[seat] == two[seat]
            assert "7919.25" not in repr(one[seat])
        assert all("7919.25" in sent.brief for sent in one[side])

    @few
    @given(bargains, seeds)
    def test_views_only_grow(self, protocol: Bargain, seed: int) -> None:
        erratic = Erratic(trouble=0.2)
        agents = {seat: Watched(erratic.reply, seat) for seat in protocol.seats}
        asyncio.run(play(protocol, agents, task=BUNDLE.public, seed=seed))
        for seat, agent in agents.items():
            for before, after in zip(agent.sent, agent.sent[1:], strict=False):
                test_views.TestViewsOnlyGrow.assert_grown(seat, before, after)


class TestTraces:
    @some
    @given(bargains, tasks, seeds, st.sampled_from([0.0, 0.3]))
    def test_keep_to_the_rules(self, protocol: Bargain, task: Task, seed: int, trouble: float) -> None:
        playing = asyncio.run(play(protocol, Erratic(trouble=trouble), task=task.public, seed=seed))
        turns = [(event.seat, json.loads(event.text)) for event in said(playing)]
        found, outcome = negotiated(playing), playing.outcome

        assert len(turns) == found["turns"] <= protocol.turns
        standing = None
        for place, (seat, turn) in enumerate(turns):
            assert seat == (protocol.opens if place % 2 == 0 else OTHER[protocol.opens])
            if turn["act"] in ("accept", "reject"):
                assert standing is not None
                assert standing[0] == OTHER[str(seat)]
            accepted = standing if turn["act"] == "accept" else None
            assert (turn["act"] in ("accept", "walk-away")) <= (place == len(turns) - 1)
            standing = (seat, turn["amount"]) if turn["act"] == "offer" else None
            if accepted:
                assert (found["deal"], found["price"]) == (True, accepted[1])

        if found["deal"]:
            assert sum(outcome.returns.values()) == pytest.approx(found["created"])
            assert found["created"] <= found["surplus"] + 1e-9
            if not protocol.bundle:
                assert found["created"] == found["surplus"]
            if found["created"] > 0:
                assert found["buyer_share"] + found["seller_share"] == pytest.approx(1)
        elif outcome.is_result:
            assert outcome.returns == dict(protocol.disagreement)
        else:
            assert outcome.returns == {}
        came_to_its_end = outcome.ending is Ending.COMPLETED
        assert (found["deal"] is None) is not came_to_its_end
        if found["ended"] == "no agreement":
            assert len(turns) == protocol.turns

    @few
    @given(bargains, tasks, seeds)
    def test_the_same_seed_plays_the_same(self, protocol: Bargain, task: Task, seed: int) -> None:
        """Also while another is played in between with the same protocol object."""

        async def steps() -> list[object]:
            played = [
                play(protocol, Random(), task=task.public, seed=each) for each in (seed, seed + 1, seed)
            ]
            first, _, third = await asyncio.gather(*played)
            return [first.steps, third.steps]

        one, two = asyncio.run(steps())
        assert one == two
