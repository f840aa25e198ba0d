"""A sentence says where the order by rating is not the order by mean score."""

from __future__ import annotations

from arena.ratings import Result, disagreements, standings


def test_one_that_wins_narrowly_and_loses_widely() -> None:
    """Ann wins two of three matches, and the third costs her more than both brought: 1 + 1 - 5 = -3."""
    results = [Result(("ann", "bob"), scores) for scores in ((1, -1), (1, -1), (-5, 5))]
    (said,) = disagreements(standings(results))
    assert "ann is rated above bob" in said
    assert "its mean score is lower (-1.000 and 1.000)" in said


def test_nothing_where_both_agree_or_are_equal() -> None:
    assert disagreements(standings([Result(("ann", "bob"), (1, 0))])) == []
    assert disagreements(standings([Result(("ann", "bob"), (2, 2))])) == []


def test_several_pairs_are_counted() -> None:
    results = [
        Result(("ann", other), scores) for other in ("bob", "cal") for scores in ((1, -1), (1, -1), (-5, 5))
    ]
    (said,) = disagreements(standings(results))
    assert "So do 2 of 2 pairs of players." in said
