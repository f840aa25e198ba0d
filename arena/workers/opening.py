"""Opening the agents of a run, and closing them when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from types import MappingProxyType

from arena.cache.cache import Cache, Cached
from arena.core.errors import UsageError
from arena.registry import AgentLike, make_agent
from arena.seat.agent import Agent
from arena.spending.budget import check_prices
from arena.spending.prices import Prices

AskedOf = Collection[tuple[str, frozenset[str]]]
"""The seats of an agent. Each has the names of what prompts ask for there."""


@asynccontextmanager
async def open_agents(
    agents: Mapping[str, AgentLike],
    prices: Prices,
    *,
    is_capped: bool = False,
    instead: Callable[[Agent], Agent] | None = None,
    cache: Cache | None = None,
    asked_of: Mapping[str, AskedOf] = MappingProxyType({}),
) -> AsyncIterator[dict[str, Agent]]:
    """Make agents and open them until the block ends.

    No agent is opened before the prices of all have been checked.

    Args:
        agents: the agents or their specifications, by name.
        prices: what calls to models cost.
        is_capped: whether dollars are capped, so that the price of every agent must be known.
        instead: a function that returns the agent to use in place of an agent. None changes nothing.
        cache: the response cache in which models' replies are looked up first. None asks the models.
        asked_of: what each agent will be asked for, by its name, as far as that is known.

    Raises:
        UsageError: if an agent cannot answer the prompts of a seat, or if dollars are capped and the price of
            an agent is not known.
    """
    async with AsyncExitStack() as closing:
        made = {}
        for name, agent in agents.items():
            made[name] = make_agent(agent)
            only = made[name].answers_only
            for seat, names in asked_of.get(name, ()):
                if only and only not in names:
                    raise UsageError(
                        f"The agent {name!r} cannot sit here as {seat}: it answers only prompts for "
                        f"{only!r}; name another agent."
                    )
            if instead is not None:
                made[name] = instead(made[name])
            if cache is not None and made[name].priced_as:
                made[name] = Cached(made[name], cache)
            closing.push_async_callback(made[name].close)
        await asyncio.to_thread(check_prices, made.values(), prices, needed=is_capped)
        for agent in made.values():
            await agent.open()
        yield made
