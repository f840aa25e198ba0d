"""The random agent: any usable answer, every option as likely as the others."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.random import Random
from arena.episode.episode import Episode
from arena.forms import Choice, Form, Move, Number, Probability, Speech, Status
from arena.seat.agent import Request
from arena.seat.response import read_reply
from arena.seat.transcript import Event, EventKind, Transcript
from tests.agents.asking import moves_of
from tests.shared.agents import Watched
from tests.shared.examples import some

FORMS: list[Form[object]] = [
    Speech(words=5),  # type: ignore[list-item]
    Choice(("a", "b")),  # type: ignore[list-item]
    Move(("a", "b", "c")),  # type: ignore[list-item]
    Number(low=0, high=1),  # type: ignore[list-item]
    Probability("it rains"),  # type: ignore[list-item]
]


def request(form: Form[object], root: int = 0) -> Request:
    view = Transcript({"ann": ""}).view("ann")
    return Request("ann", "", view, Event(EventKind.ASKED, "ann", frozenset({"ann"}), "?"), form, 0, root)


@some
@given(st.sampled_from(FORMS), st.integers(0, 2**60))
def test_every_reply_is_usable(form: Form[object], root: int) -> None:
    reply = asyncio.run(Random().reply(request(form, root)))
    assert read_reply("ann", form, reply).status is Status.OK


async def test_its_replies_are_usable_in_an_episode() -> None:
    agent = Random()
    episode = Episode({"ann": agent, "bob": Watched("x")})
    for form in FORMS:
        assert (await episode.ask("ann", form)).ok


async def test_every_option_is_as_likely_as_the_others() -> None:
    counts = await moves_of(Random(), request(FORMS[2]), 3000)
    assert set(counts) == {"a", "b", "c"}
    assert all(count / 3000 == pytest.approx(1 / 3, abs=0.04) for count in counts.values())


async def test_its_distribution_is_uniform() -> None:
    assert await Random().distribution(request(FORMS[1])) == {"a": 0.5, "b": 0.5}


async def test_a_form_without_options_has_no_distribution() -> None:
    with pytest.raises(TypeError, match="Speech"):
        await Random().distribution(request(FORMS[0]))
