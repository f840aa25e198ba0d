"""What a run came to: pure readings of its finished episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import Any

from arena.journal import Run
from arena.outcome import Ending
from arena.plan import Played
from arena.ratings import Standing, cluster_interval, standings, warnings
from arena.tournament import match_results


@dataclass(frozen=True, slots=True)
class AgentLine:
    """How one agent did over a run's episodes.

    `mean` is its mean return per episode with a result, `low` to `high` the 95 % bootstrap interval clustered
    by match (None with fewer than two matches); `episodes` is the denominator. `forfeits` are among those;
    episodes in which it sat that were truncated or failed are in `no_result`, and `broke` counts the failed
    ones in which it was the seat that failed to answer.
    """

    agent: str
    episodes: int
    mean: float | None
    low: float | None
    high: float | None
    forfeits: int
    no_result: int
    broke: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A run's episodes by ending, its agents' lines and, of a tournament, the standings and warnings."""

    ended: dict[Ending, int]
    agents: tuple[AgentLine, ...]
    standings: tuple[Standing, ...] = ()
    warnings: tuple[str, ...] = ()


def summarise(run: Run) -> Summary:
    """Return what a run came to so far."""
    config = run.header()["config"]
    players: Sequence[str] = config["players"]
    lines = _agent_lines(run, players)
    if config["kind"] != "tournament":
        return Summary(run.counts(), lines)
    results = [result for _, result in match_results(run.finished(), players)]
    return Summary(run.counts(), lines, tuple(standings(results)), tuple(warnings(results)))


def _agent_lines(run: Run, players: Sequence[str]) -> tuple[AgentLine, ...]:
    returns: dict[str, list[list[float]]] = {}
    forfeits: Counter[str] = Counter()
    no_result: Counter[str] = Counter()
    broke: Counter[str] = Counter()
    for _, match in groupby(run.finished(), key=lambda played: played.plan.match):
        cluster: dict[str, list[float]] = {}
        for played in match:
            _count(played, players, cluster, forfeits, no_result, broke)
        for agent, values in cluster.items():
            returns.setdefault(agent, []).append(values)
    return tuple(
        _line(agent, [values for values in returns[agent] if values], forfeits, no_result, broke)
        for agent in sorted(returns)
    )


def _count(
    played: Played,
    players: Sequence[str],
    cluster: dict[str, list[float]],
    forfeits: Counter[str],
    no_result: Counter[str],
    broke: Counter[str],
) -> None:
    outcome, seats = played.outcome, played.plan.seats
    for seat in players:
        values = cluster.setdefault(seats[seat], [])
        if outcome.is_result:
            values.append(outcome.returns.get(seat, 0.0))
    if not outcome.is_result:
        no_result.update({seats[seat] for seat in players})
    blamed = forfeits if outcome.ending is Ending.FORFEITED else broke
    blamed.update({seats[seat] for seat in outcome.offenders})


def _line(
    agent: str,
    clusters: Sequence[Sequence[float]],
    forfeits: Counter[str],
    no_result: Counter[str],
    broke: Counter[str],
) -> AgentLine:
    values = [value for cluster in clusters for value in cluster]
    low, high = cluster_interval(clusters) if len(clusters) > 1 else (None, None)
    mean = fmean(values) if values else None
    counts: dict[str, Any] = {
        "forfeits": forfeits[agent],
        "no_result": no_result[agent],
        "broke": broke[agent],
    }
    return AgentLine(agent, len(values), mean, low, high, **counts)
