"""Intervals: seeded, order-independent, as wide as theory says, and quick."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.ratings import Result, bradley_terry, bradley_terry_intervals, cluster_interval
from tests.arena.ratings.strategies import some_results, win
from tests.shared.proportion import assert_in_proportion

clusters = st.lists(st.lists(st.floats(-5, 5), max_size=4), max_size=8)


class TestBradleyTerry:
    @settings(max_examples=50)
    @given(some_results(sizes=(2, 3)), st.integers(0, 9))
    def test_order_makes_no_difference(self, results: list[Result], seed: int) -> None:
        """The same seed, the same interval, to the last bit."""
        there = bradley_terry_intervals(results, samples=20, seed=seed)
        assert bradley_terry_intervals(results[::-1], samples=20, seed=seed) == there

    def test_the_seed_decides(self) -> None:
        results = win("ann", "bob", 7) + win("bob", "ann", 3)
        assert bradley_terry_intervals(results, seed=1) != bradley_terry_intervals(results, seed=2)

    def test_two_players_as_theory_says(self) -> None:
        """400 matches, even: the log-odds have standard error 1 / sqrt(400 / 4) = 0.1, a rating half of that.

        So half the width is 1.96 * 0.05 * 173.7 = 17.0 points.
        """
        low, high = bradley_terry_intervals(win("ann", "bob", 200) + win("bob", "ann", 200), samples=4000)[
            "ann"
        ]
        assert (high - low) / 2 == pytest.approx(17.0, rel=0.06)

    def test_an_unbeaten_player_is_not_certain(self) -> None:
        """Plain resampling would draw ten wins every time, and no interval."""
        results = win("ann", "bob", 10)
        low, high = bradley_terry_intervals(results)["ann"]
        assert low < bradley_terry(results)["ann"] < high
        assert high - low > 100

    def test_matches_are_what_is_drawn(self) -> None:
        """A table of four is one match, not six: its interval is wider than that of six matches."""
        tables = [Result(("a", "b", "c", "d"), scores) for scores in ((3, 2, 1, 0), (0, 1, 2, 3))] * 20
        pairs = [
            Result((one, two), scores)
            for one, two in ("ab", "ac", "ad", "bc", "bd", "cd")
            for scores in ((1, 0), (0, 1))
        ] * 20
        assert bradley_terry(tables) == pytest.approx(bradley_terry(pairs))
        wide, narrow = bradley_terry_intervals(tables)["a"], bradley_terry_intervals(pairs)["a"]
        assert wide.high - wide.low > 1.2 * (narrow.high - narrow.low)

    def test_covers_the_truth_about_as_often_as_it_says(self) -> None:
        """Four players, six matches a pair, 60 worlds: 240 intervals, of which 95% should hold the truth."""
        rng = np.random.default_rng(0)
        hits = 0
        for _ in range(60):
            theta = rng.normal(size=4)
            theta -= theta.mean()
            results = []
            for i in range(4):
                for j in range(i):
                    chance = 1 / (1 + np.exp(theta[j] - theta[i]))
                    won = int(rng.binomial(6, chance))
                    results += win(str(i), str(j), won) + win(str(j), str(i), 6 - won)
            for player, (low, high) in bradley_terry_intervals(results, samples=300).items():
                hits += low <= 1500 + 173.7178 * theta[int(player)] <= high
        assert 0.90 <= hits / 240 <= 0.99

    def test_a_large_tournament_takes_time_in_proportion(self) -> None:
        """Ten players, 1,000 resamples: what counts is how often each pair met, not how the matches are."""
        rng = np.random.default_rng(0)
        seats = [rng.choice(10, size=2, replace=False) for _ in range(5000)]
        results = [Result((f"p{i}", f"p{j}"), (float(rng.integers(3)), 1.0)) for i, j in seats]
        assert len(bradley_terry_intervals(results)) == 10
        assert_in_proportion(bradley_terry_intervals, results[:500], results)

    def test_nothing_to_rate(self) -> None:
        assert bradley_terry_intervals([]) == {}


class TestClusters:
    @given(clusters, st.integers(0, 9))
    def test_order_makes_no_difference(self, values: list[list[float]], seed: int) -> None:
        """Neither that of the clusters nor that within them."""
        if not any(values):
            with pytest.raises(UsageError):
                cluster_interval(values)
            return
        there = cluster_interval(values, samples=20, seed=seed)
        turned = [cluster[::-1] for cluster in values[::-1]]
        assert repr(cluster_interval(turned, samples=20, seed=seed)) == repr(there)
        flat = [value for cluster in values for value in cluster]
        assert min(flat) - 1e-9 <= there.low <= there.high <= max(flat) + 1e-9

    def test_copies_within_a_cluster_add_nothing(self) -> None:
        """Ten episodes that always agree are one observation, not ten."""
        once = [[float(i % 2)] for i in range(40)]
        assert cluster_interval([cluster * 10 for cluster in once]) == cluster_interval(once)

    def test_mean_as_theory_says(self) -> None:
        """The mean of 400 values, half 0 and half 1, has standard error 0.5 / 20 = 0.025."""
        low, high = cluster_interval([[float(i % 2)] for i in range(400)], samples=4000)
        assert (low, high) == pytest.approx((0.451, 0.549), abs=0.004)

    def test_any_statistic(self) -> None:
        """The maximum of two clusters is the smaller one's in a quarter of the resamples."""
        assert cluster_interval([[1.0, 2.0], [5.0]], np.max) == (2.0, 5.0)

    @pytest.mark.parametrize(("samples", "confidence"), [(0, 0.95), (10, 0.0), (10, 1.0)])
    def test_refuses_numbers_that_make_no_interval(self, samples: int, confidence: float) -> None:
        with pytest.raises(UsageError):
            cluster_interval([[1.0]], samples=samples, confidence=confidence)
