"""How often each player beat each other, counted by hand."""

from __future__ import annotations

from arena.ratings import HeadToHead, Result, head_to_head


def test_a_table_of_three_counts_for_each_pair() -> None:
    """Bob is first, ann and cal share the second place."""
    assert head_to_head([Result(("ann", "bob", "cal"), (1, 3, 1))]) == [
        HeadToHead("ann", "bob", 0, 0, 1),
        HeadToHead("ann", "cal", 0, 1, 0),
        HeadToHead("bob", "cal", 1, 0, 0),
    ]


def test_matches_without_a_result_and_of_one_player_do_not_count() -> None:
    assert head_to_head([Result(("a", "b"), None), Result(("a", "a"), (1, 0))]) == []


def test_matches_are_the_sum() -> None:
    results = [Result(("b", "a"), scores) for scores in ((1, 0), (1, 0), (0, 1), (2, 2))]
    (pair,) = head_to_head(results)
    assert (pair.wins, pair.ties, pair.losses, pair.matches) == (1, 1, 2, 4)
