"""Words are told of the reply that was asked for, and of no draft and no helper, by whatever agent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from agents.aggregate import Aggregate
from agents.best_of import BestOf
from agents.panel import Panel
from agents.persona import Persona
from agents.strategist import Strategist
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.forms import Speech
from arena.seat.agent import Agent, Reply, Request
from arena.seat.response import consult
from arena.seat.writing import LONGEST_LIVE, LiveReply, LiveWriter, consulted, live_reply
from arena.tasks.task import Task
from tests.agents.providers.asked import a_request
from tests.shared.listening import Ear

ANN = LiveWriter(3, "ann", 0)


@dataclass
class Writes(Agent):
    """Writes word by word what it says, as a model does. With `fails`, it fails before its end."""

    text: str = "I say so."
    fails: bool = False
    name: str = "writes"

    async def reply(self, request: Request) -> Reply:
        live = live_reply(request)
        said = f"{self.text} {request.root % 1000}"
        if live is not None:
            with live.writing(request.begun):
                for word in said.split(" "):
                    live.more(f"{word} ")
                    await asyncio.sleep(0)
                if self.fails:
                    raise RuntimeError("gone")
        return Reply(said)


async def heard(agent: Agent, request: Request | None = None) -> tuple[Ear, Any]:
    ear = Ear()
    answer, *_ = await consulted(ear, 3, agent, request or a_request(Speech(words=9)))
    assert not ear.open
    return ear, answer


async def test_the_words_of_a_seat_are_told_with_who_writes_them() -> None:
    ear, answer = await heard(Writes())
    assert ear.kinds == ["begin", "more", "end"]
    assert ear.texts == {ANN: f"{answer.value} "}


async def test_nobody_is_told_who_does_not_listen_to_the_episode() -> None:
    ear = Ear(7)
    await consulted(ear, 3, Writes(), a_request(Speech()))
    await consulted(None, 3, Writes(), a_request(Speech()))
    assert ear.told == []
    assert live_reply(a_request(Speech())) is None


async def test_the_words_of_a_reply_that_fails_are_taken_back() -> None:
    ear, answer = await heard(Writes(fails=True))
    assert not answer.ok
    assert ear.kinds == ["begin", "more", "taken back", "end"]


@pytest.mark.parametrize(
    "agent",
    [
        BestOf(Writes(), n=3, judge=Writes("1")),
        Aggregate(Writes(), n=3),
        Panel(Writes(), members=(Writes("a"), Writes("b"))),
    ],
)
async def test_drafts_members_and_judges_of_drafts_are_not_heard(agent: Agent) -> None:
    ear, _ = await heard(agent)
    assert ear.told == []


@pytest.mark.parametrize(
    "agent", [Persona(Writes(), brief="Be kind."), Strategist(Writes(), strategist=Writes("Lie."))]
)
async def test_whoever_replies_in_the_end_is_heard_and_a_helper_is_not(agent: Agent) -> None:
    ear, answer = await heard(agent)
    assert ear.texts[ANN] == f"{answer.value} "
    assert ear.kinds == ["begin", "more", "end"]
    assert "Lie." not in ear.texts[ANN]


async def test_a_reply_in_pieces_begins_again_with_what_is_there() -> None:
    class Pieces(Agent):
        name = "pieces"

        async def reply(self, request: Request) -> Reply:
            first = await consult(Writes("One"), request)
            second = await consult(Writes("two"), request._replace(begun="One and "))
            return Reply(f"{first[0].value} {second[0].value}")

    ear, _ = await heard(Pieces())
    assert ear.kinds == ["begin", "more", "end", "begin", "more", "end"]
    assert [text for kind, _, text in ear.told if kind == "begin"] == ["", "One and "]


async def test_two_who_write_the_same_reply_at_once_are_not_mixed() -> None:
    class Twice(Agent):
        name = "twice"

        async def reply(self, request: Request) -> Reply:
            await asyncio.gather(Writes("a b c").reply(request), Writes("x y z").reply(request))
            return Reply("done")

    ear, _ = await heard(Twice())
    assert ear.kinds == ["begin", "more", "end"]
    assert ear.texts[ANN].startswith("a b c ")


def test_nothing_is_told_after_the_end_nor_beyond_all_bounds() -> None:
    ear = Ear()
    live = LiveReply(ear, ANN, 0)
    live.more("too early")
    live.taken_back()
    live.begin()
    live.taken_back()
    live.more("x" * (LONGEST_LIVE + 5))
    live.more("more")
    live.end()
    live.more("too late")
    live.close()
    live.begin()
    assert ear.kinds == ["begin", "more", "end"]
    assert len(ear.texts[ANN]) == LONGEST_LIVE


def test_half_a_character_is_told_as_a_sign_that_can_be_shown() -> None:
    ear = Ear()
    live = LiveReply(ear, ANN, 0)
    live.begin("\ud83d")
    live.more("\ude00")
    assert ear.texts[ANN].encode()


async def test_an_episode_tells_of_each_seat_in_its_own_name() -> None:
    ear = Ear()
    seated = {seat: Writes() for seat in ("ann", "bob")}
    briefs = dict.fromkeys(seated, "")
    episode = Episode(seated, Task(id="t"), briefs=briefs, context=EpisodeContext(listener=ear))
    await episode.ask("ann", Speech(words=9), "Speak.")
    answers = await episode.together(("ann", "bob"), Speech(words=9), "Speak.")
    assert {(one.seat, one.request) for one in ear.texts} == {("ann", 0), ("ann", 1), ("bob", 0)}
    assert ear.texts[LiveWriter(0, "bob", 0)] == f"{answers['bob'].value} "
