"""People take seats in games, scenarios and protocols."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UnknownName, UsageError
from arena.designs.building import build
from arena.designs.scenario import Scenario
from arena.designs.taking_seats import with_people
from arena.seat.agent import Agent


def seats(name: str, *places: str, **how: Any) -> dict[str, str | Agent]:
    scenario = build(with_people(name, "ann=human", places, **how))
    assert isinstance(scenario, Scenario)
    return dict(scenario.seats)


def test_in_a_game_the_first_seat_is_the_persons_and_chance_plays_the_others() -> None:
    assert seats("kuhn") == {"player_0": "ann=human", "player_1": "random"}
    assert seats("repeated:kuhn?n=3")["player_0"] == "ann=human"


def test_in_a_scenario_its_own_agents_sit_in_the_other_seats() -> None:
    found = seats("debate", "judge")
    assert found["judge"] == "ann=human"
    assert found["debater_a"] == found["debater_b"] == "local?reproducible=false"
    assert seats("debate", "judge", against=["a=random", "b=random"])["debater_b"] == "b=random"


def test_the_seats_are_those_of_the_settings() -> None:
    found = seats("debate", "debater_c", against=["random"], settings={"protocol.debaters": 3})
    assert found["debater_c"] == "ann=human"


def test_a_game_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("from games.kuhn import KuhnPoker as Mine\n", encoding="utf-8")
    assert seats(f"{file}:Mine", "player_1")["player_1"] == "ann=human"


@pytest.mark.parametrize(("asked", "first", "times"), [(1, 1, 1), (5, 5, 1), (2000, 1, 2000)])
def test_each_episode_is_another_task_if_there_are_enough(asked: int, first: int, times: int) -> None:
    scenario = build(with_people("debate", "human", ("judge",), episodes=asked))
    assert (scenario.first, scenario.episodes) == (first, times)


def test_what_cannot_be_played_so_is_said() -> None:
    with pytest.raises(UsageError, match="kuhn has no seat 'judge'; its seats are player_0, player_1"):
        seats("kuhn", "judge")
    with pytest.raises(UsageError, match="1 other seat, player_1"):
        seats("kuhn", against=["random", "random"])
    with pytest.raises(UsageError, match="is a comparison, in which nobody takes a seat"):
        seats("overconfidence")
    with pytest.raises(UnknownName):
        seats("kun")
