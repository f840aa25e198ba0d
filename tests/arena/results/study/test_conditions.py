"""What runs are called when they are compared."""

from __future__ import annotations

from typing import Any

from arena.designs.scenario import Scenario
from arena.results.study import conditions
from arena.tasks.task import Task
from protocols import Beliefs, Consultancy, Debate


def config(protocol: Any = None, *, judge: str = "random", **options: Any) -> dict[str, Any]:
    protocol = protocol or Debate()
    seats = dict.fromkeys(protocol.seats, "random") | {"judge": judge}
    return Scenario(protocol=protocol, seats=seats, **options).config()


def named(*configs: dict[str, Any]) -> list[str]:
    return conditions([(f"run {number}", each) for number, each in enumerate(configs)])


class TestConditions:
    def test_one_run_is_called_by_its_protocol(self) -> None:
        assert named(config()) == ["debate"]

    def test_protocols_differ_by_name_alone(self) -> None:
        assert named(config(), config(Consultancy())) == ["debate", "consultancy"]

    def test_settings_that_differ_are_named_and_no_others(self) -> None:
        red = config(Debate(beliefs=Beliefs(red_team=True), rounds=2))
        assert named(config(Debate(rounds=2)), red) == [
            "debate (beliefs.red_team=false)",
            "debate (beliefs.red_team=true)",
        ]

    def test_agents_that_differ_are_named_by_seat(self) -> None:
        assert named(config(), config(judge="local")) == ["debate (judge=random)", "debate (judge=local)"]

    def test_seeds_and_repetitions_make_no_condition(self) -> None:
        assert named(config(seed=1), config(seed=2, episodes=9)) == ["debate", "debate"]

    def test_other_tasks_are_told_apart_by_the_runs_names(self) -> None:
        """Figures of different tasks must not be pooled in silence."""
        assert named(config(), config(tasks=[Task(id="other")])) == ["debate [run 0]", "debate [run 1]"]
