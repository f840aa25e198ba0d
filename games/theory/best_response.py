"""Best responses, and the distance of a profile from equilibrium.

Against fixed opponents a player faces a decision problem. In an information state I it should take the action
that maximises

    sum over the histories h in I of  reach(h) * value(h, action)

where reach(h) is the probability that chance and the opponents let h happen (Zinkevich et al. 2007). With
perfect recall, the player's own later choices can be found first. So one recursion that remembers the result
of each information state is enough.

NashConv is the sum, over players, of the most that each could gain if it alone changed its policy (Lanctot et
al. 2017). It is 0 exactly in a Nash equilibrium. Exploitability is NashConv divided by the number of players.
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
    """The value of the best response, and a pure policy that earns it."""

    value: float
    policy: Policy


def best_response(game: Game, profile: Profile, player: int) -> BestResponse:
    """Return the best response of `player` to the others' policies.

    The player's own entry in `profile` is not read. In information states that the opponents never let
    happen, the policy takes the first legal action.
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
    """Return the sum of what each player could gain if it alone deviated from `profile`."""
    deviating = (best_response(game, profile, player).value for player in range(game.num_players))
    return sum(deviating) - sum(expected_returns(game, profile))


def exploitability(game: Game, profile: Profile) -> float:
    """Return NashConv divided by the number of players. It is 0 in equilibrium.

    For two players and zero sum, it is the mean loss to a best response.
    """
    return nash_conv(game, profile) / game.num_players


def _chances(node: Node, profile: Profile, player: int) -> tuple[float, ...] | list[float]:
    """Return the probability of each child. The choices of `player` itself count as certain."""
    if node.player == CHANCE:
        return node.probabilities
    if node.player in (player, TERMINAL):
        return (1.0,) * len(node.children)
    return probabilities(profile, node)
