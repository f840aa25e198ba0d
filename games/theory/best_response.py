"""Best responses, and how far a profile is from equilibrium.

Against fixed opponents a player faces a decision problem. In an information state I it should take the action
that maximises

    sum over the histories h in I of  reach(h) * value(h, action)

where reach(h) is the probability that chance and the opponents let h happen (Zinkevich et al. 2007). With
perfect recall the player's own later choices can be found first, so one recursion with a memo per
information state suffices.

NashConv is the sum over players of what each could gain by deviating alone (Lanctot et al. 2017). It is 0
exactly in a Nash equilibrium; exploitability is NashConv per player.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from games.base import CHANCE, TERMINAL
from games.theory.policies import Policy, probabilities
from games.theory.tree import tree
from games.theory.values import expected_returns

if TYPE_CHECKING:
    from games.base import Game
    from games.theory.policies import Profile
    from games.theory.tree import Node


class BestResponse(NamedTuple):
    """What the best response earns, and a pure policy that earns it."""

    value: float
    policy: Policy


def best_response(game: Game, profile: Profile, player: int) -> BestResponse:
    """The best that `player` can do against the others' policies; its own entry in `profile` is not read.

    Information states that the opponents never let happen get the first legal action.
    """
    root = tree(game)
    members: defaultdict[str, list[tuple[Node, float]]] = defaultdict(list)

    def gather(node: Node, reach: float) -> None:
        if node.player == player:
            members[node.information_state].append((node, reach))
        for chance, child in zip(_chances(node, profile, player), node.children, strict=True):
            gather(child, reach * chance)

    best: dict[str, int] = {}
    values: dict[Node, float] = {}

    def value(node: Node) -> float:
        if node.player == TERMINAL:
            return node.returns[player]
        if node not in values:
            if node.player == player:
                values[node] = value(node.children[choice(node.information_state)])
            else:
                chances = _chances(node, profile, player)
                worth = (p * value(child) for p, child in zip(chances, node.children, strict=True) if p > 0)
                values[node] = sum(worth)
        return values[node]

    def choice(key: str) -> int:
        if key not in best:
            reached = [(node, reach) for node, reach in members[key] if reach > 0]
            options = range(len(members[key][0][0].actions))
            worth = [sum(reach * value(node.children[i]) for node, reach in reached) for i in options]
            best[key] = worth.index(max(worth))
        return best[key]

    gather(root, 1.0)
    policy = {key: {nodes[0][0].actions[choice(key)]: 1.0} for key, nodes in members.items()}
    return BestResponse(value(root), policy)


def nash_conv(game: Game, profile: Profile) -> float:
    """What all players together could gain, each deviating alone from `profile`."""
    deviating = (best_response(game, profile, player).value for player in range(game.num_players))
    return sum(deviating) - sum(expected_returns(game, profile))


def exploitability(game: Game, profile: Profile) -> float:
    """NashConv per player: 0 in equilibrium; for two players and zero sum, mean loss to a best response."""
    return nash_conv(game, profile) / game.num_players


def _chances(node: Node, profile: Profile, player: int) -> tuple[float, ...] | list[float]:
    """How likely each child is, the choices of `player` itself counted as certain."""
    if node.player == CHANCE:
        return node.probabilities
    if node.player in (player, TERMINAL):
        return (1.0,) * len(node.children)
    return probabilities(profile, node)
