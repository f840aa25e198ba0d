"""Wrappers that make any agent worse. They show how a protocol, a run or a rating copes with bad agents.

Each takes the agent's specification as its argument, as `agents.shared.wrapper` describes:
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
from arena.seat.calls import Calling

Rate = Annotated[float, Field(ge=0, le=1)]


@dataclass
class Troubled(Wrapper):
    """An agent that gives the wrapped agent's replies, and sometimes another one or none."""

    @property
    def calling(self) -> Calling:
        """How the wrapped agent calls tools."""
        return self._wrapped.calling

    async def reply(self, request: Request) -> Reply:
        """Return the reply of `trouble` if there is one, and the wrapped agent's reply otherwise."""
        troubled = await self.trouble(request)
        return await self._wrapped.reply(request) if troubled is None else troubled

    @abstractmethod
    async def trouble(self, request: Request) -> Reply | None:
        """Return the reply to give in place of the wrapped agent's, or None."""


@dataclass
class Noisy(Troubled):
    """Answers at random with probability `rate`.

    Args:
        rate: The probability of a random reply.
    """

    rate: Rate = 0.1

    async def trouble(self, request: Request) -> Reply | None:
        """Return a random usable reply with probability `rate`."""
        rng = request.random()
        return Reply(request.form.sample(rng)) if rng.random() < self.rate else None


@dataclass
class Illegal(Troubled):
    """Gives, with probability `rate`, a reply that no form accepts.

    Args:
        rate: The probability of a reply that no form accepts.
    """

    rate: Rate = 1.0

    async def trouble(self, request: Request) -> Reply | None:
        """Return nonsense with probability `rate`."""
        return Reply("Move: xyzzy\nAnswer: xyzzy") if request.random().random() < self.rate else None


@dataclass
class Slow(Troubled):
    """Answers after `seconds`.

    Args:
        seconds: How many seconds the agent waits before it answers.
    """

    seconds: Waits = 0.01

    async def trouble(self, request: Request) -> Reply | None:
        """Wait for `seconds`."""
        await asyncio.sleep(self.seconds)
        return None


@dataclass
class Failing(Troubled):
    """Raises an error with probability `rate`.

    Args:
        rate: The probability of an error.
    """

    rate: Rate = 1.0

    async def trouble(self, request: Request) -> Reply | None:
        """Raise an error with probability `rate`."""
        if request.random().random() < self.rate:
            raise RuntimeError("the agent broke, as it was made to")
        return None
