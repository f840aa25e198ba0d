"""The levels of number guessing name the numbers of EgoSocialArena's README and figures."""

from __future__ import annotations

import re

import pytest

from agents.level_k import LevelK
from agents.random import Random
from arena.core.errors import NoAnswer
from arena.seat.agent import Agent
from protocols import Play
from tests.shared.agents import Scripted
from tests.shared.playing import play


async def named(level: int, own: list[int], query: str = "", most: int = 100) -> list[int]:
    """What a level names as player_0 against a player who names its own numbers."""
    game = f"number-guessing?rounds={len(own)}&highest={most}{query}"
    other = Scripted(*(f"Move: {number}" for number in own))
    agents: dict[str, Agent] = {"player_0": LevelK(level=level), "player_1": other}
    played = await play(Play(game=game), agents)
    told = " ".join(event.text for event in played.episode.view("player_1"))
    return [int(number) for number in re.findall(r"player_0 names (\d+)", told)]


async def test_level_1_always_names_50() -> None:
    assert await named(1, [65, 45, 35, 25, 20, 50, 50, 50, 50, 50]) == [50] * 10


async def test_level_2_goes_down_by_5_and_stops_at_1() -> None:
    assert await named(2, [50] * 10) == [50, 45, 40, 35, 30, 25, 20, 15, 10, 5]
    assert (await named(2, [50] * 12))[-2:] == [1, 1]


async def test_level_3_names_the_last_target_rounded_down() -> None:
    assert await named(3, [40, 40, 32, 26, 20]) == [50, 36, 30, 24, 20]


async def test_level_0_names_any_number_and_the_same_one_for_the_same_seed() -> None:
    first = await named(0, [50] * 10)
    assert first == await named(0, [50] * 10)
    assert len(set(first)) > 5
    assert all(1 <= number <= 100 for number in first)


async def test_a_number_that_the_game_lacks_is_the_highest() -> None:
    assert await named(1, [3, 3], most=9) == [9, 9]


async def test_another_game_is_refused() -> None:
    with pytest.raises(NoAnswer, match="level-k plays only number-guessing, not kuhn"):
        await play(Play(), {"player_0": LevelK(), "player_1": Random()})
