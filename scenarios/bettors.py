"""Debaters whose bets are given, so that every figure of a study of bets is known."""

from __future__ import annotations

from dataclasses import dataclass

from arena import Agent, Reply, Request
from arena.core.errors import UsageError


@dataclass
class Bettor(Agent):
    """Says the same in every stage, and bets as it is told, the first number after its first speech.

    After the last bet it bets the same again. In a specification: ``scenarios.bettors:Bettor?bets=61,72,83``.

    Args:
        bets: The bets from 0 to 100, with commas between them.
    """

    bets: str

    def __post_init__(self) -> None:
        given = self.bets.split(",")
        if not all(bet.strip().isdecimal() and int(bet) <= 100 for bet in given):
            raise UsageError(f"Bets are whole numbers from 0 to 100, as in 61,72,83, not {self.bets!r}.")
        self._bets = [int(bet) for bet in given]

    async def reply(self, request: Request) -> Reply:
        """Return a speech and the bet of its stage."""
        spoke = sum(event.kind == "said" and event.seat == request.seat for event in request.view)
        bet = self._bets[min(spoke, len(self._bets) - 1)]
        return Reply(f"My case stands.\nPrivate reasons: I was told to bet so.\nBet: {bet}")
