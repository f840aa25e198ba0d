"""Whatever is asked of a run, and wherever it breaks off, it ends as if nobody had asked."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.designs.tournament import Tournament
from arena.episode.outcome import Ending
from arena.journal import StoredRun, add_act
from arena.running.running import run
from arena.spending.limits import Caps
from arena.steering import ActKind, RunAct, acts, check_may_be_asked
from protocols import Play
from tests.arena.steering.test_playing_again import Broken
from tests.arena.steering.test_replacing import players_of
from tests.arena.steering.test_steering import games, playing
from tests.properties.test_determinism import exported

CHOICES = (
    RunAct(kind=ActKind.PAUSE),
    RunAct(kind=ActKind.RESUME),
    RunAct(kind=ActKind.STOP, seconds=0),
    RunAct(kind=ActKind.CHANGE, concurrency=1),
    RunAct(kind=ActKind.CHANGE, concurrency=9),
    RunAct(kind=ActKind.CHANGE, caps=Caps(calls=1000)),
    RunAct(kind=ActKind.CHANGE, retry_failed=True),
)


def ask(folder: Path, act: RunAct) -> None:
    with suppress(UsageError):
        check_may_be_asked(folder, act)
        add_act(folder, "ann", act.kind, act.record(), to_player=True)


async def broken_off(
    made: Any, folder: Path, rng: random.Random, choices: tuple[RunAct, ...], *, resume: bool
) -> None:
    """Play the run, ask things of it, and let it end without a word."""
    async with playing(made, folder, resume=resume, ended=0) as (_, progress):
        await progress.begun.wait()
        for _ in range(rng.randint(1, 6)):
            await asyncio.sleep(rng.choice([0, 0.01, 0.05]))
            await asyncio.to_thread(ask, folder, rng.choice(choices))
        await asyncio.sleep(rng.uniform(0, 0.05))


def check_answers(folder: Path) -> None:
    with StoredRun(folder) as stored:
        asked = acts(stored)
        answers = Counter(one.act for one in stored.states() if one.act is not None)
        assert not stored.leave_out_damaged().sentences
    assert asked
    assert answers == {one.number: 1 for one in asked}


def seeds(*others: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "seed", [0, *(pytest.param(one, marks=pytest.mark.slow) for one in others)]
    )


@seeds(1, 2, 3)
async def test_a_run_that_is_steered_at_random(seed: int, tmp_path: Path) -> None:
    await run(games(Broken(breaks=False), 20), tmp_path / "whole")
    folder, agent, rng = tmp_path / "run", Broken(), random.Random(seed)
    for part in range(3):
        await broken_off(games(agent, 20), folder, rng, CHOICES, resume=part > 0)
    agent.breaks = False
    result = await run(games(agent, 20), folder, resume=True, retry_failed=True)
    assert result.ended[Ending.COMPLETED] == 20
    assert exported(folder) == exported(tmp_path / "whole")
    check_answers(folder)


@seeds(1, 2, 3)
async def test_in_a_tournament_the_same_agents_meet_in_all_episodes_of_a_match(
    seed: int, tmp_path: Path
) -> None:
    folder, agent, rng = tmp_path / "run", Broken(), random.Random(seed)
    agents = [agent, "a=random", "b=random"]
    made = Tournament(protocol=Play(game="kuhn", hands=3), agents=agents, format="round-robin?meetings=10")
    replaced = [{"broken": "c=random"}, {"a": "d=random"}, {"c": "e=random"}]
    more = tuple(RunAct(kind=ActKind.CHANGE, replace=one) for one in replaced)
    for part in range(3):
        await broken_off(made, folder, rng, (*CHOICES, *more, more[0]), resume=part > 0)
    agent.breaks = False
    result = await run(made, folder, resume=True, retry_failed=True)
    assert result.ended[Ending.COMPLETED] == 60
    assert len(players_of(folder)) == 30
    check_answers(folder)
