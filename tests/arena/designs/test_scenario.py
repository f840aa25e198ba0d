"""Scenarios: which episodes follow from a protocol, tasks, agents and a seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.episode.plan import Plan
from arena.tasks.task import Task
from protocols import Play
from tests.shared.examples import few
from tests.shared.protocols import seeds

SEATS = {"player_0": "random", "player_1": "kuhn-nash"}


def plans(scenario: Scenario) -> list[Plan]:
    round_ = scenario.round(0, ())
    assert round_ is not None
    made = list(round_.plans)
    assert len(made) == round_.size
    assert scenario.round(1, ()) is None
    return made


class TestPlans:
    @few
    @given(st.integers(1, 4), st.integers(1, 4), st.booleans(), seeds)
    def test_every_task_every_repetition_every_seating(
        self, tasks: int, episodes: int, swap: bool, seed: int
    ) -> None:
        made = plans(
            Scenario(
                protocol=Play(),
                seats=SEATS,
                tasks=[Task(id=str(n)) for n in range(tasks)],
                episodes=episodes,
                swap=swap,
                seed=seed,
            )
        )
        assert [plan.number for plan in made] == list(range(len(made)))
        assert len(made) == tasks * episodes * (2 if swap else 1)
        assert len({plan.chance for plan in made}) == tasks * episodes

    def test_swapped_seats_are_dealt_the_same(self) -> None:
        first, second = plans(Scenario(protocol=Play(), seats=SEATS, swap=True))
        assert first.chance == second.chance
        assert first.match == second.match
        assert first.match_size == second.match_size == 2
        assert dict(first.seats) == SEATS
        assert dict(second.seats) == {"player_0": "kuhn-nash", "player_1": "random"}

    def test_a_seating_that_is_the_same_when_swapped_is_played_once(self) -> None:
        same = dict.fromkeys(SEATS, "random")
        assert len(plans(Scenario(protocol=Play(), seats=same, swap=True))) == 1

    @few
    @given(seeds, seeds)
    def test_the_seed_decides_the_chance(self, one: int, two: int) -> None:
        def chances(seed: int) -> list[int]:
            return [
                plan.chance for plan in plans(Scenario(protocol=Play(), seats=SEATS, episodes=5, seed=seed))
            ]

        assert (chances(one) == chances(two)) is (one == two)

    def test_more_episodes_leave_the_first_as_they_were(self) -> None:
        few_, many = (
            [plan.chance for plan in plans(Scenario(protocol=Play(), seats=SEATS, episodes=n))]
            for n in (3, 9)
        )
        assert many[:3] == few_


class TestChecks:
    @pytest.mark.parametrize(
        ("seats", "sentence"),
        [
            ({"player_0": "random"}, "no agent: player_1"),
            ({**SEATS, "player_2": "random"}, "No agent can be given for player_2"),
            ({}, "no agent: player_0, player_1"),
        ],
    )
    def test_seats_and_agents_must_fit(self, seats: dict[str, str], sentence: str) -> None:
        with pytest.raises(UsageError, match=sentence):
            Scenario(protocol=Play(), seats=seats)

    def test_two_tasks_of_one_id_are_refused(self) -> None:
        with pytest.raises(UsageError, match="same id"):
            Scenario(protocol=Play(), seats=SEATS, tasks=(Task(text="a"), Task(text="b")))

    def test_no_tasks_and_no_episodes_are_refused(self) -> None:
        for settings in ({"tasks": ()}, {"episodes": 0}, {"episode": 3}):
            with pytest.raises(UsageError, match=next(iter(settings))):
                Scenario(protocol=Play(), seats=SEATS, **settings)
