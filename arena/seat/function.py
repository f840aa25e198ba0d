"""The agent that is a Python function."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from arena.seat.agent import Agent, Reply, Request

Answering = Callable[[Request], str | Reply | Awaitable[str | Reply]]


class Function(Agent):
    """Answers with the result of `function` for the request: a reply or its text. A coroutine is awaited.

    >>> cautious = Function(lambda request: "check" if "check" in request.form.legal else "fold")
    >>> cautious.name
    '<lambda>'
    """

    def __init__(self, function: Answering, name: str = "") -> None:
        self.function = function
        self.name = name or getattr(function, "__name__", "function")

    @property
    def continues(self) -> bool:
        """It is up to the function to go on with what is begun."""
        return True

    async def reply(self, request: Request) -> Reply:
        """Call the function."""
        answer = self.function(request)
        if inspect.isawaitable(answer):
            answer = await answer
        return Reply(answer) if isinstance(answer, str) else answer
