"""A step of an agent's own reply is made wrong, and the agent goes on from there."""

from __future__ import annotations

import pytest

from agents.misled import INSERTED, MisledAgent
from arena.core.errors import UsageError
from arena.seat.agent import Request
from arena.seat.function import Function
from arena.tasks.arithmetic import equations
from tests.agents.test_continued import request


def mending(request: Request) -> str:
    if request.begun.endswith("2 + 3 = 5\n") or not request.begun:
        return "2 + 3 = 5\n5 * 4 = 20\nAnswer: 20"
    left = request.begun.splitlines()[-1].rpartition(" =")[0]
    return f"That is wrong.\n{left} = 20\nAnswer: 20" if "*" in left else "2 + 3 = 5\n5 * 4 = 20\nAnswer: 20"


async def test_nobody_learns_from_the_wrong_step_alone() -> None:
    reply = await MisledAgent(Function(mending)).reply(request())
    wrong = [part for part in reply.parts if not part.trains]
    assert [part.author for part in wrong] == [INSERTED]
    (equation,) = equations(wrong[0].text)
    assert not equation.holds
    assert wrong[0].text.endswith("\n")
    assert reply.parts[-1].text.endswith("Answer: 20")
    assert reply.text.count("Answer:") == 1


async def test_a_line_with_the_answer_is_no_step() -> None:
    reply = await MisledAgent(Function(lambda _: "Answer: 20")).reply(request())
    assert (reply.text, reply.parts) == ("Answer: 20", ())


def test_an_agent_that_cannot_go_on_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot go on"):
        MisledAgent("minimax")
