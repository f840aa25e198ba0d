"""Plackett-Luce skills for matches of any number of players (Weng and Lin 2011, by way of openskill)."""

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
"""How far from 1500 a player is expected before its first match: one logistic unit, 174 points."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A player's skill: a rating on the Elo scale and its standard deviation, in the same points."""

    rating: float
    deviation: float


def skill(results: Iterable[Result], *, orders: int = 10, seed: int = 0) -> dict[str, Skill]:
    """The Plackett-Luce skill of each player, by name.

    openskill goes from match to match, so its ratings depend on the order. Here the matches are sorted,
    shuffled `orders` times by the seed and the outcomes averaged: the skills depend on the seed but not on
    the order of the results.

    Agents are taken not to change during a tournament (tau is 0) and a match to tell all it can (gamma is 1),
    and beta is set by the size of the table, so that 400 points are odds of ten to one at every table. The
    updates are approximate and exaggerate large differences while matches are few, and they pull down those
    who tied: each of a group that shares the first place is taken to have lost to the others half of the time
    even where somebody else came third, and may be rated below that one. `bradley_terry`, which takes a table
    for its pairs, comes closer to the truth on simulated tables and is what `standings` uses by default.

    Args:
        results: finished matches; those without scores and self-play are left out.
        orders: how many orders to average over.
        seed: decides the orders.

    Raises:
        UsageError: orders is below 1.
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
    """Openskill's ratings after these matches, one after the other."""
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
    """The model of a table of this many players, whose spread of performance is one logistic unit."""
    from openskill.models import PlackettLuce

    return PlackettLuce(
        mu=MEAN, sigma=PRIOR_DEVIATION, beta=ELO / math.sqrt(size), tau=0.0, gamma=lambda *_: 1.0
    )
