"""Elo: zero-sum, sequential, and equal to evalica and to numbers worked out by hand."""

from __future__ import annotations

import math

import evalica
import pytest
from hypothesis import given

from arena.core.errors import UsageError
from arena.ratings import Result, elo
from tests.arena.ratings.strategies import some_results, tie, win

WINNER = {1: evalica.Winner.X, 0: evalica.Winner.Draw, -1: evalica.Winner.Y}


@given(some_results(odd_ones=False, at_least=1))
def test_equal_to_evalica(results: list[Result]) -> None:
    pairs = [(result.scores or (0, 0)) for result in results]
    theirs = evalica.elo(
        [result.players[0] for result in results],
        [result.players[1] for result in results],
        [WINNER[(mine > other) - (mine < other)] for mine, other in pairs],
        initial=1500,
        k=24,
    )
    assert elo(results, k=24) == pytest.approx(theirs.scores.to_dict(), abs=1e-6)


@given(some_results())
def test_points_are_only_exchanged(results: list[Result]) -> None:
    ratings = elo(results)
    assert math.fsum(ratings.values()) == pytest.approx(1500 * len(ratings))


@given(some_results(), some_results())
def test_a_stream_can_be_cut(before: list[Result], after: list[Result]) -> None:
    """Going on from ratings is the same as never having stopped."""
    assert elo(after, start=elo(before)) == elo(before + after)


def test_by_hand() -> None:
    """1600 expects 1 / (1 + 10^(-200/400)) = 0.7597 against 1400, so a tie costs 32 * 0.2597 = 8.31."""
    ratings = elo(tie("ann", "bob"), start={"ann": 1600, "bob": 1400})
    assert ratings == pytest.approx({"ann": 1591.69, "bob": 1408.31}, abs=0.005)


def test_order_matters() -> None:
    """Which is why tournaments are rated by Bradley-Terry."""
    first, last = win("ann", "bob") + win("bob", "ann"), win("bob", "ann") + win("ann", "bob")
    assert elo(first)["ann"] < 1500 < elo(last)["ann"]


def test_refuses_tables_and_a_k_of_zero() -> None:
    with pytest.raises(UsageError, match="two players"):
        elo([Result(("ann", "bob", "cat"), (1, 2, 3))])
    with pytest.raises(UsageError, match="positive"):
        elo([], k=0)
