"""Measuring how fast models on this machine write, where no earlier run says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, runtime_checkable

from arena.registry import AgentLike, make_agent
from arena.running._lengths import Learnt


@runtime_checkable
class Timed(Protocol):
    """An agent that can say how fast its model writes."""

    priced_as: str

    async def tokens_per_second(self) -> float:
        """Let the model write a few tokens, and return how many it writes in a second."""

    async def close(self) -> None:
        """Free the model."""


async def measured(known: Learnt, agents: Iterable[AgentLike]) -> Learnt:
    """Return what is learnt, with the speeds of models that can be measured and are not known yet."""
    rates = dict(known.rates)
    for agent in map(make_agent, agents):
        if isinstance(agent, Timed) and (agent.priced_as, "") not in rates:
            rates[agent.priced_as, ""] = await agent.tokens_per_second()
            await agent.close()
    return replace(known, rates=rates)
