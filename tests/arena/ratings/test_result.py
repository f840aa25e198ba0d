"""Results: what they accept, and the order of finish they state."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from arena.core.errors import UsageError
from arena.ratings import Result
from arena.ratings._result import comparisons, count_finishes
from tests.arena.ratings.strategies import one_result, some_results


class TestResult:
    @pytest.mark.parametrize(
        ("players", "scores"),
        [((), ()), (("ann",), (1.0,)), (("ann", "bob"), (1.0,)), (("ann", "bob"), (1.0, math.nan))],
    )
    def test_refuses_what_is_no_match(self, players: tuple[str, ...], scores: tuple[float, ...]) -> None:
        """Too few places, missing scores and NaN are told to the caller."""
        with pytest.raises(UsageError):
            Result(players, scores)

    def test_finish_groups_ties_by_name(self) -> None:
        """Seats and margins leave no trace."""
        assert Result(("dan", "bob", "ann"), (1, 9, 1)).finish == (("bob",), ("ann", "dan"))

    def test_no_result_is_not_a_tie(self) -> None:
        """Nobody finishes, nobody is compared."""
        nothing = Result(("ann", "bob"), None)
        assert nothing.finish == ()
        assert not nothing.rateable
        assert count_finishes([nothing]) == {}

    def test_self_play_is_not_rateable(self) -> None:
        assert not Result(("ann", "bob", "ann"), (1, 2, 3)).rateable

    @given(one_result(sizes=(2, 3, 4), odd_ones=False))
    def test_every_pair_is_compared_once(self, result: Result) -> None:
        """And as the scores say."""
        scores = dict(zip(result.players, result.scores or (), strict=True))
        pairs = list(comparisons(result.finish))
        assert len({frozenset(pair[:2]) for pair in pairs}) == len(pairs) == math.comb(len(scores), 2)
        for player, other, tied in pairs:
            assert (scores[player] == scores[other]) if tied else (scores[player] > scores[other])

    @given(some_results(sizes=(2, 3)))
    def test_counts_have_an_order_of_their_own(self, results: list[Result]) -> None:
        """Reversed results give the same counts in the same order."""
        assert list(count_finishes(results).items()) == list(count_finishes(results[::-1]).items())
