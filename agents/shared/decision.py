"""Reading a decision in a game from the prompt's fields, which `protocols.Play` writes for programs."""

from __future__ import annotations

from typing import NamedTuple

from arena.seat.agent import Request


class GameDecision(NamedTuple):
    """A decision in a game.

    `information_state` is that of the `player` who decides, in one hand of `game`. `moves` maps the texts
    that may be written to actions. `history` lists the hand's actions so far in games of perfect information;
    in other games it is None.
    """

    game: str
    player: int
    information_state: str
    moves: dict[str, int]
    history: list[int] | None = None


def decision(request: Request) -> GameDecision:
    """Return the decision that `request` asks for.

    Raises:
        ValueError: if the request asks for something else than a move in a game.
    """
    fields = request.prompt.data
    if not isinstance(fields, dict) or "information_state" not in fields:
        raise ValueError("this agent plays games, and it was asked for something else than a move")
    return GameDecision(**fields)
