"""What a run came to, read from its journal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.designs.tournament import Tournament
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.journal import StoredRun, recording
from arena.ratings import APPROXIMATE
from arena.results._summary import Summary, summarise
from arena.tasks.task import Task
from protocols import Play

AGENTS = ("ann", "bob")


async def summary(folder: Path, outcomes: Iterable[Outcome | float], kind: str = "tournament") -> Summary:
    """Return the summary of a run of two-episode matches that ended so; a number is what ann won."""
    made = Tournament(protocol=Play(), agents=AGENTS, format="round-robin?meetings=3")
    round_ = made.round(0, ())
    assert round_ is not None
    async with recording(folder, {"config": made.config() | {"kind": kind}}) as journal:
        for plan, outcome in zip(round_.plans, outcomes, strict=False):
            journal.begin(plan, {})
            if not isinstance(outcome, Outcome):
                outcome = Outcome.completed(
                    {seat: outcome if agent == "ann" else -outcome for seat, agent in plan.seats.items()}
                )
            journal.end(Played(plan, outcome, 2, 0.1))
    with StoredRun(folder) as run:
        return summarise(run)


FORFEIT = Outcome.forfeited("player_1", "illegal", {"player_0": 2.0, "player_1": -2.0})


async def test_returns_are_means_per_episode_with_a_result(tmp_path: Path) -> None:
    found = await summary(tmp_path, [2, 1, 2, 1, 2, 1])
    lines = {line.agent: line for line in found.agents}
    assert (lines["ann"].mean, lines["bob"].mean) == (1.5, -1.5)
    assert lines["ann"].episodes == lines["bob"].episodes == 6
    assert lines["ann"].low is not None


async def test_failures_are_in_no_mean_and_in_every_denominators_gap(tmp_path: Path) -> None:
    broken = Outcome.failed("broke", "player_0")
    found = await summary(tmp_path, [1, broken, 1, 1, Outcome.truncated("time"), 1])
    for line in found.agents:
        assert line.episodes == 4
        assert line.no_result == 2
    assert sum(line.broke for line in found.agents) == 1
    assert found.ended[Ending.FAILED] == 1
    assert found.ended[Ending.TRUNCATED] == 1
    assert [standing.no_result for standing in found.standings] == [2, 2]
    assert [standing.matches for standing in found.standings] == [1, 1]


async def test_who_was_paid_nothing_has_no_mean_rather_than_zero(tmp_path: Path) -> None:
    found = await summary(tmp_path, [Outcome.completed({})] * 6)
    assert [(line.mean, line.episodes) for line in found.agents] == [(None, 0), (None, 0)]
    assert all(standing.rating is None for standing in found.standings)


async def test_forfeits_are_results_and_counted_apart(tmp_path: Path) -> None:
    found = await summary(tmp_path, [FORFEIT, FORFEIT])
    assert [line.forfeits for line in found.agents] == [1, 1]
    assert [line.episodes for line in found.agents] == [2, 2]


async def test_two_who_forfeit_at_once_are_both_counted(tmp_path: Path) -> None:
    both = Outcome.forfeited(["player_0", "player_1"], "illegal", {"player_0": -1.0, "player_1": -1.0})
    found = await summary(tmp_path, [both, both])
    assert [line.forfeits for line in found.agents] == [2, 2]


async def test_half_a_match_has_no_standing_yet(tmp_path: Path) -> None:
    found = await summary(tmp_path, [1])
    assert found.standings == ()
    assert [line.episodes for line in found.agents] == [1, 1]


async def test_a_plain_scenario_has_no_standings(tmp_path: Path) -> None:
    found = await summary(tmp_path, [1, 1], kind="scenario")
    assert found.standings == ()
    assert found.warnings == ()


async def test_an_unbeaten_agent_is_warned_about(tmp_path: Path) -> None:
    found = await summary(tmp_path, [1, 1] * 3)
    assert any("won every match" in warning for warning in found.warnings)


async def large_tables(folder: Path, kind: str = "tournament") -> None:
    """Record one match of five, of whom two tied for the first place."""
    seats = {f"player_{place}": name for place, name in enumerate(("ann", "bob", "cat", "dan", "eve"))}
    won = dict(zip(seats, (2.0, 2.0, 1.0, 0.0, 0.0), strict=True))
    async with recording(folder, {"config": {"kind": kind, "players": list(seats)}}) as journal:
        plan = Plan(0, Task(id="table"), seats, 0, match=0)
        journal.begin(plan, {})
        journal.end(Played(plan, Outcome.completed(won), 5, 0.1))


async def test_tied_winners_of_a_large_table_are_rated_first(tmp_path: Path) -> None:
    await large_tables(tmp_path)
    with StoredRun(tmp_path) as run:
        found = summarise(run)
    assert [(one.player, one.rank) for one in found.standings[:3]] == [("ann", 1), ("bob", 1), ("cat", 3)]
    assert APPROXIMATE not in found.warnings


async def test_openskill_can_be_chosen_and_is_warned_about(tmp_path: Path) -> None:
    await large_tables(tmp_path)
    with StoredRun(tmp_path) as run:
        found = summarise(run, ratings="plackett-luce")
    assert found.standings[0].player == "cat"
    assert APPROXIMATE in found.warnings


async def test_no_rating_can_be_chosen_where_nobody_is_rated(tmp_path: Path) -> None:
    await large_tables(tmp_path, kind="scenario")
    with (
        StoredRun(tmp_path) as run,
        pytest.raises(UsageError, match="is not a tournament, so it has no ratings"),
    ):
        summarise(run, ratings="plackett-luce")


async def test_a_run_in_which_nothing_ended_is_empty(tmp_path: Path) -> None:
    found = await summary(tmp_path, [])
    assert found.agents == ()
    assert not any(found.ended.values())
