"""The agent that answers at random."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena.forms import Choice, Move
from arena.seat.agent import PolicyAgent, Reply, Request


@dataclass
class Random(PolicyAgent):
    """Gives a random usable answer. Every option or legal move is equally likely."""

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the uniform distribution over the request's options or legal moves."""
        match request.form:
            case Move(legal=options) | Choice(options=options):
                return dict.fromkeys(options, 1 / len(options))
        raise TypeError(f"{type(request.form).__name__} has no finite number of answers")

    async def reply(self, request: Request) -> Reply:
        """Return a reply that the request's form accepts."""
        if isinstance(request.form, Move | Choice):
            return await super().reply(request)
        return Reply(request.form.sample(request.random()))
