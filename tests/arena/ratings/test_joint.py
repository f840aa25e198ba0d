"""Standings over several games, against values worked out by hand, scikit-learn and scipy."""

from __future__ import annotations

import math
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.ratings import Result, joint_standings, standings
from arena.ratings._result import comparisons
from tests.arena.ratings.strategies import some_results, tie, win
from tests.shared.examples import few

ELO = 400 / math.log(10)

KUHN = win("ann", "bob", 30) + win("bob", "ann", 10) + win("ann", "cat", 5) + win("cat", "bob", 7)
LEDUC = win("bob", "ann", 3) + win("ann", "bob", 1) + win("cat", "ann", 2) + win("bob", "cat", 1)
THREE = [Result(("ann", "bob", "cat"), (2.0, 1.0, 0.0)), Result(("cat", "ann", "bob"), (5.0, 5.0, 1.0))]

Compared = list[tuple[str, str, bool, float]]


def _compared(games: dict[str, list[Result]]) -> Compared:
    """Every pair that was compared, with weights that are worked out here: each game weighs alike."""
    pairs = {
        name: [pair for one in played for pair in comparisons(one.finish)] for name, played in games.items()
    }
    total = sum(map(len, pairs.values()))
    return [(*pair, total / len(games) / len(own)) for own in pairs.values() for pair in own]


def _ratings(games: dict[str, list[Result]], prior: float = 1.0) -> dict[str, float]:
    return {one.player: one.rating or 0.0 for one in joint_standings(games, prior=prior, samples=1)}


def test_two_games_with_opposite_results_of_one_pair_even_out() -> None:
    """Ann wins 30 of 40 matches of one game and 1 of 4 of the other: alike in weight, they are even."""
    table = joint_standings(
        {
            "kuhn": win("ann", "bob", 30) + win("bob", "ann", 10),
            "leduc": win("ann", "bob", 1) + win("bob", "ann", 3),
        }
    )
    assert [one.rating for one in table] == pytest.approx([1500, 1500])
    assert [one.mean_score for one in table] == pytest.approx([0.5, 0.5])
    assert [(one.wins, one.losses, one.matches) for one in table] == [(31, 13, 44), (13, 31, 44)]


def test_weighted_likelihood_agrees_with_scikit_learn() -> None:
    """Without ties it is a logistic regression on who met, in which each pair has its weight."""
    games = {"kuhn": KUHN, "leduc": LEDUC}
    names = ("ann", "bob", "cat")
    rows, won, weights = [], [], []
    for player, other, _, weight in _compared(games):
        rows.append([(name == player) - (name == other) for name in names])
        won.append(1)
        weights.append(weight)
    for name in names:
        for virtual in (1, 0):
            rows.append([int(one == name) for one in names])
            won.append(virtual)
            weights.append(1.0)
    # A regression needs both outcomes; a win of one is a loss of the other.
    fitted = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-12, max_iter=10_000)
    fitted.fit(rows, won, sample_weight=weights)
    strengths = fitted.coef_[0] - fitted.coef_[0].mean()
    expected = {name: 1500 + ELO * value for name, value in zip(names, strengths, strict=True)}
    assert _ratings(games) == pytest.approx(expected, abs=0.01)


def test_weighted_likelihood_with_ties_and_tables_of_three_agrees_with_scipy() -> None:
    games = {"kuhn": KUHN + tie("ann", "cat", 4), "leduc": LEDUC, "three": THREE * 2}
    names = ("ann", "bob", "cat")
    place = {name: at for at, name in enumerate(names)}

    def minus_log_likelihood(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        theta, nu = values[:3], math.exp(values[3])
        found = sum(math.log1p(math.exp(-each)) + math.log1p(math.exp(each)) for each in theta)
        for player, other, tied, weight in _compared(games):
            ahead = math.exp((theta[place[player]] - theta[place[other]]) / 2)
            total = ahead + nu + 1 / ahead
            found -= weight * math.log((nu if tied else ahead) / total)
        return float(found)

    best = minimize(minus_log_likelihood, np.zeros(4), method="BFGS", options={"gtol": 1e-9}).x[:3]
    expected = {name: 1500 + ELO * (best[place[name]] - best.mean()) for name in names}
    assert _ratings(games) == pytest.approx(expected, abs=0.05)


@given(some_results(sizes=(2, 3)))
def test_one_game_alone_is_rated_as_it_is_by_itself(results: list[Result]) -> None:
    joint, alone = joint_standings({"kuhn": results}, samples=20), standings(results, samples=20)
    assert [(one.player, one.rank, one.low, one.high) for one in joint] == [
        (one.player, one.rank, one.low, one.high) for one in alone
    ]
    assert [one.rating for one in joint] == [one.rating for one in alone]


@given(st.integers(2, 20))
def test_a_game_played_more_often_weighs_no_more(times: int) -> None:
    once = _ratings({"kuhn": KUHN, "leduc": LEDUC}, prior=1e-6)
    often = _ratings({"kuhn": KUHN * times, "leduc": LEDUC}, prior=1e-6)
    assert often == pytest.approx(once, abs=0.01)


@few
@given(some_results(sizes=(2, 3)), some_results(), st.randoms(use_true_random=False))
def test_the_order_of_results_and_games_makes_no_difference(
    first: list[Result], second: list[Result], random: object
) -> None:
    table = joint_standings({"one": first, "two": second}, samples=10)
    assert joint_standings({"two": second[::-1], "one": first[::-1]}, samples=10) == table


def test_matches_are_drawn_again_within_their_game() -> None:
    """Each game has but one kind of result here, so no resample differs from another but by the prior."""
    table = joint_standings({"kuhn": win("ann", "bob", 9), "leduc": win("bob", "ann", 4)})
    assert [(one.mean_low, one.mean_high) for one in table] == [(0.5, 0.5)] * 2


def test_the_mean_score_is_the_mean_of_the_games_shares_of_points() -> None:
    """Ann: a win and a tie for first of three are (1 + 3/4) / 2 = 7/8; 1 of 4 is 1/4; the mean is 9/16."""
    games = {"three": THREE, "leduc": win("ann", "bob", 1) + win("bob", "ann", 3)}
    means = {one.player: one.mean_score for one in joint_standings(games, samples=10)}
    assert means == {"ann": pytest.approx(9 / 16), "bob": pytest.approx((1 / 4 + 3 / 4) / 2), "cat": None}


def test_who_lacks_a_game_is_rated_by_the_others_and_has_no_mean_score() -> None:
    games = {"kuhn": KUHN, "leduc": [Result(("ann", "cat"), None), *win("ann", "bob", 2)]}
    lines = {one.player: one for one in joint_standings(games, samples=10)}
    assert lines["cat"].rating is not None
    assert lines["cat"].mean_score is None
    assert lines["cat"].no_result == 1
    assert lines["cat"].coverage == 12 / 13


def test_a_game_without_a_result_has_no_weight() -> None:
    empty = [Result(("ann", "bob"), None)]
    assert _ratings({"kuhn": KUHN, "none": empty}) == pytest.approx(_ratings({"kuhn": KUHN}))
    assert [one.rating for one in joint_standings({"none": empty})] == [None, None]


@pytest.mark.slow
def test_the_intervals_hold_the_true_difference_about_as_often_as_they_say() -> None:
    """Results drawn from known strengths, 90 % intervals of a player against the mean of two."""
    rng = np.random.default_rng(3)
    truth, held, runs = 100.0, 0, 200
    chance = 1 / (1 + 10 ** (-2 * truth / 400))
    for _ in range(runs):
        games = {
            name: list(
                chain(win("ann", "bob", (won := int(rng.binomial(n, chance)))), win("bob", "ann", n - won))
            )
            for name, n in (("kuhn", 80), ("leduc", 40))
        }
        line = next(one for one in joint_standings(games, confidence=0.9, samples=200) if one.player == "ann")
        assert line.low is not None
        assert line.high is not None
        held += line.low <= 1500 + truth <= line.high
    assert 0.8 <= held / runs <= 0.97


def test_arguments_out_of_their_range_are_refused() -> None:
    for wrong in ({"samples": 0}, {"prior": 0.0}, {"confidence": 1.0}):
        with pytest.raises(UsageError):
            joint_standings({"kuhn": KUHN}, **wrong)
