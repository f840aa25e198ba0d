"""Pools: who meets whom, by which plans, and that the seed decides it."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import ConfigurationChanged, UnknownName, UsageError
from arena.designs._pool import MATCHMAKING, Names, Pool
from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.journal import StoredRun
from arena.registry import version_of
from arena.running.running import run
from arena.seat.agent import Agent
from arena.tasks.task import Task
from protocols import Play
from tests.shared.agents import Erratic
from tests.shared.examples import some

ANNS, BOBS = ("ann@1", "ann@2", "ann@3"), ("bob@1", "bob@2")
TASKS = [Task(id=str(number)) for number in range(4)]

rosters = st.lists(
    st.tuples(st.sampled_from(["ann", "bob", "cy"]), st.integers(1, 4)), min_size=2, max_size=3
).map(
    lambda seats: [
        tuple(f"{name}{place}@{version}" for version in range(1, n + 1))
        for place, (name, n) in enumerate(seats)
    ]
)


def pool(**settings: Any) -> Pool:
    given: dict[str, Any] = {
        "protocol": Play(game="kuhn"),
        "tasks": TASKS,
        "versions": {
            "player_0": dict.fromkeys(ANNS, "random"),
            "player_1": dict.fromkeys(BOBS, "noisy:random"),
        },
    }
    return Pool(**given | settings)


def plans(made: Pool) -> list[Plan]:
    found = made.round(0, [])
    assert found is not None
    listed = list(found.plans)
    assert len(listed) == found.size
    assert made.round(1, []) is None
    return listed


def met(made: Pool) -> set[Names]:
    return {tuple(plan.seats.values()) for plan in plans(made)}


class TestMatchmaking:
    @some
    @given(rosters, st.sampled_from(sorted(MATCHMAKING)), st.randoms(use_true_random=False))
    def test_seats_those_who_belong_there_and_no_meeting_twice(
        self, versions: list[Names], name: str, rng: random.Random
    ) -> None:
        found = MATCHMAKING[name](versions, rng)
        assert len(set(found)) == len(found)
        for names in found:
            assert all(one in roster for one, roster in zip(names, versions, strict=True))

    def test_the_newest_meet_all_who_are_older(self) -> None:
        assert met(pool(matchmaking="newest")) == {
            ("ann@3", "bob@1"),
            ("ann@1", "bob@2"),
            ("ann@2", "bob@2"),
        }

    def test_asymmetric_is_with_all_of_other_versions(self) -> None:
        found = met(pool(matchmaking="asymmetric"))
        assert found == {(ann, bob) for ann in ANNS for bob in BOBS if version_of(ann) != version_of(bob)}
        assert len(found) == 4

    def test_everyone(self) -> None:
        assert met(pool(matchmaking="everyone")) == {(ann, bob) for ann in ANNS for bob in BOBS}

    def test_uniform_draws_one_meeting_a_deal_about_equally(self) -> None:
        listed = plans(pool(matchmaking="uniform", episodes=300))
        assert len(listed) == 1200
        counts = Counter(tuple(plan.seats.values()) for plan in listed)
        assert len(counts) == 6
        assert all(150 <= count <= 250 for count in counts.values())


class TestPlans:
    def test_those_who_meet_over_a_deal_are_dealt_the_same(self) -> None:
        listed = plans(pool(episodes=2))
        assert [plan.number for plan in listed] == list(range(32))
        by_match: dict[int, list[Plan]] = {}
        for plan in listed:
            by_match.setdefault(plan.match, []).append(plan)
        assert len(by_match) == 8
        assert len({group[0].chance for group in by_match.values()}) == 8
        for group in by_match.values():
            assert len({(plan.chance, plan.task.id) for plan in group}) == 1
            assert {plan.match_size for plan in group} == {len(group)} == {4}

    @pytest.mark.parametrize("name", sorted(MATCHMAKING))
    def test_the_seed_decides(self, name: str) -> None:
        assert plans(pool(matchmaking=name)) == plans(pool(matchmaking=name))
        assert plans(pool(matchmaking=name)) != plans(pool(matchmaking=name, seed=1))

    def test_a_task_that_is_added_changes_no_earlier_draw(self) -> None:
        few, more = pool(matchmaking="uniform", first=2), pool(matchmaking="uniform")
        assert plans(more)[:2] == plans(few)

    def test_swapped_they_take_every_seat(self) -> None:
        assert ("bob@2", "ann@1") in met(pool(swap=True))


class TestMistakes:
    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"matchmaking": "newer"}, "no matchmaking called 'newer'. Did you mean newest"),
            ({"versions": {"player_0": {"ann@1": "random"}}}, "no agent in the pool: player_1"),
            (
                {"versions": {"player_0": {"ann": "random"}, "player_1": {"bob@1": "random"}}},
                "ann has no version",
            ),
            (
                {"versions": {"player_0": {"ann@1": "random"}, "player_1": {"bob@1": "random"}}},
                "None of these versions meet",
            ),
            (
                {"versions": {"player_0": {"ann@1": "random"}, "player_1": {"ann@1": "cfr", "ann@2": "cfr"}}},
                "Two different agents are called 'ann@1'",
            ),
            ({"seats": {"player_0": "random"}}, "No agent can be given for player_0"),
        ],
    )
    def test_are_told(self, settings: dict[str, Any], said: str) -> None:
        with pytest.raises((UsageError, UnknownName), match=said):
            pool(**settings)


class TestRuns:
    async def test_each_version_plays_under_its_name(self, tmp_path: Path) -> None:
        agents: dict[str, Agent] = {name: Erratic(trouble=0) for name in (*ANNS, *BOBS)}
        versions = {
            "player_0": {name: agents[name] for name in ANNS},
            "player_1": {name: agents[name] for name in BOBS},
        }
        result = await run(pool(versions=versions), tmp_path / "run")
        assert result.ended[Ending.COMPLETED] == 16
        assert all(isinstance(agent, Erratic) and agent.asked for agent in agents.values())
        with StoredRun(result.folder) as stored:
            assert {tuple(one.plan.seats.values()) for one in stored.finished()} == met(pool())

    async def test_is_not_resumed_with_another_pool(self, tmp_path: Path) -> None:
        await run(pool(), tmp_path / "run")
        for changed in (
            pool(matchmaking="everyone"),
            pool(versions={"player_0": dict.fromkeys(ANNS, "random"), "player_1": {"bob@2": "random"}}),
        ):
            with pytest.raises(ConfigurationChanged):
                await run(changed, tmp_path / "run", resume=True)
