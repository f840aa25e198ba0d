"""Agents that remember what they were sent, follow a script, misbehave, or cost something.

They answer by what a request holds, never by what they were asked before, as real ones must; what they keep
is for the test to read afterwards.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.core.errors import AgentFailed
from arena.forms import Form
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.transcript import Event

Answering = Callable[[Request], str | Reply | Awaitable[str | Reply]]


@dataclass(frozen=True)
class Sent:
    """All of a request that its agent can read."""

    seat: str
    brief: str
    view: tuple[Event, ...]
    prompt: Event
    form: Form[Any]
    count: int
    seed: int
    tools: tuple[Any, ...] = ()

    @classmethod
    def of(cls, request: Request) -> Sent:
        seat, brief, view, prompt, form, count = request[:6]
        return cls(seat, brief, tuple(view), prompt, form, count, request.seed, request.tools)


class Watched(Agent):
    """Answers with what `answer` returns, and keeps every request as it came."""

    def __init__(self, answer: Answering | str, name: str = "watched") -> None:
        self.answer = answer
        self.name = name
        self.sent: list[Sent] = []
        self.closed = 0

    async def reply(self, request: Request) -> Reply:
        self.sent.append(Sent.of(request))
        answer = self.answer if isinstance(self.answer, str) else self.answer(request)
        if isinstance(answer, Awaitable):
            answer = await answer
        return Reply(answer) if isinstance(answer, str) else answer

    async def close(self) -> None:
        self.closed += 1

    def to(self, seat: str) -> list[Sent]:
        """Return what `seat` was sent."""
        return [sent for sent in self.sent if sent.seat == seat]


class Scripted(Watched):
    """Gives the `replies` in order, to whichever seat; one that is an exception is raised."""

    def __init__(self, *replies: str | Reply | BaseException, name: str = "scripted") -> None:
        super().__init__(self._next, name)
        self.replies = replies

    def _next(self, request: Request) -> str | Reply:
        reply = self.replies[request.count]
        if isinstance(reply, BaseException):
            raise reply
        return reply


@dataclass
class Erratic(Agent):
    """Answers well or badly, by the request's own randomness; with `latency`, after an ambient wait."""

    latency: float = 0.0
    trouble: float = 0.4
    name: str = "erratic"
    asked: int = 0

    async def reply(self, request: Request) -> Reply:
        self.asked += 1
        if self.latency:
            await asyncio.sleep(random.uniform(0, self.latency))  # ambient on purpose: it must not matter
        rng = request.random()
        usable = request.form.sample(rng)
        if rng.random() >= self.trouble:
            return Reply(usable, reasoning=f"thought {rng.random()}", usage={"tokens": rng.randrange(9)})
        match rng.randrange(6):
            case 0:
                raise RuntimeError("it broke")
            case 1:
                raise TimeoutError("too slow")
            case 2:
                return Reply(usable, stop=Stop.REFUSED)
            case 3:
                return Reply(usable, stop=Stop.TRUNCATED)
            case 4:
                return Reply("")
        return Reply("Answer: this\nAnswer: that\nProbability: 1\nProbability: 2")


@dataclass(eq=False)
class Paid(Agent):
    """A model to be paid for: it answers, now and then badly, and takes tokens, by the request's randomness.

    `asked` counts the requests that reached it, by what they are; `busiest` is how many it was answering at
    once, at most.
    """

    latency: float = 0.0
    trouble: float = 0.0
    most: int = 300
    priced_as: str = "test:paid"
    name: str = "paid"
    asked: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    flying: int = 0
    busiest: int = 0

    def expects(self, request: Request) -> Mapping[str, int]:
        return {"prompt_tokens": 100, "completion_tokens": 100}

    async def reply(self, request: Request) -> Reply:
        self.asked[(request.seat, request.count, request.seed)] += 1
        self.flying += 1
        self.busiest = max(self.busiest, self.flying)
        try:
            await asyncio.sleep(random.uniform(0, self.latency))  # ambient on purpose: it must not matter
        finally:
            self.flying -= 1
        rng = request.random()
        text = request.form.sample(rng)
        usage = {
            "prompt_tokens": rng.randrange(1, self.most),
            "completion_tokens": rng.randrange(1, self.most),
            "attempts": rng.choice((1, 1, 2)),
        }
        if rng.random() >= self.trouble:
            return Reply(text, usage=usage, model=self.priced_as)
        if rng.random() < 0.5:
            raise AgentFailed("It came to nothing.", usage=usage, model=self.priced_as)
        return Reply("", usage=usage, model=self.priced_as)
