"""A reply that is written in pieces: its seeds, its usage, and what becomes of it if a piece is missing."""

from __future__ import annotations

import pytest

from agents.shared.drafts import NoDraft
from agents.shared.writing import Writing
from arena.seat.agent import Reply, Request
from arena.seat.function import Function
from tests.agents.test_continued import request

PAID = {"prompt_tokens": 10, "completion_tokens": 2, "attempts": 1}


def piece(request: Request) -> Reply:
    if "Stop." in request.begun:
        raise RuntimeError("it broke")
    return Reply("Yes.", reasoning="hm", usage=PAID, model="m")


async def test_the_first_piece_is_what_the_agent_replies_by_itself() -> None:
    seeds: list[int] = []

    def said(request: Request) -> Reply:
        seeds.append(request.seed)
        return piece(request)

    writing = Writing(request())
    await writing.go_on(Function(said))
    assert writing.reply() == piece(request())
    await writing.go_on(Function(said))
    assert seeds[0] == request().seed != seeds[1]


async def test_usage_and_reasoning_are_those_of_all_pieces() -> None:
    writing, agent = Writing(request()), Function(piece, "ann")
    await writing.go_on(agent)
    writing.put(" So? ", "bob")
    await writing.go_on(agent)
    reply = writing.reply()
    assert reply.text == "Yes. So? Yes."
    assert reply.usage == {"prompt_tokens": 20, "completion_tokens": 4, "attempts": 2}
    assert reply.reasoning == "hm\n\nhm"
    assert reply.model == "m"


async def test_what_was_spent_before_a_piece_that_fails_is_not_lost() -> None:
    writing, agent = Writing(request()), Function(piece)
    await writing.go_on(agent)
    writing.put("Stop.", "bob")
    with pytest.raises(NoDraft, match="it broke") as failed:
        await writing.go_on(agent)
    assert failed.value.usage == PAID
