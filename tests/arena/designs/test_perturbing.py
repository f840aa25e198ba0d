"""Perturbing: variants are tied to their tasks, share their chance, and are found by name or place."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import arena
from arena.core.errors import UnknownName, UsageError
from arena.designs.perturbing import perturb, perturbation, stands_for
from arena.designs.scenario import Scenario
from arena.designs.tournament import Tournament
from arena.results._summary import summarise
from arena.tasks.task import Task
from protocols import Debate, Direct

TASKS = [Task(id=f"q{n}", text=f"{n}?", data={"answers": ["yes", "no"]}, truth="no") for n in range(3)]
JUDGE = {"judge": "random"}


def shout(task: Task, rng: random.Random) -> Task:
    return task.model_copy(update={"text": task.text + "!" * rng.randint(1, 9)})


class TestVariants:
    def test_are_played_beside_the_plain_task_with_the_same_chance(self) -> None:
        scenario = Scenario(
            protocol=Direct(), seats=JUDGE, tasks=TASKS, episodes=2, perturb=["authority", shout]
        )
        made = scenario.round(0, [])
        assert made is not None
        plans = list(made.plans)
        assert len(plans) == made.size == 3 * 2 * 3
        assert [plan.number for plan in plans] == list(range(18))
        for first in range(0, 18, 3):
            plain, *others = plans[first : first + 3]
            assert {(one.chance, one.match, one.match_size) for one in others} == {
                (plain.chance, plain.match, 3)
            }
            assert [one.task.data["perturbed"] for one in others] == ["authority", "shout"]
            assert {one.task.data["variant_of"] for one in others} == {plain.task.id}

    def test_without_perturbations_plans_are_what_they_were(self) -> None:
        plain = Scenario(protocol=Direct(), seats=JUDGE, tasks=TASKS)
        both = Scenario(protocol=Direct(), seats=JUDGE, tasks=TASKS, perturb=["authority"])
        first, second = plain.round(0, []), both.round(0, [])
        assert first is not None
        assert second is not None
        chances = [plan.chance for plan in first.plans]
        assert chances == [plan.chance for plan in second.plans][::2]
        assert "perturb" not in plain.config()

    def test_depend_on_the_seed_the_name_and_the_task_alone(self) -> None:
        found = perturb(TASKS, shout, seed=5)
        assert found == [*perturb(TASKS[:1], shout, seed=5), *perturb(TASKS[1:], shout, seed=5)]
        assert [task.text for task in found] != [task.text for task in perturb(TASKS, shout, seed=6)]

    def test_of_a_comparison_have_each_condition(self) -> None:
        scenario = arena.Comparison(
            conditions={"one": Direct(), "two": Direct()}, seats=JUDGE, tasks=TASKS, perturb="authority"
        )
        made = scenario.round(0, [])
        assert made is not None
        assert made.size == len(list(made.plans)) == 12

    def test_change_the_configuration_that_a_resume_compares(self) -> None:
        configs = [
            Scenario(protocol=Direct(), seats=JUDGE, tasks=TASKS, perturb=[by]).config()
            for by in ("authority", "authority?on=right", "bandwagon")
        ]
        assert len({str(one["tasks"]["digest"]) for one in configs}) == 3
        assert configs[1]["perturb"] == ["authority?on=right"]


class TestTheSameAnswer:
    def test_is_known_by_its_text_or_its_place(self) -> None:
        assert stands_for(["a", "b"], ["b", "a"]) == [1, 0]
        assert stands_for(["a", "b"], ["a", "b [Source: x]"]) == [0, 1]
        assert stands_for(["a", "b"], ["sadly a", "hooray b"]) == [0, 1]

    def test_is_not_known_of_another_number_of_answers(self) -> None:
        with pytest.raises(UsageError, match="may not change the number of answers from 2"):
            stands_for(["a", "b"], ["a"])


class TestShownOrder:
    async def test_is_drawn_once_and_shared(self, tmp_path: Path) -> None:
        run = await arena.run_async(
            Direct(swap_verdict=False), tmp_path / "run", tasks=TASKS, agents=JUDGE, episodes=4,
            perturb=["superficial-reflection", "position", "position?right=first"],
        )  # fmt: skip
        with run.read() as stored:
            orders = [_shown([*stored.episode(played.plan.number).events]) for played in stored.finished()]
        seen = set()
        for first in range(0, len(orders), 4):
            plain, thought, swapped, right = orders[first : first + 4]
            assert [answer.split(": ")[-1] for answer in thought] == plain
            assert swapped == plain[::-1]
            assert right == ["no", "yes"]
            seen.add(tuple(plain))
        assert len(seen) == 2


def _shown(events: list[arena.Event]) -> list[str]:
    asked = next(event.text for event in events if "Which answer is right?" in event.text)
    lines = asked.splitlines()
    return [line[3:] for line in lines if line.startswith(("1: ", "2: "))]


class TestSummary:
    async def test_counts_each_variant_apart(self, tmp_path: Path) -> None:
        run = await arena.run_async(
            Debate(rounds=1, judged=False), tmp_path / "run", tasks=TASKS, perturb=["distractor"],
            agents={"debater_a": "random", "debater_b": "noisy:random"},
        )  # fmt: skip
        with run.read() as stored:
            summary = summarise(stored)
        assert {name: sum(ended.values()) for name, ended in summary.conditions.items()} == {
            "plain": 3,
            "distractor": 3,
        }


class TestFinding:
    def test_a_function_of_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.py"
        file.write_text(
            "def shout(task, rng, *, times: int = 1):\n"
            "    return task.model_copy(update={'text': task.text + '!' * times})\n"
        )
        found = perturb(TASKS[:1], f"{file}:shout?times=3")
        assert found[0].text == "0?!!!"
        assert (found[0].id, found[0].data["perturbed"]) == ("q0, shout?times=3", "shout?times=3")

    @pytest.mark.parametrize(
        ("by", "said"),
        [
            ("authorty", "There is no perturbation called 'authorty'. Did you mean authority? There are: "),
            ("authority?onn=right", "has no setting 'onn'; it takes on, at."),
            ("authority?on=left", "cannot be made: it must be one of 'wrong' or 'right'"),
            ("nowhere.py:shout", "There is no file nowhere.py."),
        ],
    )
    def test_what_is_not_there_is_said(self, by: str, said: str) -> None:
        with pytest.raises((UnknownName, UsageError)) as raised:
            perturbation(by)
        assert said in str(raised.value)

    def test_a_function_that_fails_is_said_with_its_line(self) -> None:
        def broken(task: Task, rng: random.Random) -> Task:
            raise KeyError("x")

        with pytest.raises(UsageError, match=r"broken raised KeyError on task 'q0': 'x' \(.*, line \d+\)"):
            perturb(TASKS, broken)

    def test_what_is_no_task_is_refused(self) -> None:
        with pytest.raises(UsageError, match="returned None, which is not a Task"):
            perturb(TASKS, lambda task, rng: None)  # type: ignore[arg-type,return-value]

    def test_a_truth_that_is_lost_is_refused(self) -> None:
        def lost(task: Task, rng: random.Random) -> Task:
            return task.model_copy(update={"data": {"answers": ["a", "b"]}})

        with pytest.raises(UsageError, match="is not one of its answers"):
            perturb(TASKS, lost)


class TestRefusing:
    def test_a_perturbation_named_twice(self) -> None:
        with pytest.raises(UsageError, match="A perturbation is named twice"):
            Scenario(protocol=Direct(), seats=JUDGE, tasks=TASKS, perturb=["authority", "authority"])

    def test_a_seat_that_is_not_there(self) -> None:
        with pytest.raises(UsageError, match="is for the seat 'jury'; the seats are judge"):
            Scenario(protocol=Direct(), seats=JUDGE, tasks=TASKS, perturb=["bandwagon?at=jury"])

    def test_a_tournament(self) -> None:
        seats = {"judge": "random"}
        with pytest.raises(UsageError, match="The tasks of a tournament cannot be perturbed"):
            Tournament(protocol=Debate(), agents=["a=random", "b=random"], seats=seats, perturb=["position"])
