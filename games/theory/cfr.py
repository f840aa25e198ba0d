r"""CFR+ (Tammelin 2014, "Solving large imperfect information games using CFR+"; Tammelin et al. 2015).

In every information state I the player keeps, for each action a, a sum of regrets that is never negative:

    Q(a) <- max(0, Q(a) + sum over histories h in I of  reach of the others(h) * (value(h, a) - value(h)))

and plays each action in proportion to its Q (uniformly if all are 0). Players update in turn. In two-player
zero-sum games the average policy converges to equilibrium. In this average, the weight of iteration t is t
times the probability with which the player's own actions lead to the information state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from games.base import CHANCE, TERMINAL
from games.theory.tree import tree

if TYPE_CHECKING:
    from games.base import Game
    from games.theory.policies import Policy
    from games.theory.tree import Node


class _Table:
    """The regrets, current policy and policy sum of one information state."""

    __slots__ = ("actions", "current", "policy_sum", "regrets")

    def __init__(self, actions: tuple[int, ...]) -> None:
        self.actions = actions
        self.regrets = [0.0] * len(actions)
        self.policy_sum = [0.0] * len(actions)
        self.current = _normalised(self.regrets)

    def match_regrets(self) -> None:
        self.regrets = [max(0.0, regret) for regret in self.regrets]
        self.current = _normalised(self.regrets)


def cfr_plus(game: Game, iterations: int) -> tuple[Policy, ...]:
    """Return the average profile of `iterations` iterations of CFR+.

    Updates alternate between players, and the average is linear.
    """
    root = tree(game)
    tables: list[dict[str, _Table]] = [{} for _ in range(game.num_players)]
    _allot(root, tables)
    for iteration in range(1, iterations + 1):
        for player in range(game.num_players):
            _walk(root, player, tables, 1.0, 1.0, iteration)
            for table in tables[player].values():
                table.match_regrets()
    return tuple(
        {key: dict(zip(t.actions, _normalised(t.policy_sum), strict=True)) for key, t in own.items()}
        for own in tables
    )


def _allot(node: Node, tables: list[dict[str, _Table]]) -> None:
    if node.player >= 0:
        tables[node.player].setdefault(node.information_state, _Table(node.actions))
    for child in node.children:
        _allot(child, tables)


def _walk(
    node: Node, player: int, tables: list[dict[str, _Table]], own: float, others: float, weight: int
) -> float:
    """Return the value of `node` to `player` under the current policies, and add to the player's regrets.

    `own` is the probability with which the player's own actions lead here, and `others` is that of all other
    actions.
    """
    if node.player == TERMINAL:
        return node.returns[player]
    if own == 0 and others == 0:
        return 0.0
    if node.player == CHANCE:
        return sum(
            p * _walk(child, player, tables, own, others * p, weight)
            for p, child in zip(node.probabilities, node.children, strict=True)
        )
    table = tables[node.player][node.information_state]
    policy = table.current
    if node.player != player:
        return sum(
            p * _walk(child, player, tables, own, others * p, weight)
            for p, child in zip(policy, node.children, strict=True)
        )
    values = [
        _walk(child, player, tables, own * p, others, weight)
        for p, child in zip(policy, node.children, strict=True)
    ]
    value = sum(p * v for p, v in zip(policy, values, strict=True))
    for i, p in enumerate(policy):
        table.regrets[i] += others * (values[i] - value)
        table.policy_sum[i] += weight * own * p
    return value


def _normalised(weights: list[float]) -> list[float]:
    total = sum(weights)
    return [weight / total for weight in weights] if total > 0 else [1 / len(weights)] * len(weights)
