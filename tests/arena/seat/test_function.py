"""Any Python function can answer."""

from __future__ import annotations

import asyncio

from arena.episode.episode import Episode
from arena.forms import Choice, Status
from arena.seat.agent import Reply, Request
from arena.seat.function import Function

YES_NO = Choice(("yes", "no"))


async def answers(function: Function) -> tuple[Status, str | None]:
    answer = await Episode({"ann": function}).ask("ann", YES_NO)
    return answer.status, answer.parsed


async def test_its_text_is_the_reply() -> None:
    assert await answers(Function(lambda _: "yes")) == (Status.OK, "yes")


async def test_or_a_reply_or_either_awaited() -> None:
    async def text(_: Request) -> str:
        await asyncio.sleep(0)
        return "yes"

    async def reply(_: Request) -> Reply:
        return Reply("no")

    assert await answers(Function(lambda _: Reply("no"))) == (Status.OK, "no")
    assert await answers(Function(text)) == (Status.OK, "yes")
    assert await answers(Function(reply)) == (Status.OK, "no")


async def test_it_is_given_the_request() -> None:
    def last(request: Request) -> str:
        assert isinstance(request.form, Choice)
        return request.form.options[-1]

    assert await answers(Function(last)) == (Status.OK, "no")


async def test_what_it_raises_or_forgets_to_return_is_its_failure() -> None:
    def forgets(_: Request) -> None: ...

    assert (await answers(Function(lambda _: str(1 / 0))))[0] is Status.ERROR
    assert (await answers(Function(forgets)))[0] is Status.ERROR  # type: ignore[arg-type]


def test_it_is_called_by_the_functions_name_unless_told_otherwise() -> None:
    def cautious(_: Request) -> str:
        return "no"

    assert Function(cautious).name == "cautious"
    assert Function(cautious, name="ann").name == "ann"
