"""Wrappers that make any agent worse, to see what a protocol, a run or a rating makes of it.

Each takes the agent's specification as its argument: ``noisy:kuhn-nash?rate=0.1``. Parameters of the wrapped
agent are written with ``%3F`` for ``?`` and ``%3D`` for ``=``: ``noisy:kuhn-nash%3Falpha%3D0.2?rate=0.1``.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import unquote

from pydantic import Field, NonNegativeFloat

from arena.agent import Agent, Reply, Request
from arena.registry import make_agent

Rate = Annotated[float, Field(ge=0, le=1)]


@dataclass
class Wrapper(Agent):
    """An agent that answers with another's replies, except when it does not."""

    agent: str

    def __post_init__(self) -> None:
        self._wrapped = make_agent(unquote(self.agent))

    async def reply(self, request: Request) -> Reply:
        """Return the wrapped agent's reply, unless trouble strikes."""
        troubled = await self.trouble(request)
        return await self._wrapped.reply(request) if troubled is None else troubled

    @abstractmethod
    async def trouble(self, request: Request) -> Reply | None:
        """Return the reply to give instead, or None."""

    async def open(self) -> None:
        """Open the wrapped agent."""
        await self._wrapped.open()

    async def close(self) -> None:
        """Close the wrapped agent."""
        await self._wrapped.close()


@dataclass
class Noisy(Wrapper):
    """Answers at random with probability `rate`."""

    rate: Rate = 0.1

    async def trouble(self, request: Request) -> Reply | None:
        """Return a random usable reply, now and then."""
        rng = request.random()
        return Reply(request.form.sample(rng)) if rng.random() < self.rate else None


@dataclass
class Illegal(Wrapper):
    """Answers with something that no form accepts with probability `rate`."""

    rate: Rate = 1.0

    async def trouble(self, request: Request) -> Reply | None:
        """Return nonsense, now and then."""
        return Reply("Move: xyzzy\nAnswer: xyzzy") if request.random().random() < self.rate else None


@dataclass
class Slow(Wrapper):
    """Answers after `seconds`."""

    seconds: NonNegativeFloat = 0.01

    async def trouble(self, request: Request) -> Reply | None:
        """Wait."""
        await asyncio.sleep(self.seconds)
        return None


@dataclass
class Failing(Wrapper):
    """Breaks with probability `rate`."""

    rate: Rate = 1.0

    async def trouble(self, request: Request) -> Reply | None:
        """Raise, now and then."""
        if request.random().random() < self.rate:
            raise RuntimeError("the agent broke, as it was made to")
        return None
