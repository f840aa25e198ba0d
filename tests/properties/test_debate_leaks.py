"""Debate, consultancy and the direct answer leak nothing of what only they keep, whatever their settings.

What the other seats keep to themselves (their briefs, their reasoning, what they believe and why, their
failed replies, what was cut off their speeches, the source) is changed, and a seat must be sent the same
bytes; and it is searched for, in case both playings leak alike.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.seeds import derive
from arena.seat.agent import Agent, Reply, Request, Stop, Tokens
from arena.tasks.task import Task
from protocols import Beliefs, Debate, Elicitation, Readers
from protocols.shared.beliefs import NO, YES
from protocols.shared.oversight import Oversight
from tests.properties import test_views
from tests.protocols.asking import RIGHT, SOURCE, TASK, Player, asks_for, details, hold, protocols, sure_of
from tests.shared.agents import Erratic, Sent, Watched
from tests.shared.examples import few, some
from tests.shared.playing import play
from tests.shared.protocols import seeds

SECRET = "xyzzy"
SPOKEN = (Elicitation.VERBALISED_100, Elicitation.VERBALISED_1)


@dataclass
class Secretive(Agent):
    """Says what it is asked to say in public by the prompt alone, and in private what `salt` makes it say."""

    protocol: Oversight
    salt: str = ""
    said_in: dict[tuple[int, str], str] = field(default_factory=dict)
    name: str = "secretive"

    def __post_init__(self) -> None:
        self.sent: list[Sent] = []

    async def reply(self, request: Request) -> Reply:
        self.sent.append(Sent.of(request))
        thoughts = f"{SECRET} {self.salt}" if self.salt else "plain"
        private = derive(0, self.salt, request.seat, request.prompt.payload)
        again = "could not be used" in request.prompt.text
        if self.salt and not again and private % 3 == 0:
            return Reply(thoughts, reasoning=thoughts, stop=Stop.REFUSED)
        public = derive(0, request.seat, request.prompt.payload)
        return self._reply(request, thoughts, private, public)

    def _reply(self, request: Request, thoughts: str, private: int, public: int) -> Reply:
        kind, data = asks_for(request), request.prompt.data
        if kind in ("speech", "question"):
            said = self.said_in.get((data["round"], data.get("stage", "")), f"I say {public % 100}.")
            return Reply(
                self._long(f"{said} <quote>by the garden gate</quote>", thoughts), reasoning=thoughts
            )
        names = list(data["answers"]) if "answers" in data else [YES, NO]
        heard = kind != "belief" or (self.protocol.beliefs.public and request.seat in self.protocol.speakers)
        number = (public if heard else private) % 101
        rest = (100 - number) / 100 / (len(names) - 1)
        tokens = Tokens(answers={name: rest if place else number / 100 for place, name in enumerate(names)})
        choice = names[public % len(names)]
        if kind == "verdict" and self.protocol.reading == "stated":
            return Reply(f"{thoughts}\nVerdict: {choice}\nConfidence: {number}", reasoning=thoughts)
        if kind == "belief" and self.protocol.beliefs.method in SPOKEN:
            scale = 100 if self.protocol.beliefs.method is Elicitation.VERBALISED_100 else 1
            return Reply(f"{thoughts}\nProbability: {number * scale / 100}", reasoning=thoughts)
        return Reply(f"{thoughts}\nAnswer: {choice}", reasoning=thoughts, tokens=tokens)

    def _long(self, said: str, thoughts: str) -> str:
        """Say what goes over the limit of words in private, as nobody will hear it."""
        words = said.split()
        if self.protocol.words is None:
            return said
        words = (words * self.protocol.words)[: self.protocol.words]
        return " ".join([*words, thoughts.replace(" ", "_")])


def reads_source(protocol: Oversight, seat: str) -> bool:
    speakers = seat in protocol.speakers and protocol.source is Readers.SPEAKERS
    return speakers or protocol.source is Readers.EVERYONE


def sent_to(observer: str, protocol: Oversight, seed: int, salt: str, *, sourced: bool) -> list[Sent]:
    """Return what `observer` is sent when all that others keep to themselves is what `salt` makes it."""
    hidden = f"{SECRET} {salt}"
    data = dict(TASK.data)
    if not sourced:
        del data["source"]
    elif not reads_source(protocol, observer):
        data["source"] = f"{SOURCE} {hidden}"
    briefs = {seat: hidden for seat in protocol.seats if seat != observer}
    task = Task(text=TASK.text, data=data, briefs=briefs, truth=hidden)
    agents = {seat: Secretive(protocol, "" if seat == observer else salt) for seat in protocol.seats}
    asyncio.run(play(protocol, agents, task=task.public, seed=seed))
    return agents[observer].sent


class TestLeaks:
    @some
    @given(protocols, seeds, st.data(), st.booleans())
    def test_what_the_others_keep_to_themselves_reaches_nobody(
        self, protocol: Oversight, seed: int, data: st.DataObject, sourced: bool
    ) -> None:
        """No belief, brief, source, reasoning or failure is in any other seat's request."""
        observer = data.draw(st.sampled_from(protocol.seats))
        one, two = (sent_to(observer, protocol, seed, salt, sourced=sourced) for salt in ("plugh", "plover"))
        assert one == two
        assert SECRET not in repr(one)

    @few
    @given(seeds)
    def test_what_is_public_does_reach_the_others(self, seed: int) -> None:
        """Or the test above would hold of an engine that sends nothing."""
        debate = Debate(rounds=1, beliefs=Beliefs(public=True))
        sent = sent_to("judge", debate, seed, "plugh", sourced=True)
        assert any("I say" in event.text for one in sent for event in one.view)
        assert any("%" in event.text for one in sent for event in one.view)

    @pytest.mark.parametrize("remember", [False, True])
    @some
    @given(seed=seeds, number=st.integers(0, 100))
    def test_a_bet_or_a_scratchpad_in_a_mis_cased_or_unclosed_tag_is_in_no_speech(
        self, remember: bool, seed: int, number: int
    ) -> None:
        """Neither is part of a speech, so that no tag has to be cut out of one; nor of a verdict's text."""
        debate = Debate(rounds=2, beliefs=Beliefs(remember=remember))
        debater = Player(
            {"belief": f"<BET>{SECRET}\n<scratchpad>{SECRET}</SCRATCHPAD>\nProbability: {number}"}
        )
        judge = sure_of(RIGHT, reasons=f"<SCRATCHPAD>{SECRET}</Scratchpad>")
        playing = asyncio.run(hold(debate, {"debater_a": debater, "judge": judge}, seed=seed))
        assert SECRET not in repr(playing.episode.transcript.events)
        assert details(playing)["beliefs"]

    @few
    @given(seed=seeds, number=st.integers(0, 100))
    def test_a_scratchpad_that_never_ends_is_heard_by_nobody_else(self, seed: int, number: int) -> None:
        """All of it is thought, and the seat is asked again."""
        debater = Player({"belief": f"<scratchpad>{SECRET}\nProbability: {number}"})
        playing = asyncio.run(hold(Debate(rounds=1), {"debater_a": debater}, seed=seed))
        events = playing.episode.transcript.events
        assert all(event.audience <= {"debater_a"} for event in events if SECRET in event.text)


class TestViews:
    @some
    @given(protocols, seeds)
    def test_they_only_grow(self, protocol: Oversight, seed: int) -> None:
        erratic = Erratic(trouble=0.15)
        agents = {seat: Watched(erratic.reply, seat) for seat in protocol.seats}
        asyncio.run(play(protocol, agents, task=TASK.public, seed=seed))
        for seat, agent in agents.items():
            for before, after in zip(agent.sent, agent.sent[1:], strict=False):
                test_views.TestViewsOnlyGrow.assert_grown(seat, before, after)

    @few
    @given(protocols, seeds)
    def test_the_same_seed_plays_the_same(self, protocol: Oversight, seed: int) -> None:
        """Also while another is played in between with the same protocol object."""

        async def steps() -> list[object]:
            played = [
                play(protocol, Erratic(), task=TASK.public, seed=each) for each in (seed, seed + 1, seed)
            ]
            first, _, third = await asyncio.gather(*played)
            return [first.steps, third.steps]

        one, two = asyncio.run(steps())
        assert one == two
