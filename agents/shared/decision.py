"""What `protocols.Play` tells programs of a decision, read from the prompt's fields."""

from __future__ import annotations

from typing import NamedTuple

from arena.seat.agent import Request


class GameDecision(NamedTuple):
    """A decision in a game.

    `information_state` is the deciding `player`'s, in one hand of `game`; `moves` maps what may be written to
    actions, and `history` lists the hand's actions so far in games of perfect information (else None).
    """

    game: str
    player: int
    information_state: str
    moves: dict[str, int]
    history: list[int] | None = None


def decision(request: Request) -> GameDecision:
    """Return the decision that `request` asks for.

    Raises:
        ValueError: if it asks for something else than a move in a game.
    """
    fields = request.prompt.data
    if not isinstance(fields, dict) or "information_state" not in fields:
        raise ValueError("this agent plays games, and was asked for something else than a move")
    return GameDecision(**fields)
