"""The summary of a run, computed from its finished episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from statistics import fmean
from typing import Any

from arena.core.errors import UsageError
from arena.designs.tournament import match_results
from arena.episode.outcome import Ending
from arena.episode.plan import Played
from arena.journal import StoredRun
from arena.ratings import APPROXIMATE, BRADLEY_TERRY, Standing, cluster_interval, standings, warnings
from arena.registry import agent_name
from arena.results._boards import LEAGUE, Board, league_boards, results_by_game
from arena.steering import acts


@dataclass(frozen=True, slots=True)
class AgentLine:
    """The results of one agent in a run, or under one condition if the run compares several.

    Attributes:
        agent: the name of the agent.
        episodes: the number of its episodes with a result, once for each of its seats.
        mean: the mean return over these. None if there are none.
        low: the lower end of the 95 % bootstrap interval, clustered by match. None with fewer than two
            matches.
        high: the upper end of the same interval.
        forfeits: the number of episodes that the agent forfeited. They are among `episodes`.
        no_result: the number of its episodes that were truncated or failed.
        broke: the number of failed episodes in which the agent failed to answer.
        condition: the name of the condition. Empty if the run has only one.
    """

    agent: str
    episodes: int
    mean: float | None
    low: float | None
    high: float | None
    forfeits: int
    no_result: int
    broke: int
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary of a run.

    Attributes:
        ended: the number of episodes by ending.
        agents: the results of each agent.
        standings: the standings of a tournament. Empty for other runs.
        warnings: sentences that a reader of the standings should know.
        conditions: the number of episodes by condition and ending, if the run compares several conditions.
        changes: sentences about models that changed version during the run, requests that were changed to
            suit servers, and replies that were mended.
        boards: the standings over all games of a league, and then of each. Empty for other runs.
    """

    ended: dict[Ending, int]
    agents: tuple[AgentLine, ...]
    standings: tuple[Standing, ...] = ()
    warnings: tuple[str, ...] = ()
    conditions: dict[str, dict[Ending, int]] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    boards: tuple[Board, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the summary as JSON-able values by name."""
        found = {name: value for name, value in asdict(self).items() if name != "boards"}
        return found | ({"boards": [board.record() for board in self.boards]} if self.boards else {})


def summarise(run: StoredRun, *, ratings: str = BRADLEY_TERRY) -> Summary:
    """Return the summary of a run so far.

    Args:
        run: the run.
        ratings: the model of a tournament's ratings, ``bradley-terry`` or ``plackett-luce``.

    Raises:
        UsageError: if there is no such model, or if a model is chosen for a run that is not a tournament.
    """
    config = run.header()["config"]
    players: Sequence[str] = config["players"]
    tallies = _Tallies(PLAIN if "perturb" in config else "")
    for _, match in groupby(run.finished(), key=lambda played: played.plan.match):
        tallies.add(match, players)
    counts = run.counts()
    conditions = {name: dict(ended) for name, ended in tallies.ended.items() if name}
    if config["kind"] == LEAGUE:
        boards = tuple(league_boards(results_by_game(run, config), ratings, 1000, 0))
        first = boards[0].standings, boards[0].warnings
        return Summary(counts, tallies.lines(), *first, conditions, tuple(changes(run)), boards)
    if config["kind"] != "tournament":
        if ratings != BRADLEY_TERRY:
            raise UsageError(f"The run in {run.folder} is not a tournament, so it has no ratings.")
        return Summary(counts, tallies.lines(), conditions=conditions, changes=tuple(changes(run)))
    results = [result for _, result in match_results(run.finished(), players)]
    said = warnings(results)
    if ratings != BRADLEY_TERRY and any(len(result.players) > 2 for result in results):
        said.append(APPROXIMATE)
    table = tuple(standings(results, model=ratings))
    return Summary(counts, tallies.lines(), table, tuple(said), conditions, tuple(changes(run)))


def counted(ended: Mapping[Ending, int], begun: int = 0) -> str:
    """Return a phrase with the number of episodes by ending, and of those that have begun but not ended.

    >>> counted({Ending.COMPLETED: 1200, Ending.FAILED: 0}, begun=1), counted({})
    ('1,200 completed, 1 not ended', 'none yet')
    """
    told = [f"{count:,} {ending}" for ending, count in ended.items() if count]
    return ", ".join(told + ([f"{begun:,} not ended"] if begun else [])) or "none yet"


def changes(run: StoredRun) -> Iterator[str]:
    """Yield a sentence for each agent that was replaced, model that changed version, note, and tool."""
    for stored in acts(run):
        for old, new in stored.act.replace.items() if stored.holds else ():
            yield (
                f"{agent_name(new)} plays in the place of {old} in what began after {stored.by} asked for "
                "it; both are counted apart."
            )
    for model, versions in run.answered_by().items():
        if len(versions) > 1:
            said = ", ".join(
                f"{which.shown()} ({count:,} {'call' if count == 1 else 'calls'})"
                for which, count in versions.items()
            )
            yield f"{model or 'a model'} was not the same throughout: it was answered by {said}."
    yield from map(str, run.noted())
    yield from map(str, run.tool_use())


PLAIN = "plain"
"""The condition of tasks as they are, in a run that compares them with perturbed ones alone."""
_Key = tuple[str, str]
"""The name of a condition and of an agent that competes under it."""


class _Tallies:
    """The agents' returns under each condition, by match, and their episodes without a result.

    Perturbed tasks are conditions of their own, and `plain` is that of the others if the run has no other.
    """

    def __init__(self, plain: str = "") -> None:
        self._plain = plain
        self.ended: dict[str, Counter[Ending]] = {}
        self._returns: dict[_Key, list[list[float]]] = {}
        self._forfeits: Counter[_Key] = Counter()
        self._no_result: Counter[_Key] = Counter()
        self._broke: Counter[_Key] = Counter()

    def add(self, match: Iterable[Played], players: Sequence[str]) -> None:
        """Count the episodes of one match. Those of the `players` compete that have a seat in the episode."""
        cluster: dict[_Key, list[float]] = {}
        for played in match:
            self._count(played, [seat for seat in players if seat in played.plan.seats], cluster)
        for key, values in cluster.items():
            self._returns.setdefault(key, []).append(values)

    def _count(self, played: Played, players: Sequence[str], cluster: dict[_Key, list[float]]) -> None:
        outcome, seats, perturbed = played.outcome, played.plan.seats, played.plan.perturbed
        own = played.plan.condition or ("" if perturbed else self._plain)
        condition = ", ".join(filter(None, (own, perturbed)))
        self.ended.setdefault(condition, Counter())[outcome.ending] += 1
        for seat in players:
            values = cluster.setdefault((condition, seats[seat]), [])
            if outcome.is_result and seat in outcome.returns:
                values.append(outcome.returns[seat])
        if not outcome.is_result:
            self._no_result.update({(condition, seats[seat]) for seat in players})
        blamed = self._forfeits if outcome.ending is Ending.FORFEITED else self._broke
        blamed.update({(condition, seats[seat]) for seat in outcome.offenders})

    def lines(self) -> tuple[AgentLine, ...]:
        """Return the agents' results, sorted by condition and name."""
        order = list(self.ended)
        keys = sorted(self._returns, key=lambda key: (order.index(key[0]), key[1]))
        return tuple(map(self._line, keys))

    def _line(self, key: _Key) -> AgentLine:
        clusters = [values for values in self._returns[key] if values]
        values = [value for cluster in clusters for value in cluster]
        low, high = cluster_interval(clusters) if len(clusters) > 1 else (None, None)
        mean = fmean(values) if values else None
        counts = self._forfeits[key], self._no_result[key], self._broke[key]
        condition, agent = key
        return AgentLine(agent, len(values), mean, low, high, *counts, condition)
