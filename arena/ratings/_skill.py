"""Plackett-Luce skills for matches of any number of players (Weng and Lin 2011, computed by openskill)."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from arena.core.errors import UsageError
from arena.ratings._bradley_terry import ELO, MEAN
from arena.ratings._result import Finish, Result, count_finishes

if TYPE_CHECKING:
    from openskill.models import PlackettLuce, PlackettLuceRating

PRIOR_DEVIATION = ELO
"""The standard deviation of a skill before the first match: one logistic unit, 174 points."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A player's skill: a rating on the Elo scale, and its standard deviation in the same points."""

    rating: float
    deviation: float


def skill(results: Iterable[Result], *, orders: int = 10, seed: int = 0) -> dict[str, Skill]:
    """Return the Plackett-Luce skill of each player, by name.

    openskill updates its ratings match by match, so they depend on the order. Here the matches are sorted,
    shuffled `orders` times with the seed, and the ratings of all orders are averaged. So the skills depend on
    the seed, but not on the order of the results.

    We assume that agents do not change during a tournament (tau is 0) and give every match its full weight
    (gamma is 1). beta depends on the size of the table, so that 400 points mean odds of ten to one at every
    table. The updates are approximate. They exaggerate large differences while there are few matches, and
    they rate players who tied too low: players who share the first place count as having lost to each other
    half of the time, so they may be rated below the player who came third. `bradley_terry`, which counts a
    table as its pairs, comes closer to the truth on simulated tables. `standings` uses it by default.

    Args:
        results: finished matches. Results without scores and results of self-play are left out.
        orders: the number of orders to average over, 1 or more.
        seed: the seed of the orders.

    Raises:
        UsageError: if `orders` is less than 1.
    """
    if orders < 1:
        raise UsageError(f"Skills must be averaged over at least one order, not {orders}.")
    matches = [finish for finish, count in count_finishes(results).items() for _ in range(count)]
    shuffler = random.Random(seed)
    runs = [_rate(shuffler.sample(matches, len(matches))) for _ in range(orders)]
    return {
        player: Skill(
            rating=math.fsum(run[player].mu for run in runs) / orders,
            deviation=math.fsum(run[player].sigma for run in runs) / orders,
        )
        for player in sorted(runs[0])
    }


def _rate(matches: Iterable[Finish]) -> dict[str, PlackettLuceRating]:
    """Return openskill's ratings after these matches, which are rated in order."""
    ratings: dict[str, PlackettLuceRating] = {}
    for finish in matches:
        players = [player for group in finish for player in group]
        ranks = [float(rank) for rank, group in enumerate(finish) for _ in group]
        model = _model(len(players))
        table = [[ratings.get(player) or model.rating()] for player in players]
        for player, (rating,) in zip(players, model.rate(table, ranks=ranks), strict=True):
            ratings[player] = rating
    return ratings


@cache
def _model(size: int) -> PlackettLuce:
    """Return the model of a table of `size` players. The spread of a performance is one logistic unit."""
    from openskill.models import PlackettLuce

    return PlackettLuce(
        mu=MEAN, sigma=PRIOR_DEVIATION, beta=ELO / math.sqrt(size), tau=0.0, gamma=lambda *_: 1.0
    )
