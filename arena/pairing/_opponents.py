"""Opponents from a pool: the first entrant meets the others, drawn by a named rule from earlier results."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.pairing._pairing import Pairing, check_entrants, check_positive, check_round

if TYPE_CHECKING:
    from arena.ratings import Result


class OpponentRule(StrEnum):
    """How likely each opponent of a pool is to be met.

    The prioritised rules are those of prioritised fictitious self-play (Vinyals et al. 2019, "Grandmaster
    level in StarCraft II using multi-agent reinforcement learning"): a function of x, the share of points
    that the learner has won from the opponent so far.
    """

    UNIFORM = "uniform"
    """All are equally likely."""
    NEWEST = "newest"
    """Only the newest version is met, which is the first of the pool."""
    HARDEST = "hardest"
    """In proportion to ``(1 - x) ** power``: those that win are met most, and who never wins is not met."""
    CLOSEST = "closest"
    """In proportion to ``x * (1 - x)``: those of the same strength are met most."""


def opponent_weights(rule: OpponentRule, shares: Sequence[float], power: float = 2.0) -> list[float]:
    """Return the probability of each opponent of a pool. They sum to 1.

    Args:
        rule: the rule.
        shares: the share of points, from 0 to 1, that the learner has won from each opponent; 1/2 of one that
            it has not met. The newest version comes first.
        power: how much harder opponents are preferred by ``hardest``.

    >>> opponent_weights(OpponentRule.HARDEST, [1.0, 0.5, 0.0])
    [0.0, 0.2, 0.8]
    """
    match rule:
        case OpponentRule.NEWEST:
            found = [1.0, *[0.0] * (len(shares) - 1)]
        case OpponentRule.HARDEST:
            found = [(1 - share) ** power for share in shares]
        case OpponentRule.CLOSEST:
            found = [share * (1 - share) for share in shares]
        case OpponentRule.UNIFORM:
            found = [1.0] * len(shares)
    total = sum(found)
    # Where the rule prefers nobody, everybody is met.
    return [one / total for one in found] if total > 0 else [1 / len(shares)] * len(shares)


@dataclass(frozen=True, slots=True)
class OpponentPool:
    """The first entrant meets opponents from the pool of the others, who are drawn anew for each round.

    The others are past versions, the newest first, and then `anchors`: scripted agents that stay in the pool
    and that the first entrant meets once in each round, whatever the rule says. The draws depend on `seed`
    and on the results of earlier rounds alone, so a resumed tournament has the same.

    Args:
        rule: How opponents are drawn from the versions: uniform, newest, hardest or closest.
        rounds: How many rounds are played.
        draws: How many opponents are drawn for a round.
        anchors: How many of the last entrants are anchors.
        power: How much harder opponents are preferred by the rule hardest.
        seed: The seed of the draws.
    """

    rule: OpponentRule = OpponentRule.HARDEST
    rounds: int = 10
    draws: int = 10
    anchors: int = 0
    power: float = 2.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_positive(rounds=self.rounds, draws=self.draws)
        if self.anchors < 0 or self.power < 0:
            raise UsageError("The anchors and the power of a pool of opponents are at least 0.")

    def pairings(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        """Return the next round. It is empty after the last round."""
        check_entrants(players, self.anchors + 2)
        for number, results in enumerate(rounds):
            check_round(number + 1, self._round(players, rounds[:number]), results)
        return self._round(players, rounds) if len(rounds) < self.rounds else []

    def _round(self, players: Sequence[str], rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        learner, *others = players
        versions = others[: len(others) - self.anchors]
        shares = [_share(learner, one, rounds) for one in versions]
        rng = random.Random(derive(self.seed, "opponents", len(rounds)))
        drawn = rng.choices(versions, opponent_weights(self.rule, shares, self.power), k=self.draws)
        label = f"round {len(rounds) + 1}"
        met = [*drawn, *others[len(versions) :]]
        # Who sits first changes from match to match.
        return [
            Pairing((learner, one) if (place + len(rounds)) % 2 == 0 else (one, learner), label)
            for place, one in enumerate(met)
        ]


def _share(learner: str, opponent: str, rounds: Sequence[Sequence[Result]]) -> float:
    """Return the share of points that the learner has won from an opponent; 1/2 if they have not met."""
    points = [
        1 / len(winners) if learner in winners else 0.0
        for results in rounds
        for result in results
        if set(result.players) == {learner, opponent} and result.finish
        for winners in result.finish[:1]
    ]
    return sum(points) / len(points) if points else 0.5
