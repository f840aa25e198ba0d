"""The agent that plays games of perfect information perfectly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import games
from agents.shared.decision import GameDecision, decision
from agents.shared.once import Once
from arena.seat.agent import PolicyAgent, Request
from games.theory import minimax
from games.theory.minimax import Solution, TranspositionTable


@dataclass
class Minimax(PolicyAgent):
    """Plays one of the best moves. Each of them is equally likely.

    The game must be a two-player zero-sum game that is small enough to solve.
    """

    answers_only = "games of perfect information"

    def __post_init__(self) -> None:
        self._tables: dict[str, TranspositionTable] = {}
        self._solved: Once[Solution] = Once()

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the uniform distribution over the best moves."""
        made = decision(request)
        if made.history is None:
            raise ValueError(f"minimax plays only games of perfect information, and {made.game} is not one")
        solution = await self._solved.get((made.game, *made.history), lambda: self._solve(made))
        best = [move for move, action in made.moves.items() if action in solution.actions]
        return dict.fromkeys(best, 1 / len(best))

    def _solve(self, made: GameDecision) -> Solution:
        game = games.load(made.game)
        state = game.new_initial_state()
        for action in made.history or ():
            state = state.child(action)
        return minimax(game, state, table=self._tables.setdefault(made.game, {}))
