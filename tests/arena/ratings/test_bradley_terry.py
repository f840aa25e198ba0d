"""Bradley-Terry: finite, order-independent, and equal to evalica and to numbers worked out by hand."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

import evalica
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize  # type: ignore[import-untyped]

from arena.core.errors import ArenaError, UsageError
from arena.ratings import Result, bradley_terry
from arena.ratings._bradley_terry import Floats
from arena.ratings._result import comparisons
from tests.arena.ratings.strategies import NAMES, some_results, tie, win

ELO = 400 / math.log(10)

decided = st.permutations(NAMES[:4]).map(lambda names: win(names[0], names[1])[0])


def evalica_log_strengths(results: list[Result]) -> dict[str, float]:
    """Maximum-likelihood log-strengths of results without ties."""
    winners = [
        evalica.Winner.X if (r.scores or ())[0] > (r.scores or ())[1] else evalica.Winner.Y for r in results
    ]
    one, two = [r.players[0] for r in results], [r.players[1] for r in results]
    fitted = evalica.bradley_terry(one, two, winners, tolerance=1e-14, limit=100_000)
    return {str(player): math.log(score) for player, score in fitted.scores.items()}


def test_one_that_does_not_converge_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.ratings._bradley_terry._STEPS", 1)
    with pytest.raises(ArenaError, match=r"did not converge in 1 steps\. Use a larger prior"):
        bradley_terry(win("ann", "bob"))


class TestProperties:
    @given(some_results(sizes=(2, 3)), st.randoms(use_true_random=False))
    def test_order_makes_no_difference(self, results: list[Result], random: Random) -> None:
        """The same matches in another order, to the last bit."""
        shuffled = list(results)
        random.shuffle(shuffled)
        assert bradley_terry(shuffled) == bradley_terry(results)

    @given(some_results(sizes=(2, 3)))
    def test_everyone_is_finite_and_the_mean_is_1500(self, results: list[Result]) -> None:
        """Unbeaten, winless and unconnected players included."""
        ratings = bradley_terry(results)
        assert all(map(math.isfinite, ratings.values()))
        assert not ratings or math.fsum(ratings.values()) / len(ratings) == pytest.approx(1500)

    def test_two_groups_that_never_met_converge_with_the_least_prior(self) -> None:
        """Far from the maximum, nothing but rounding errors says where the groups stand to each other."""
        results = [
            Result(("bob", "ann"), (0.0, 0.5)),
            Result(("cat", "dan"), (0.0, 0.0)),
            Result(("cat", "dan"), (0.0, 0.5)),
            Result(("eve", "ann"), (0.0, 0.0)),
            Result(("eve", "bob"), (0.0, 0.0)),
        ]
        found = bradley_terry(results, prior=1e-6)
        assert found["cat"] + found["dan"] == pytest.approx(3000, abs=1)
        assert found["ann"] > found["eve"] > found["bob"]

    @given(some_results(), st.sampled_from([1e-6, 1e-3, 100.0]))
    def test_any_allowed_prior_converges(self, results: list[Result], prior: float) -> None:
        assert all(map(math.isfinite, bradley_terry(results, prior=prior).values()))

    @given(some_results(), st.permutations(NAMES))
    def test_names_carry_nothing(self, results: list[Result], names: list[str]) -> None:
        """Renamed players keep their ratings."""
        renamed = dict(zip(NAMES, names, strict=True))
        others = [Result(tuple(renamed[name] for name in r.players), r.scores) for r in results]
        expected = {renamed[name]: rating for name, rating in bradley_terry(results).items()}
        assert bradley_terry(others) == pytest.approx(expected, abs=1e-6)

    @given(st.integers(1, 30), st.integers(0, 30), st.integers(1, 20))
    def test_ties_pull_together(self, wins: int, losses: int, ties: int) -> None:
        """More ties between two players never widen the gap."""
        decided = win("ann", "bob", wins) + win("bob", "ann", losses)

        def gap(results: list[Result]) -> float:
            ratings = bradley_terry(results)
            return abs(ratings["ann"] - ratings["bob"])

        assert gap(decided + tie("ann", "bob", ties)) <= gap(decided) + 1e-6

    @given(some_results(odd_ones=False, at_least=1))
    def test_what_is_not_rateable_changes_nothing(self, results: list[Result]) -> None:
        """No result and self-play are no evidence."""
        noise = [Result(("ann", "bob"), None), Result(("bob", "bob"), (1, 0))]
        assert bradley_terry(results + noise) == bradley_terry(results)


class TestNumbers:
    @pytest.mark.parametrize(("wins", "losses"), [(3, 1), (30, 10), (5, 5), (1, 9)])
    def test_two_players_without_prior(self, wins: int, losses: int) -> None:
        """The odds are wins : losses, hence the gap 400 log10(wins / losses)."""
        ratings = bradley_terry(win("ann", "bob", wins) + win("bob", "ann", losses), prior=1e-6)
        assert ratings["ann"] - ratings["bob"] == pytest.approx(400 * math.log10(wins / losses), abs=1e-2)

    def test_unbeaten_against_one(self) -> None:
        """Three wins, prior 1, theta = +-t: the slope 3(1 - s(2t)) + 1 - 2 s(t) is 0 (s is logistic).

        With u = e^t: 3/(1 + u^2) = (u - 1)/(u + 1), so u^3 - u^2 - 2u - 4 = 0, whose root
        is u = 2.4675: 156.9 points.
        """
        root = np.roots([1, -1, -2, -4]).real.max()
        ratings = bradley_terry(win("ann", "bob", 3))
        assert ratings["ann"] == pytest.approx(1500 + ELO * math.log(root), abs=1e-6)
        assert ratings == pytest.approx({"ann": 1656.9, "bob": 1343.1}, abs=0.05)

    def test_all_ties_are_all_equal(self) -> None:
        ratings = bradley_terry(tie("ann", "bob", 3) + tie("bob", "cat", 2))
        assert ratings == pytest.approx({"ann": 1500, "bob": 1500, "cat": 1500})

    def test_davidson_by_hand(self) -> None:
        """Two players, w wins, l losses, t ties, no prior: the odds of winning are w : l whatever t."""
        results = win("ann", "bob", 6) + win("bob", "ann", 2) + tie("ann", "bob", 4)
        ratings = bradley_terry(results, prior=1e-6)
        assert ratings["ann"] - ratings["bob"] == pytest.approx(400 * math.log10(3), abs=1e-2)

    @settings(max_examples=20, deadline=None)
    @given(some_results(sizes=(2, 3, 4), odd_ones=False, at_least=1))
    def test_davidson_maximised_by_another_hand(self, results: list[Result]) -> None:
        """The log-posterior written out pair by pair, ties among them, and left to scipy's BFGS."""
        results = results + win("ann", "bob") + tie("ann", "bob")
        names = sorted({name for result in results for name in result.players})

        def minus_log_posterior(at: Floats) -> float:
            strength, log_nu = dict(zip(names, at[:-1], strict=True)), at[-1]
            total = float(np.logaddexp(0, at[:-1]).sum() + np.logaddexp(0, -at[:-1]).sum())
            for result in results:
                for (one, mine), (other, theirs) in combinations(
                    zip(result.players, result.scores or (), strict=True), 2
                ):
                    half = (strength[one] - strength[other]) / 2
                    happened = half if mine > theirs else -half if mine < theirs else log_nu
                    total += float(np.logaddexp.reduce([half, -half, log_nu]) - happened)
            return total

        best = minimize(minus_log_posterior, np.zeros(len(names) + 1), method="BFGS").x[:-1]
        expected = 1500 + ELO * (best - best.mean())
        assert list(bradley_terry(results).values()) == pytest.approx(expected.tolist(), abs=0.1)

    def test_a_table_counts_as_its_pairs(self) -> None:
        table = [Result(("ann", "bob", "cat"), (2, 1, 0))]
        assert bradley_terry(table) == bradley_terry(
            win("ann", "bob") + win("bob", "cat") + win("ann", "cat")
        )

    def test_nothing_to_rate(self) -> None:
        assert bradley_terry([]) == bradley_terry([Result(("ann", "bob"), None)]) == {}

    @pytest.mark.parametrize("prior", [0, -1, math.nan, math.inf])
    def test_refuses_a_prior_that_is_none(self, prior: float) -> None:
        with pytest.raises(UsageError, match="prior"):
            bradley_terry([], prior=prior)


class TestEvalica:
    """A prior is a virtual opponent of strength 0, so evalica can check it: give it those matches."""

    @given(
        st.lists(decided, min_size=1, max_size=40),
        st.integers(1, 3),
    )
    def test_equal_with_prior(self, results: list[Result], prior: int) -> None:
        names = sorted({name for result in results for name in result.players})
        virtual = [match for name in names for match in win(name, "_", prior) + win("_", name, prior)]
        theirs = evalica_log_strengths(results + virtual)
        ours = bradley_terry(results, prior=prior)
        for one in names:
            gap = ELO * (theirs[one] - theirs[names[0]])
            assert ours[one] - ours[names[0]] == pytest.approx(gap, abs=1e-3)

    @given(st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1, max_size=5))
    def test_ranks_tables_with_ties_alike(self, tables: list[list[int]]) -> None:
        """Evalica takes a tie for half a win either way; where all met equally often, both rank by points."""
        names = NAMES[:4]
        results = [Result(names, tuple(map(float, scores))) for scores in tables]
        pairs = [pair for result in results for finish in [result.finish] for pair in comparisons(finish)]
        virtual = [(one, other, False) for name in names for one, other in ((name, "_"), ("_", name))]
        winners = [evalica.Winner.Draw if tied else evalica.Winner.X for _, _, tied in pairs + virtual]
        one, two = [pair[0] for pair in pairs + virtual], [pair[1] for pair in pairs + virtual]
        theirs = evalica.bradley_terry(one, two, winners, tolerance=1e-12, limit=100_000).scores
        ours = bradley_terry(results)
        for name, other in combinations(names, 2):
            gap = math.log(theirs[name] / theirs[other])
            assert np.sign(round(ours[name] - ours[other], 3)) == np.sign(round(gap, 6))

    @given(st.lists(st.integers(1, 20), min_size=12, max_size=12))
    def test_equal_without_prior(self, counts: list[int]) -> None:
        pairs = [(one, two) for one in NAMES[:4] for two in NAMES[:4] if one != two]
        results = [m for (one, two), times in zip(pairs, counts, strict=True) for m in win(one, two, times)]
        theirs, ours = evalica_log_strengths(results), bradley_terry(results, prior=1e-6)
        for one in NAMES[1:4]:
            gap = ELO * (theirs[one] - theirs["ann"])
            assert ours[one] - ours["ann"] == pytest.approx(gap, abs=1e-3)
