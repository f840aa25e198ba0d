"""Advantages: baselines by role, and by group."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.training.rewards.advantages import RoleBaselines, group_mean, leave_one_out

small = st.floats(-100, 100)
games = st.lists(st.tuples(st.sampled_from(["kuhn", "leduc"]), small, small), max_size=30)
samples = st.lists(st.tuples(st.integers(0, 3), small), min_size=1, max_size=30)


def played(baselines: RoleBaselines, episodes: Sequence[tuple[str, float, float]]) -> list[dict[str, float]]:
    return [baselines.advantages(game, {"first": one, "second": two}) for game, one, two in episodes]


class TestRoles:
    def test_the_baseline_learns_of_a_return_only_after_its_advantage_was_taken(self) -> None:
        baselines = RoleBaselines(decay=0.9)
        assert baselines.advantages("kuhn", {"first": 1.0}) == {"first": 1.0}
        assert baselines.advantages("kuhn", {"first": 1.0}) == {"first": pytest.approx(0.9)}
        assert baselines.advantages("kuhn", {"first": 1.0}) == {"first": pytest.approx(1 - 0.19)}

    def test_each_role_of_each_game_has_its_own(self) -> None:
        baselines = RoleBaselines(decay=0.5)
        baselines.advantages("kuhn", {"first": 1.0, "second": -1.0})
        assert baselines.advantages("kuhn", {"second": 0.0}) == {"second": 0.5}
        assert baselines.advantages("leduc", {"first": 1.0}) == {"first": 1.0}

    @given(games, st.integers(0, 30))
    def test_a_state_that_was_saved_and_loaded_goes_on_as_if_nothing_had_happened(
        self, episodes: list[tuple[str, float, float]], cut: int
    ) -> None:
        whole = played(RoleBaselines(), episodes)
        first = RoleBaselines()
        before = played(first, episodes[:cut])
        then = RoleBaselines.restored(json.loads(json.dumps(first.state())))
        assert before + played(then, episodes[cut:]) == whole

    @given(games)
    def test_every_advantage_is_the_return_less_the_average_of_those_before(
        self, episodes: list[tuple[str, float, float]]
    ) -> None:
        found = played(RoleBaselines(decay=0.8), episodes)
        for place, (game, one, _) in enumerate(episodes):
            earlier = [amount for other, amount, _ in episodes[:place] if other == game]
            weights = 0.2 * 0.8 ** np.arange(len(earlier))[::-1]
            assert found[place]["first"] == pytest.approx(one - float(np.dot(weights, earlier)), abs=1e-9)

    @pytest.mark.parametrize("state", [None, {}, {"decay": 2, "means": {}}, {"decay": 0.5, "means": []}])
    def test_what_is_no_state_is_refused(self, state: object) -> None:
        with pytest.raises(UsageError):
            RoleBaselines.restored(state)

    def test_an_infinite_baseline_is_refused(self) -> None:
        with pytest.raises(UsageError, match="finite"):
            RoleBaselines.restored({"decay": 0.5, "means": {"kuhn": {"first": float("nan")}}})


class TestGroups:
    def test_the_mean_of_the_group_is_taken_off(self) -> None:
        assert group_mean([1, 0, 5, 1], ["a", "a", "b", "b"]).tolist() == [0.5, -0.5, 2.0, -2.0]

    def test_the_mean_of_the_others_is_taken_off(self) -> None:
        assert leave_one_out([3, 0, 0], [7, 7, 7]).tolist() == [3.0, -1.5, -1.5]

    @given(samples)
    def test_leave_one_out_is_the_group_mean_rescaled_and_nobody_alone_has_an_advantage(
        self, samples: list[tuple[int, float]]
    ) -> None:
        groups, returns = zip(*samples, strict=True)
        means, others = group_mean(returns, groups), leave_one_out(returns, groups)
        for place, group in enumerate(groups):
            size = groups.count(group)
            if size == 1:
                assert np.isnan(means[place])
                assert np.isnan(others[place])
            else:
                assert others[place] == pytest.approx(means[place] * size / (size - 1), abs=1e-9)

    @given(samples)
    def test_a_groups_advantages_sum_to_nothing(self, samples: list[tuple[int, float]]) -> None:
        groups, returns = map(np.array, zip(*samples, strict=True))
        means = group_mean(returns, groups)
        for group in set(groups.tolist()):
            assert np.nansum(means[groups == group]) == pytest.approx(0, abs=1e-9)
