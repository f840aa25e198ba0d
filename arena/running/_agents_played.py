"""What a run's header says of its agents."""

from __future__ import annotations

from collections.abc import Mapping

from arena.cache.cache import settings_digest
from arena.registry import AgentLike, address
from arena.seat.agent import Agent


def agents_played(cast: Mapping[str, AgentLike], made: Mapping[str, Agent]) -> dict[str, dict[str, str]]:
    """Return the address and the digest of the settings of each agent, by its name.

    Two runs whose agents have the same name can thus be told apart where the agents are not the same. The
    digest is empty if an agent's settings are not plain data.
    """
    return {
        name: {"address": address(agent), "settings": settings_digest(made[name])}
        for name, agent in cast.items()
    }
