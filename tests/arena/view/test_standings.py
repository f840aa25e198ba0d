"""Standings on a run's page: of how many matches or episodes they are, and how many have a result."""

from __future__ import annotations

from arena.ratings import Result, standings
from arena.results import AgentLine, Summary
from arena.view._standings import standings_of


def test_ratings_count_the_matches_without_a_result() -> None:
    won = Result(("ann", "bob"), (1.0, 0.0))
    lines = standings([won, won, Result(("ann", "bob"), None)], samples=20)
    (shown,) = standings_of(Summary({}, (), tuple(lines)))
    assert [(line.agent, line.n) for line in shown.lines] == [("ann", "2 of 3"), ("bob", "2 of 3")]


def test_mean_returns_count_the_episodes_without_a_result() -> None:
    (shown,) = standings_of(Summary({}, (AgentLine("ann", 23, 0.5, 0.3, 0.7, 0, 7, 0),)))
    assert [(line.agent, line.n) for line in shown.lines] == [("ann", "23 of 30")]
