"""Asking agents outside a run: the request that `Play` makes at any decision of a game."""

from __future__ import annotations

from collections import Counter

from arena.core.seeds import derive
from arena.seat.agent import Agent, Request
from games import load, theory
from protocols import Play
from protocols.exploitability import request_at


async def requests_in(game: str) -> dict[tuple[int, str], Request]:
    """Return the request at every information state, by player and state."""
    play = Play(game=game)
    points = theory.information_states(load(game))
    return {key: await request_at(play, point) for key, point in points.items()}


def reseeded(request: Request, seed: int) -> Request:
    """Return the same request with other randomness."""
    return request._replace(root=derive(seed, "again"))


async def moves_of(agent: Agent, request: Request, samples: int) -> Counter[str]:
    """Return how often the agent gives each reply."""
    return Counter([(await agent.reply(reseeded(request, n))).text for n in range(samples)])
