"""What the tests of bargaining share: tasks, agents that take the turns they are told, and settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from arena.seat.agent import Agent, Reply
from arena.tasks.task import Task
from protocols import Bargain
from tests.shared.agents import Scripted
from tests.shared.playing import Playing, play

VALUE, COST = 70.0, 40.0
LAMP = Task(
    id="lamp", text="A lamp is for sale.", data={"items": {"the lamp": {"value": VALUE, "cost": COST}}}
)
BUNDLE = Task(
    id="lot",
    text="Three things are for sale.",
    data={
        "items": {
            "the lamp": {"value": 70, "cost": 40},
            "the rug": {"value": 20, "cost": 50},
            "the jug": {"value": 15, "cost": 10},
        }
    },
)

ACCEPT, REJECT, WALK_AWAY = ({"act": act} for act in ("accept", "reject", "walk-away"))


def offer(amount: float, *items: str, message: str = "") -> dict[str, Any]:
    """Return an offer."""
    return {"message": message, "act": "offer", "amount": amount} | ({"items": list(items)} if items else {})


def sides(buyer: list[Any], seller: list[Any]) -> dict[str, Agent]:
    """Return agents that take these turns, in order; text and replies are said as they are."""
    return {"buyer": _taking(buyer), "seller": _taking(seller)}


def _taking(turns: list[Any]) -> Agent:
    return Scripted(*(json.dumps(turn) if isinstance(turn, Mapping) else turn for turn in turns))


async def talk(
    buyer: list[Any], seller: list[Any], protocol: Bargain | None = None, task: Task = LAMP
) -> Playing:
    """Play talks in which the sides take these turns."""
    return await play(protocol or Bargain(), sides(buyer, seller), task=task.public)


def negotiated(playing: Playing) -> dict[str, Any]:
    """Return what came of the talks."""
    return dict(playing.outcome.details["negotiation"])


broken = st.sampled_from([Reply("Hm."), Reply('{"act": "offer", "message": "$40"}'), Reply('{"act": "pay"}')])
amounts = st.integers(0, 120) | st.floats(0, 120, allow_nan=False)
bargains = st.builds(
    Bargain,
    bundle=st.booleans(),
    turns=st.integers(1, 7),
    opens=st.sampled_from(["buyer", "seller"]),
    disagreement=st.fixed_dictionaries({"buyer": st.integers(0, 5), "seller": st.integers(0, 5)}),
    moderator=st.booleans(),
    words=st.none() | st.integers(1, 5),
    retries=st.integers(0, 2),
)
