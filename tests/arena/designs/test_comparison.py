"""Comparisons: several conditions over the same tasks and chance, in one run."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from arena import Comparison, Condition, Ending, Scenario
from arena.core.errors import ConfigurationChanged, UsageError
from arena.episode.plan import Plan
from arena.journal import StoredRun
from arena.results._summary import summarise
from arena.running import run
from arena.running.running import Progress
from arena.tasks.task import Task
from protocols import Consultancy, Debate, Direct
from tests.protocols.asking import TASK
from tests.shared.agents import Erratic

TASKS = [TASK, TASK.model_copy(update={"id": "again"})]
SEATS = {"consultant": "random", "debater_a": "random", "debater_b": "noisy:random", "judge": "random"}
CONDITIONS: dict[str, Any] = {
    "direct": Direct(),
    "consultancy": Consultancy(rounds=1),
    "debate": Debate(rounds=1),
    "self-play": Condition(protocol=Debate(rounds=1), self_play=True),
}


def comparison(**settings: Any) -> Comparison:
    given = {"conditions": CONDITIONS, "seats": SEATS, "tasks": TASKS, "seed": 3}
    return Comparison(**(given | settings))


def plans(made: Comparison) -> list[Plan]:
    round_ = made.round(0, ())
    assert round_ is not None
    found = list(round_.plans)
    assert len(found) == round_.size
    assert made.round(1, ()) is None
    return found


class TestPlans:
    def test_every_condition_has_the_same_tasks_and_chance(self) -> None:
        by_condition: dict[str, list[tuple[str, int]]] = {}
        for plan in plans(comparison(episodes=2)):
            by_condition.setdefault(plan.condition, []).append((plan.task.id, plan.chance))
        assert list(by_condition) == list(CONDITIONS)
        first, *others = by_condition.values()
        assert len(set(first)) == 4
        assert all(other == first for other in others)

    def test_the_chance_is_that_of_the_condition_by_itself(self) -> None:
        """So what was found in a comparison is found again in a scenario of its own."""
        alone = Scenario(protocol=Direct(), seats={"judge": "random"}, tasks=TASKS, seed=3)
        round_ = alone.round(0, ())
        assert round_ is not None
        compared = [plan for plan in plans(comparison()) if plan.condition == "direct"]
        assert [plan.chance for plan in round_.plans] == [plan.chance for plan in compared]

    def test_the_conditions_of_a_deal_are_one_match(self) -> None:
        for _, match in groupby(plans(comparison()), key=lambda plan: plan.match):
            found = list(match)
            assert {plan.condition for plan in found} == set(CONDITIONS)
            assert {plan.match_size for plan in found} == {4}

    def test_numbers_count_on(self) -> None:
        assert [plan.number for plan in plans(comparison())] == list(range(8))

    def test_seats_are_swapped_where_that_makes_a_difference(self) -> None:
        found = Counter(plan.condition for plan in plans(comparison(swap=True)))
        assert found == {"direct": 2, "consultancy": 2, "debate": 4, "self-play": 2}

    def test_in_self_play_the_first_players_agent_takes_all_their_seats(self) -> None:
        seats = next(plan.seats for plan in plans(comparison()) if plan.condition == "self-play")
        assert seats == {"debater_a": "random", "debater_b": "random", "judge": "random"}

    def test_a_condition_may_have_agents_of_its_own(self) -> None:
        own = {"debate": Condition(protocol=Debate(), seats={"judge": "slow:random"})}
        made = comparison(conditions={**CONDITIONS, **own})
        judges = {plan.condition: plan.seats["judge"] for plan in plans(made)}
        assert judges["debate"] == "slow:random"
        assert judges["direct"] == "random"
        assert set(made.cast()) == {"random", "noisy:random", "slow:random"}

    def test_players_are_those_who_compete_wherever_they_sit(self) -> None:
        assert comparison().players == ("consultant", "debater_a", "debater_b")


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"seats": {"judge": "random"}}, "no agent under consultancy: consultant"),
            ({"seats": {**SEATS, "umpire": "random"}}, "given for umpire; the seats"),
            ({"conditions": {"": Direct()}}, "A condition has no name"),
            ({"conditions": {}}, "a table of at least 1"),
            ({"first": 3}, "has 2 tasks, so the first 3"),
        ],
    )
    def test_what_does_not_fit_is_told(self, settings: dict[str, Any], said: str) -> None:
        with pytest.raises(UsageError, match=said):
            comparison(**settings)

    def test_a_seat_that_the_condition_lacks(self) -> None:
        one = Condition(protocol=Direct(), seats={"consultant": "random"})
        with pytest.raises(UsageError, match="given for consultant under direct"):
            comparison(conditions={**CONDITIONS, "direct": one})


class TestRuns:
    async def test_an_episode_belongs_to_its_condition(self, tmp_path: Path) -> None:
        result = await run(comparison(), tmp_path / "run")
        assert result.ended[Ending.COMPLETED] == 8
        with StoredRun(result.folder) as stored:
            for episode in stored.episodes():
                protocol = CONDITIONS[episode.plan.condition]
                seats = getattr(protocol, "protocol", protocol).seats
                assert tuple(episode.briefs) == seats
            summary = summarise(stored)
        assert summary.conditions == {name: {Ending.COMPLETED: 2} for name in CONDITIONS}
        lines = [(line.condition, line.agent, line.episodes) for line in summary.agents]
        assert lines == [
            ("consultancy", "random", 2),
            ("debate", "noisy:random", 2),
            ("debate", "random", 2),
            ("self-play", "random", 4),
        ]

    async def test_stopped_and_resumed_it_asks_nothing_again(self, tmp_path: Path) -> None:
        whole, agent = Erratic(trouble=0), Erratic(trouble=0)
        seats = dict.fromkeys(SEATS, whole)
        await run(comparison(seats=seats), tmp_path / "whole")
        made, progress = comparison(seats=dict.fromkeys(SEATS, agent)), Progress()
        progress.drain()
        await run(made, tmp_path / "run", progress=progress)
        await run(made, tmp_path / "run", resume=True)
        await run(made, tmp_path / "run", resume=True)
        assert agent.asked == whole.asked
        with StoredRun(tmp_path / "whole") as one, StoredRun(tmp_path / "run") as other:
            assert [e.steps for e in one.episodes()] == [e.steps for e in other.episodes()]

    @pytest.mark.parametrize(
        "conditions",
        [
            {**CONDITIONS, "direct": Direct(swap_verdict=False)},
            {name: CONDITIONS[name] for name in ("direct", "consultancy", "self-play", "debate")},
            {name: CONDITIONS[name] for name in ("direct", "debate", "self-play")},
        ],
        ids=["another setting", "another order", "one less"],
    )
    async def test_is_not_resumed_under_other_conditions(
        self, tmp_path: Path, conditions: dict[str, Any]
    ) -> None:
        seats = {
            seat: agent
            for seat, agent in SEATS.items()
            if "consultancy" in conditions or seat != "consultant"
        }
        await run(comparison(), tmp_path / "run")
        with pytest.raises(ConfigurationChanged):
            await run(comparison(conditions=conditions, seats=seats), tmp_path / "run", resume=True)


def test_tasks_after_the_first_are_not_played() -> None:
    tasks = [Task(id=str(number)) for number in range(5)]
    made = comparison(tasks=tasks, first=2)
    assert {plan.task.id for plan in plans(made)} == {"0", "1"}
    assert made.config() == comparison(tasks=tasks[:2]).config()
