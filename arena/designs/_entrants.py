"""Those who play in a tournament or a league, and the matches that players who are added later bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Annotated, NamedTuple, TypeAlias

from pydantic import AfterValidator, Field

from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.designs._rounds import Seating
from arena.episode.plan import Plan
from arena.pairing import Format
from arena.registry import AgentLike, agent_name
from arena.tasks.task import Task


def _all_different(agents: Sequence[AgentLike]) -> Sequence[AgentLike]:
    check_different(agents)
    return agents


Entrants: TypeAlias = Annotated[Sequence[AgentLike], Field(min_length=1), AfterValidator(_all_different)]
"""Agents that compete, each of which has a name of its own."""


def check_different(agents: Sequence[AgentLike]) -> None:
    """Check that all entrants have different names.

    Raises:
        UsageError: if two have the same.
    """
    names = Counter(map(agent_name, agents))
    if twice := sorted(name for name, count in names.items() if count > 1):
        raise UsageError(f"Several agents are called {', '.join(twice)}; give the agents different names.")


class Meeting(NamedTuple):
    """Those who meet in a match.

    Attributes:
        players: their names, in the order of the seats.
        earlier: how many earlier matches they have had with each other.
        group: when the last of them entered; 0 for those with whom all began.
    """

    players: tuple[str, ...]
    earlier: int
    group: int

    @property
    def key(self) -> tuple[str | int, ...]:
        """What says which match it is, whenever it is added: those who meet, and how often they have met."""
        return (*sorted(self.players), self.earlier)


def meetings(schedule: Format, groups: Sequence[Sequence[str]]) -> Iterator[Meeting]:
    """Yield the matches of those who began, and then, group by group, those that added players bring.

    Args:
        schedule: a format that schedules all matches in one round.
        groups: the names of those who began, and of those who were added, in order.
    """
    entered: list[str] = []
    met: Counter[tuple[str, ...]] = Counter()
    for number, group in enumerate(groups):
        entered += group
        for pairing in schedule.pairings(entered, []):
            if not set(group).isdisjoint(pairing.players):
                together = tuple(sorted(pairing.players))
                yield Meeting(pairing.players, met[together], number)
                met[together] += 1


class MatchDeal(NamedTuple):
    """What is played in a match: each task so many times. Its chance seeds are derived from the path."""

    tasks: Sequence[Task]
    episodes: int
    path: tuple[str | int, ...]


class PlannedMatch(NamedTuple):
    """A match: what is played, and the seatings in which each repetition of a task has the same chance."""

    seatings: Sequence[Seating]
    deal: MatchDeal

    @property
    def episodes(self) -> int:
        """The number of its episodes."""
        return len(self.seatings) * len(self.deal.tasks) * self.deal.episodes


def plans_of(matches: Iterable[PlannedMatch], *, first: int = 0, match: int = 0) -> Iterator[Plan]:
    """Yield the plans of matches of one round.

    Args:
        matches: the matches.
        first: the number of the first plan.
        match: the number of the first match.
    """
    for number, (seatings, (tasks, episodes, path)) in enumerate(matches, start=match):
        size = len(seatings) * len(tasks) * episodes
        for task, repetition in product(tasks, range(episodes)):
            chance = derive(*path, task.id, repetition)
            for seats, condition in seatings:
                yield Plan(first, task, seats, chance, 0, number, size, condition, unnumbered=True)
                first += 1
