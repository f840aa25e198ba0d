"""Plackett-Luce skills: order-independent, finite, and openskill's own when there is one match."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openskill.models import PlackettLuce

from arena.core.errors import UsageError
from arena.ratings import Result, skill
from tests.arena.ratings.strategies import some_results

ELO = 400 / math.log(10)


@settings(max_examples=30)
@given(some_results(sizes=(2, 3, 4)), st.integers(0, 5))
def test_order_makes_no_difference(results: list[Result], seed: int) -> None:
    assert skill(results[::-1], orders=3, seed=seed) == skill(results, orders=3, seed=seed)


@settings(max_examples=30)
@given(some_results(sizes=(2, 3)))
def test_everyone_is_finite_and_surer_than_before(results: list[Result]) -> None:
    for found in skill(results, orders=2).values():
        assert math.isfinite(found.rating)
        assert 0 < found.deviation < ELO


def test_one_match_is_openskill() -> None:
    """One match has one order: the same update, from openskill's own scores."""
    model = PlackettLuce(mu=1500, sigma=ELO, beta=ELO / math.sqrt(3), tau=0, gamma=lambda *_: 1)
    table = model.rate([[model.rating()] for _ in range(3)], scores=[1.0, 3.0, 3.0])
    ours = skill([Result(("ann", "bob", "cat"), (1, 3, 3))])
    for player, (theirs,) in zip(("ann", "bob", "cat"), table, strict=True):
        assert ours[player].rating == pytest.approx(theirs.mu)
        assert ours[player].deviation == pytest.approx(theirs.sigma)


def test_finds_the_strengths_of_a_plackett_luce_world() -> None:
    """A thousand tables of three among five players 100 points apart: all within 60 points, in order."""
    rng = np.random.default_rng(0)
    names, true = ["a", "b", "c", "d", "e"], np.arange(-200, 201, 100)
    results = []
    for _ in range(1000):
        seats = rng.choice(5, size=3, replace=False)
        scores = true[seats] / ELO + rng.gumbel(size=3)
        results.append(Result(tuple(names[seat] for seat in seats), tuple(scores.tolist())))
    found = [skill(results)[name].rating for name in names]
    assert found == sorted(found)
    assert found == pytest.approx((1500 + true).tolist(), abs=60)


def test_nothing_to_rate() -> None:
    assert skill([]) == {}
    with pytest.raises(UsageError, match="order"):
        skill([], orders=0)
