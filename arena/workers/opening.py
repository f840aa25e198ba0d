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
"""The seats that an agent takes, each with what prompts ask for there by the names that they give it."""


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
    """Make agents and open them; if dollars are capped, only once the prices of all are known.

    Args:
        agents: them, or their specifications, by name.
        prices: what calls to models cost.
        is_capped: whether dollars are.
        instead: returns who takes the place of an agent; each is taken as it is if None.
        cache: what models have answered, not to be asked again.
        asked_of: what each will be asked for, by its name, as far as that is known.

    Raises:
        UsageError: if an agent answers nothing of what it will be asked for in a seat, or dollars are capped
            and the price of an agent is not known.
    """
    async with AsyncExitStack() as closing:
        made = {}
        for name, agent in agents.items():
            made[name] = make_agent(agent)
            only = made[name].answers_only
            for seat, names in asked_of.get(name, ()):
                if only and only not in names:
                    raise UsageError(
                        f"The agent {name!r} cannot sit here as {seat}: it answers nothing but prompts for "
                        f"{only!r}."
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
