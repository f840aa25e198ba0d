"""Societies and debates of answers leak nothing: what a seat keeps to itself changes nothing others are sent.

What it keeps are its brief, its reasoning, and the replies of its that failed; and drafts and personas are
kept by whoever has them.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.best_of import BestOf
from agents.persona import Persona
from arena.agent import Agent, Reply, Request, Stop
from arena.outcome import Ending
from arena.protocol import Protocol
from arena.seeds import derive
from arena.task import PublicTask
from protocols import Comparison, Debate, Mad, Society
from tests.helpers import Sent, few, play, seeds
from tests.protocols.asking import TASK

SECRET = "xyzzy"
DATA = [{}, {"answers": ["the cook", "the gardener", "the butler"], "source": "The cook took it."}]

protocols = st.builds(
    Mad, rounds=st.integers(1, 3), level=st.integers(0, 3), comparison=st.sampled_from(Comparison)
) | st.builds(
    Society,
    members=st.integers(2, 5),
    rounds=st.integers(1, 3),
    graph=st.sampled_from(["complete", "ring", "star", "empty_graph", "0-1"]),
)


@dataclass
class Secretive(Agent):
    """Says in public what its seat and the number of its turns make it say, in private what `salt` does."""

    salt: str = ""
    sent: list[Sent] = field(default_factory=list)

    async def reply(self, request: Request) -> Reply:
        self.sent.append(Sent.of(request))
        again = "could not be used" in request.prompt.text
        if self.salt and not again and derive(0, self.salt, request.count) % 2:
            return Reply(f"{SECRET} {self.salt}", stop=Stop.REFUSED)
        said = sum(event.seat == request.seat and event.kind.value == "said" for event in request.view)
        text = request.form.sample(random.Random(derive(0, request.seat, said)))
        return Reply(text, reasoning=f"{SECRET} {self.salt}")


def sent_to_others(
    protocol: Protocol, teller: str, salt: str, data: dict[str, object], seed: int
) -> dict[str, list[Sent]]:
    agents = {seat: Secretive(salt if seat == teller else "") for seat in protocol.seats}
    task = PublicTask(
        text="Who took the key?", data=data, briefs={teller: f"{SECRET} {salt}"} if salt else {}
    )
    playing = asyncio.run(play(protocol, agents, task=task, seed=seed))
    assert playing.outcome.ending is Ending.COMPLETED
    return {seat: agent.sent for seat, agent in agents.items() if seat != teller}


@few
@given(protocols, st.sampled_from(DATA), seeds, st.data())
def test_what_a_seat_keeps_to_itself_changes_nothing_that_others_are_sent(
    protocol: Protocol, data: dict[str, object], seed: int, drawn: st.DataObject
) -> None:
    teller = drawn.draw(st.sampled_from(protocol.seats))
    one, two, none = (sent_to_others(protocol, teller, salt, data, seed) for salt in ("a", "b", ""))
    assert one == two == none
    assert SECRET not in repr(one)


@pytest.mark.parametrize("protocol", [Mad(), Society(), Debate(rounds=1)], ids=lambda p: type(p).__name__)
async def test_drafts_picks_and_personas_are_seen_by_nobody_else(protocol: Protocol) -> None:
    """Of the drafts the one that was picked is heard, and not what was thought about it."""
    teller = protocol.seats[0]
    agents: dict[str, Agent] = {seat: Secretive() for seat in protocol.seats}
    writer = Persona(Secretive(), f"You are {SECRET}.")
    agents[teller] = BestOf(writer, n=3, judge=Persona(Secretive(), f"You like {SECRET}."))
    playing = await play(protocol, agents, task=TASK.public)
    assert playing.outcome.ending is Ending.COMPLETED
    assert SECRET not in repr(playing.episode.transcript.events)
    others = [agent.sent for agent in agents.values() if isinstance(agent, Secretive)]
    assert any(others)
    assert SECRET not in repr(others)
