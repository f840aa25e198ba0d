"""The returns that players can expect when all policies are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from games.base import CHANCE, TERMINAL
from games.theory.policies import probabilities
from games.theory.tree import tree

if TYPE_CHECKING:
    from games.base import Game
    from games.theory.policies import Profile
    from games.theory.tree import Node


def expected_returns(game: Game, profile: Profile) -> tuple[float, ...]:
    """Return the mean return of each player, before anything is dealt, if all play by `profile`."""
    totals = [0.0] * game.num_players

    def walk(node: Node, reach: float) -> None:
        if node.player == TERMINAL:
            for player, value in enumerate(node.returns):
                totals[player] += reach * value
            return
        chances = node.probabilities if node.player == CHANCE else probabilities(profile, node)
        for chance, child in zip(chances, node.children, strict=True):
            if chance > 0:
                walk(child, reach * chance)

    walk(tree(game), 1.0)
    return tuple(totals)
