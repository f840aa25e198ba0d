"""What a run came to: pure readings of its finished episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import fmean

from arena.core.errors import UsageError
from arena.designs.tournament import match_results
from arena.episode.outcome import Ending
from arena.episode.plan import Played
from arena.journal import StoredRun
from arena.ratings import APPROXIMATE, BRADLEY_TERRY, Standing, cluster_interval, standings, warnings


@dataclass(frozen=True, slots=True)
class AgentLine:
    """How one agent did over a run's episodes, or over those of one `condition` if it compares several.

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
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A run's episodes by ending, its agents' lines and, of a tournament, the standings and warnings.

    `conditions` are the episodes of each condition by ending, if the run compares several. `changes` says,
    in a sentence each, of which models the servers reported more than one version, how requests were changed
    to suit servers, and how replies were mended.
    """

    ended: dict[Ending, int]
    agents: tuple[AgentLine, ...]
    standings: tuple[Standing, ...] = ()
    warnings: tuple[str, ...] = ()
    conditions: dict[str, dict[Ending, int]] = field(default_factory=dict)
    changes: tuple[str, ...] = ()


def summarise(run: StoredRun, *, ratings: str = BRADLEY_TERRY) -> Summary:
    """Return what a run came to so far, a tournament's agents rated as `standings` takes the name of a model.

    Raises:
        UsageError: if there is no such model, or the run is no tournament and has no ratings to choose.
    """
    config = run.header()["config"]
    players: Sequence[str] = config["players"]
    tallies = _Tallies()
    for _, match in groupby(run.finished(), key=lambda played: played.plan.match):
        tallies.add(match, players)
    counts = run.counts()
    conditions = {name: dict(ended) for name, ended in tallies.ended.items() if name}
    if config["kind"] != "tournament":
        if ratings != BRADLEY_TERRY:
            raise UsageError(f"The run in {run.folder} is no tournament, so nobody in it is rated.")
        return Summary(counts, tallies.lines(), conditions=conditions, changes=tuple(changes(run)))
    results = [result for _, result in match_results(run.finished(), players)]
    said = warnings(results)
    if ratings != BRADLEY_TERRY and any(len(result.players) > 2 for result in results):
        said.append(APPROXIMATE)
    table = tuple(standings(results, model=ratings))
    return Summary(counts, tallies.lines(), table, tuple(said), conditions, tuple(changes(run)))


def counted(ended: Mapping[Ending, int], begun: int = 0) -> str:
    """Return in words how many episodes ended in which way, and how many are begun but have not ended.

    >>> counted({Ending.COMPLETED: 1200, Ending.FAILED: 0}, begun=1), counted({})
    ('1,200 completed, 1 not ended', 'none yet')
    """
    told = [f"{count:,} {ending}" for ending, count in ended.items() if count]
    return ", ".join(told + ([f"{begun:,} not ended"] if begun else [])) or "none yet"


def changes(run: StoredRun) -> Iterator[str]:
    """Yield a sentence for each model that was not the same throughout, and each note on calls to a model."""
    for model, versions in run.answered_by().items():
        if len(versions) > 1:
            said = ", ".join(
                f"{which.shown()} ({count:,} {'call' if count == 1 else 'calls'})"
                for which, count in versions.items()
            )
            yield f"{model or 'a model'} was not the same throughout: it was answered by {said}."
    yield from map(str, run.noted())


_Key = tuple[str, str]
"""A condition, and an agent that competes under it."""


class _Tallies:
    """What the agents got under each condition, match by match, and how often it came to nothing."""

    def __init__(self) -> None:
        self.ended: dict[str, Counter[Ending]] = {}
        self._returns: dict[_Key, list[list[float]]] = {}
        self._forfeits: Counter[_Key] = Counter()
        self._no_result: Counter[_Key] = Counter()
        self._broke: Counter[_Key] = Counter()

    def add(self, match: Iterable[Played], players: Sequence[str]) -> None:
        """Count the episodes of one match, in which those of the `players` compete who have a seat."""
        cluster: dict[_Key, list[float]] = {}
        for played in match:
            self._count(played, [seat for seat in players if seat in played.plan.seats], cluster)
        for key, values in cluster.items():
            self._returns.setdefault(key, []).append(values)

    def _count(self, played: Played, players: Sequence[str], cluster: dict[_Key, list[float]]) -> None:
        outcome, seats, condition = played.outcome, played.plan.seats, played.plan.condition
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
        """Return the agents' lines, by condition and name."""
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
