"""An agent whose model is dead is replaced in the matches that have not begun, and both are players."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.designs.coaching import Coaching
from arena.designs.league import League
from arena.designs.scenario import AnyScenario, Scenario
from arena.designs.tournament import Tournament
from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.journal import StoredRun
from arena.results import summarise
from arena.running._replacing import check_replacements
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.spending.limits import Limits
from arena.steering import ActKind, RunAct, SettingsSince, StoredAct
from protocols import Debate, Play
from tests.arena.steering.test_steering import Slow, done, playing


def tournament(slow: Agent, **more: Any) -> AnyScenario:
    agents = [slow, "a=random", "b=kuhn-nash"]
    return Tournament(protocol=Play(game="kuhn"), agents=agents, episodes=20, **more)


def league(slow: Agent) -> AnyScenario:
    return League(games=["kuhn", "leduc"], agents=[slow, "a=random", "b=random"], episodes=10)


def plans(folder: Path) -> dict[int, list[Plan]]:
    with StoredRun(folder) as stored:
        found = [one.plan for one in stored.finished()]
    return {match: list(group) for match, group in groupby(found, key=lambda plan: plan.match)}


def players_of(folder: Path) -> list[set[str]]:
    """Return who met in each match. In no match does anybody play for somebody else from some episode on."""
    for group in plans(folder).values():
        assert len({(frozenset(plan.seats.values()), plan.act) for plan in group}) == 1
        assert len(group) == group[0].match_size
    return [set(group[0].seats.values()) for group in plans(folder).values()]


@pytest.mark.parametrize("made", [tournament, league])
async def test_who_began_a_match_plays_it_to_its_end(
    made: Callable[[Agent], AnyScenario], tmp_path: Path
) -> None:
    agent, folder = Slow(0.002), tmp_path / "run"
    async with playing(made(agent), folder, 2) as (task, _):
        assert await done(folder, "change", replace={"slow": "new=random"}) == ""
        await task
    met = players_of(folder)
    assert {"slow", "a"} in met
    assert {"new", "b"} in met
    assert not any({"slow", "new"} <= players for players in met)
    with StoredRun(folder) as stored:
        summary = summarise(stored)
        table = {one.player: one.matches for one in summary.standings}
        assert stored.header()["agents"]["new"]["address"] == "random"
        assert not stored.leave_out_damaged().sentences
    assert summary.changes == (
        "new plays in the place of slow in what began after ann asked for it; both are counted apart.",
    )
    assert table == {name: sum(name in players for players in met) for name in ("slow", "new", "a", "b")}


@pytest.mark.parametrize("made", [tournament, league])
async def test_a_match_keeps_its_players_when_the_run_goes_on(
    made: Callable[[Agent], AnyScenario], tmp_path: Path
) -> None:
    agent, folder = Slow(0.002), tmp_path / "run"
    async with playing(made(agent), folder, 2) as (task, _):
        await done(folder, "stop")
        await task
    act = RunAct(kind=ActKind.RESUME, replace={"slow": "new=random"}, limits=Limits(turns=50))
    async with playing(made(agent), folder, 2, resume=True, act=act) as (task, progress):
        progress.drain()
        await task
    result = await run(made(agent), folder, resume=True)
    assert set(result.ended.values()) == {0, sum(map(len, plans(folder).values()))}
    assert {"slow", "a"} in players_of(folder)
    assert {"new", "b"} in players_of(folder)
    assert max(agent.asked.values()) == 1


class Dead(Agent):
    """Answers nothing."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def reply(self, request: Request) -> Reply:
        raise RuntimeError("it is dead")


async def test_matches_in_which_nobody_answered_are_played_by_the_new_agents(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "run"
    played = Tournament(protocol=Play(game="kuhn"), agents=[Dead("a"), Dead("b")], episodes=4)
    result = await run(played, folder)
    assert result.ended[Ending.FAILED] == 8
    act = RunAct(kind=ActKind.RESUME, replace={"a": "c=random", "b": "d=random"})
    again = await run(played, folder, resume=True, retry_failed=True, act=act)
    assert again.ended[Ending.COMPLETED] == 8
    assert players_of(folder) == [{"c", "d"}]


def swiss(slow: Agent) -> AnyScenario:
    agents = [slow, "a=random", "b=random", "c=random"]
    return Tournament(protocol=Play(game="kuhn"), agents=agents, format="swiss?rounds=2", episodes=10)


def coaching(slow: Agent) -> AnyScenario:
    seats = {"player_0": slow, "player_1": "random", "critic": "random"}
    return Coaching(protocol=Play(game="kuhn"), improving="player_0", seats=seats, games=4, episodes=10)


@pytest.mark.parametrize(
    ("made", "replace", "why"),
    [
        (swiss, {"slow": "new=random"}, "because who meets there depends on the results of each agent; stop"),
        (coaching, {"slow": "new=random"}, "because its later games go on from what the agent has learnt"),
        (tournament, {"slow": "a=random"}, "a plays here already, and one agent cannot play for two"),
        (tournament, {"slow": "x=random", "a": "x=random"}, "x plays here already"),
        (tournament, {"slwo": "x=random"}, "Did you mean slow"),
    ],
)
async def test_what_cannot_be_is_refused_and_the_run_goes_on(
    made: Callable[[Agent], AnyScenario], replace: dict[str, str], why: str, tmp_path: Path
) -> None:
    async with playing(made(Slow()), tmp_path / "run") as (task, _):
        assert why in await done(tmp_path / "run", "change", replace=replace)
        await done(tmp_path / "run", "stop")
        await task


def test_an_agent_that_is_replaced_already_is_not_replaced_again_but_the_one_in_its_place_is() -> None:
    begun = Scenario(protocol=Play(game="kuhn"), seats={"player_0": "a=random", "player_1": "b=random"})
    first = SettingsSince(0, Limits())
    now = first.after(StoredAct(1, 0.0, "", RunAct(kind=ActKind.CHANGE, replace={"a": "c=random"})))
    with pytest.raises(UsageError, match=r"c plays in the place of a already.* --replace c=d=random"):
        check_replacements(begun, now, RunAct(kind=ActKind.CHANGE, replace={"a": "d=random"}))
    check_replacements(begun, now, RunAct(kind=ActKind.CHANGE, replace={"c": "d=random"}))


async def test_an_agent_is_not_added_by_the_name_of_one_that_replaces_another(tmp_path: Path) -> None:
    folder, begun = tmp_path / "run", Tournament(protocol=Play(), agents=["a=random", "b=random"])
    await run(begun, folder)
    act = RunAct(kind=ActKind.RESUME, replace={"a": "new=random"})
    await run(begun, folder, resume=True, act=act)
    with pytest.raises(UsageError, match="new plays here already, in the place of another agent"):
        await run(begun.adding(["new=random"]), folder, resume=True, before=begun)


def test_settings_are_folded_by_the_names_of_the_beginning() -> None:
    first = SettingsSince(0, Limits())
    one = first.after(StoredAct(1, 0.0, "", RunAct(kind=ActKind.CHANGE, replace={"a": "b=random"})))
    two = one.after(StoredAct(2, 0.0, "", RunAct(kind=ActKind.CHANGE, replace={"b": "c=random"})))
    assert two.seats({"x": "a", "y": "d"}) == {"x": "c", "y": "d"}


@pytest.mark.parametrize("swap", [False, True])
async def test_both_orders_of_a_debate_are_played_by_the_same_agents(swap: bool, tmp_path: Path) -> None:
    agent = Slow(0.002)
    seats = {"debater_a": agent, "debater_b": "random", "judge": "random"}
    debate = Scenario(protocol=Debate(rounds=1), seats=seats, episodes=20, swap=swap, tasks=_TASKS)
    async with playing(debate, tmp_path / "run", 1) as (task, _):
        await done(tmp_path / "run", "change", replace={"slow": "new=random"})
        await task
    assert {frozenset(one) for one in players_of(tmp_path / "run")} == {
        frozenset({"slow", "random"}),
        frozenset({"new", "random"}),
    }


_TASKS = [{"text": "Who took the key?", "data": {"answers": ["the cook", "the cat"]}, "truth": "the cat"}]
