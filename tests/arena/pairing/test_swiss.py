"""Swiss: no rematches, one bye at most, like meets like."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.pairing import Pairing, Swiss
from arena.ratings import Result
from tests.arena.pairing.play import Referee, any_outcome, entrants, play, stronger_first


@settings(max_examples=60, deadline=None)
@given(entrants, any_outcome, st.data())
def test_no_rematch_and_at_most_one_bye(players: list[str], decide: Referee, data: st.DataObject) -> None:
    """In every number of rounds that is allowed, whatever happens."""
    count = data.draw(st.integers(1, (len(players) + 1) // 2))
    schedule, _ = play(Swiss(count), players, decide)
    assert len(schedule) == count
    for pairings in schedule:
        assert sorted(player for pairing in pairings for player in pairing.players) == players
    met = Counter(frozenset(pairing.players) for pairings in schedule for pairing in pairings)
    assert set(met.values()) == {1}


@pytest.mark.parametrize(("entered", "rounds"), [(2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4), (33, 6)])
def test_by_default_enough_rounds_for_one_unbeaten(entered: int, rounds: int) -> None:
    players = [f"p{i:02}" for i in range(entered)]
    schedule, _ = play(Swiss(), players, stronger_first)
    assert len(schedule) == rounds


def test_eight_by_hand() -> None:
    """Upper half against lower half of each score group; the first in the alphabet wins."""
    schedule, _ = play(Swiss(), list("abcdefgh"), stronger_first)
    assert [["".join(pairing.players) for pairing in pairings] for pairings in schedule] == [
        ["ae", "bf", "cg", "dh"],
        ["ac", "bd", "eg", "fh"],
        ["ab", "ce", "df", "gh"],
    ]


def test_the_bye_goes_to_the_lowest_and_is_a_point() -> None:
    """First c rests; then c and a have a point each and b, the lowest without a bye, rests."""
    schedule, _ = play(Swiss(), list("abc"), stronger_first)
    assert schedule == [
        [Pairing(("a", "b"), "round 1"), Pairing(("c",), "round 1")],
        [Pairing(("a", "c"), "round 2"), Pairing(("b",), "round 2")],
    ]


def test_a_failed_match_is_worth_nothing() -> None:
    """Of six, a and d had no result, b beat e, c and f tied: b has 1, c and f half, a, d and e nothing.

    So b meets c or f (who have met) and the other meets a; of d and e with a, a-d is a rematch.
    """
    first = [Result(("a", "d"), None), Result(("b", "e"), (1, 0)), Result(("c", "f"), (0.5, 0.5))]
    second = {"".join(sorted(pairing.players)) for pairing in Swiss().pairings(list("abcdef"), [first])}
    assert second in ({"bc", "af", "de"}, {"bf", "ac", "de"})


@pytest.mark.parametrize(
    "results",
    [
        [Result(("a", "b"), (1, 0))],
        [Result(("a", "b"), (1, 0)), Result(("a", "c"), (1, 0))],
        [Result(("a", "b"), (1, 0)), Result(("c", "x"), (1, 0))],
        [Result(("a", "b", "c"), (1, 0, 0))],
        [Result(("a", "a"), (1, 0)), Result(("c", "d"), (1, 0))],
    ],
)
def test_refuses_what_is_no_swiss_round(results: list[Result]) -> None:
    """Absent, doubled, unknown and crowded players."""
    with pytest.raises(UsageError, match="Round 1"):
        Swiss().pairings(list("abcd"), [results])


def test_refuses_a_rematch_and_too_many_rounds() -> None:
    again = [Result(("a", "b"), (1, 0)), Result(("c", "d"), (1, 0))]
    with pytest.raises(UsageError, match="Round 2"):
        Swiss().pairings(list("abcd"), [again, again])
    with pytest.raises(UsageError, match="at most 2"):
        Swiss(3).pairings(list("abcd"), [])
    with pytest.raises(UsageError, match="rounds"):
        Swiss(0)
