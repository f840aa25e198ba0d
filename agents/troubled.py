"""Wrappers that make any agent worse, to see what a protocol, a run or a rating makes of it.

Each takes the agent's specification as its argument, as `agents.shared.wrapper` says:
``noisy:kuhn-nash?rate=0.1``.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from agents.shared.wrapper import Wrapper
from arena.core.ranges import Waits
from arena.seat.agent import Reply, Request

Rate = Annotated[float, Field(ge=0, le=1)]


@dataclass
class Troubled(Wrapper):
    """An agent that answers with another's replies, except when it does not."""

    async def reply(self, request: Request) -> Reply:
        """Return the wrapped agent's reply, unless trouble strikes."""
        troubled = await self.trouble(request)
        return await self._wrapped.reply(request) if troubled is None else troubled

    @abstractmethod
    async def trouble(self, request: Request) -> Reply | None:
        """Return the reply to give instead, or None."""


@dataclass
class Noisy(Troubled):
    """Answers at random with probability `rate`.

    Args:
        rate: The probability of a reply at random.
    """

    rate: Rate = 0.1

    async def trouble(self, request: Request) -> Reply | None:
        """Return a random usable reply, now and then."""
        rng = request.random()
        return Reply(request.form.sample(rng)) if rng.random() < self.rate else None


@dataclass
class Illegal(Troubled):
    """Answers with something that no form accepts with probability `rate`.

    Args:
        rate: The probability of a reply that no form accepts.
    """

    rate: Rate = 1.0

    async def trouble(self, request: Request) -> Reply | None:
        """Return nonsense, now and then."""
        return Reply("Move: xyzzy\nAnswer: xyzzy") if request.random().random() < self.rate else None


@dataclass
class Slow(Troubled):
    """Answers after `seconds`.

    Args:
        seconds: How many seconds it takes to answer.
    """

    seconds: Waits = 0.01

    async def trouble(self, request: Request) -> Reply | None:
        """Wait."""
        await asyncio.sleep(self.seconds)
        return None


@dataclass
class Failing(Troubled):
    """Breaks with probability `rate`.

    Args:
        rate: The probability that it breaks.
    """

    rate: Rate = 1.0

    async def trouble(self, request: Request) -> Reply | None:
        """Raise, now and then."""
        if request.random().random() < self.rate:
            raise RuntimeError("the agent broke, as it was made to")
        return None
