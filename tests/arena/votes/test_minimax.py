"""The minimax winner: known values, its definition, and a linear program."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.votes.minimax import MOST_OPTIONS, minimax_winner

CIRCLE = np.array([[0, 0.2, -0.6], [-0.2, 0, 0.4], [0.6, -0.4, 0]])


def preferences(margins: NDArray[np.float64]) -> NDArray[np.float64]:
    return (margins + 1) / 2


def skew(values: list[float], n: int) -> NDArray[np.float64]:
    margins = np.zeros((n, n))
    margins[np.triu_indices(n, 1)] = values[: n * (n - 1) // 2]
    return margins - margins.T


def test_a_circle_with_margins_a_fifth_two_and_three() -> None:
    """A beats b by .2, b beats c by .4, c beats a by .6: (.4, .6, .2) / 1.2."""
    assert minimax_winner(preferences(CIRCLE)) == pytest.approx([1 / 3, 1 / 2, 1 / 6], abs=1e-12)


def test_multiplicative_weights_against_oneself_come_to_it() -> None:
    """The published self-play: step .05, 20,000 rounds, mean (.3324, .4988, .1688)."""
    weights, total = np.ones(3) / 3, np.zeros(3)
    for _ in range(20_000):
        total += weights
        weights = weights * np.exp(0.05 * (CIRCLE @ weights))
        weights /= weights.sum()
    assert total / 20_000 == pytest.approx([0.3324, 0.4988, 0.1688], abs=5e-5)
    assert total / 20_000 == pytest.approx(minimax_winner(preferences(CIRCLE)), abs=0.003)


def test_who_beats_each_other_one_has_all() -> None:
    assert minimax_winner([[0.5, 0.4, 0.1], [0.6, 0.5, 0.7], [0.9, 0.3, 0.5]]).tolist() == [0, 1, 0]


@pytest.mark.parametrize(("n", "expected"), [(1, [1.0]), (2, [0.5, 0.5]), (4, [0.25] * 4)])
def test_ties_are_shared_whatever_the_order(n: int, expected: list[float]) -> None:
    assert minimax_winner(np.full((n, n), 0.5)) == pytest.approx(expected)


@given(
    values=st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]), min_size=10, max_size=10),
    n=st.integers(2, 5),
)
def test_nothing_is_preferred_to_it_and_the_order_of_options_decides_nothing(
    values: list[float], n: int
) -> None:
    margins = skew(values, n)
    winner = minimax_winner(preferences(margins))
    assert winner.sum() == pytest.approx(1)
    assert (winner >= 0).all()
    assert (margins @ winner).max() <= 1e-8
    order = list(permutations(range(n)))[-1]
    moved = minimax_winner(preferences(margins[np.ix_(order, order)]))
    assert moved == pytest.approx(winner[list(order)], abs=1e-8)


@given(values=st.lists(st.floats(-1, 1), min_size=10, max_size=10))
def test_a_linear_program_finds_it_where_it_is_the_only_one(values: list[float]) -> None:
    optimize = pytest.importorskip("scipy.optimize")
    margins = skew([value if abs(value) > 1e-3 else 0.5 for value in values], 5)
    solved = optimize.linprog(
        np.zeros(5), A_ub=margins, b_ub=np.zeros(5), A_eq=np.ones((1, 5)), b_eq=[1], bounds=(0, 1)
    )
    winner = minimax_winner(preferences(margins))
    assert solved.status == 0
    assert (margins @ winner).max() <= 1e-8
    inside = winner > 1e-6
    is_strict = bool(((margins @ winner)[~inside] < -1e-4).all())
    if is_strict and np.linalg.matrix_rank(margins[np.ix_(inside, inside)], tol=1e-6) == inside.sum() - 1:
        assert solved.x == pytest.approx(winner, abs=1e-4)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (np.full((MOST_OPTIONS + 1,) * 2, 0.5), "1 to 8 options"),
        ([[0.5, 0.7], [0.7, 0.5]], "sum to 1"),
        ([[0.5, np.nan], [0.5, 0.5]], "sum to 1"),
        ([[0.5, 1.5], [-0.5, 0.5]], "from 0 to 1"),
        ([0.5], "a square matrix"),
    ],
)
def test_what_is_no_preference_is_refused(given: object, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        minimax_winner(given)  # type: ignore[arg-type]
