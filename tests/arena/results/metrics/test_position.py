"""Positions, sides and swaps, with ties treated as named; against evalica."""

from __future__ import annotations

from typing import Any

import evalica
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.results.metrics import Figure, by_group, first_position_win_rate, swap_inconsistency, win_rate
from tests.arena.results.metrics.checks import value
from tests.arena.results.metrics.strategies import points

pairs = st.lists(st.tuples(st.none() | points, st.none() | points))
WINNER = {1: evalica.Winner.X, 0.5: evalica.Winner.Draw, 0: evalica.Winner.Y}


class TestWinRate:
    def test_ties_count_half_or_not_at_all(self) -> None:
        won = [1, 0, 0.5, 0.5, 1, 1, None]
        assert win_rate(won) == Figure(4 / 6, 6, 7)
        assert win_rate(won, ties="left out") == Figure(0.75, 4, 5)

    @pytest.mark.parametrize(("ties", "weight"), [("half", 0.5), ("left out", 0.0)])
    @given(won=st.lists(points, min_size=1))
    def test_as_evalica_finds_it(self, ties: Any, weight: float, won: list[float]) -> None:
        """Between two, its average win rate is this one; of ties alone it says 0, and here there is none."""
        names = ["pro"] * len(won), ["con"] * len(won), [WINNER[each] for each in won]
        theirs = evalica.average_win_rate(*names, tie_weight=weight).scores["pro"]
        found = win_rate(won, ties=ties)
        assert found.value == (pytest.approx(theirs) if found.n else None)

    @given(st.lists(st.tuples(st.permutations(["ann", "bob", "cy"]), points), min_size=1))
    def test_points_are_those_that_evalica_counts(self, duels: list[tuple[list[str], float]]) -> None:
        """Of each of several sides: a side's rate times its contests."""
        sides = [side for (one, other, _), _ in duels for side in (one, other)]
        won = [mine for _, each in duels for mine in (each, 1 - each)]
        ones, others = [pair[0] for pair, _ in duels], [pair[1] for pair, _ in duels]
        theirs = evalica.counting(ones, others, [WINNER[each] for _, each in duels]).scores
        for side, found in by_group(win_rate, sides, won, samples=1).items():
            assert value(found) * found.n == pytest.approx(theirs[side])

    def test_a_missing_verdict_is_no_tie(self) -> None:
        assert win_rate([1, None]).value == 1.0
        assert win_rate([None]) == Figure(None, 0, 1)

    def test_of_each_side(self) -> None:
        found = by_group(win_rate, ["pro", "con", "pro", "con"], [1, 0, 0.5, 0.5], clusters=[1, 1, 2, 2])
        assert {side: each.value for side, each in found.items()} == {"con": 0.25, "pro": 0.75}

    def test_only_ties_have_no_decided_winner(self) -> None:
        assert win_rate([0.5], ties="left out") == Figure(None, 0, 0)


class TestFirstPosition:
    def test_points_go_to_whoever_came_first(self) -> None:
        """First, second, first: a judge that always says "the first"."""
        assert first_position_win_rate([1, 0, 1], [1, 0, 1]) == Figure(1.0, 3, 3)
        assert first_position_win_rate([1, 0, 1], [0, 1, 0]) == Figure(0.0, 3, 3)

    def test_ties_and_missing(self) -> None:
        won, first = [1, 0.5, None, 1], [1, 0, 1, None]
        assert first_position_win_rate(won, first) == Figure(0.75, 2, 4)
        assert first_position_win_rate(won, first, ties="left out") == Figure(1.0, 1, 3)

    @given(st.lists(st.tuples(points, st.booleans()), min_size=1))
    def test_as_evalica_finds_it(self, rows: list[tuple[float, bool]]) -> None:
        """The places playing against each other."""
        places = [("first", "second") if first else ("second", "first") for _, first in rows]
        winners = [WINNER[won] for won, _ in rows]
        theirs = evalica.average_win_rate([one for one, _ in places], [two for _, two in places], winners)
        found = first_position_win_rate([won for won, _ in rows], [first for _, first in rows])
        assert value(found) == pytest.approx(theirs.scores["first"])

    @given(st.lists(st.tuples(points, st.booleans()), min_size=1))
    def test_which_side_is_reported_makes_no_difference(self, rows: list[tuple[float, bool]]) -> None:
        here = first_position_win_rate([won for won, _ in rows], [first for _, first in rows])
        there = first_position_win_rate([1 - won for won, _ in rows], [not first for _, first in rows])
        assert here == there


class TestSwapInconsistency:
    def test_a_tie_is_a_verdict_or_left_out(self) -> None:
        won, swapped = [1, 1, 0.5, 0.5, 0, None], [1, 0, 0.5, 1, 0, 1]
        assert swap_inconsistency(won, swapped) == Figure(2 / 5, 5, 6)
        assert swap_inconsistency(won, swapped, ties="left out") == Figure(1 / 3, 3, 4)

    @given(pairs)
    def test_the_orders_are_interchangeable(self, rows: list[tuple[float | None, float | None]]) -> None:
        won, swapped = [one for one, _ in rows], [other for _, other in rows]
        assert swap_inconsistency(won, swapped) == swap_inconsistency(swapped, won)

    def test_nothing_is_not_defined(self) -> None:
        assert swap_inconsistency([None], [1]) == Figure(None, 0, 1)
        assert swap_inconsistency([0.5], [1], ties="left out") == Figure(None, 0, 0)

    def test_a_judge_of_positions_contradicts_itself(self) -> None:
        assert swap_inconsistency([1, 1], [0, 0]).value == 1.0


@pytest.mark.parametrize(
    ("figure", "columns"),
    [
        (win_rate, ([0.25],)),
        (first_position_win_rate, ([1], [1, 0])),
        (first_position_win_rate, ([1], [0.5])),
        (swap_inconsistency, ([1], [1, 0])),
        (swap_inconsistency, ([1], [2])),
    ],
)
def test_what_is_out_of_range_is_refused(figure: Any, columns: Any) -> None:
    with pytest.raises(UsageError):
        figure(*columns)


@pytest.mark.parametrize(
    ("figure", "columns"),
    [(win_rate, ([1],)), (first_position_win_rate, ([1], [1])), (swap_inconsistency, ([1], [1]))],
)
def test_an_unknown_treatment_of_ties(figure: Any, columns: Any) -> None:
    with pytest.raises(UsageError, match="no treatment of ties 'ignored'"):
        figure(*columns, ties="ignored")
