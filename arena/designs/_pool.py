"""Pools: versions of the agents in each player's seat, and who of them meets whom.

Agents that are trained against each other are kept by version, and a version need not meet the one that was
made beside it: a game that one side always wins teaches neither, which is why Chen et al. 2025 (SPC) pair
generators with critics of other rounds. A matchmaking function is given the versions of each seat, the oldest
first, and says who meets whom.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import Field, InstanceOf, field_validator, model_validator

from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.core.seeds import derive
from arena.designs.scenario import AnyScenario, Round, Seating, check_seats, described, names_of
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.registry import AgentLike, agent_name, by_name, version_of

Names: TypeAlias = tuple[str, ...]
Matchmaking: TypeAlias = Callable[[Sequence[Names], random.Random], list[Names]]
"""From the names of each seat, oldest first, and the deal's own chance, to those who meet, one for each."""


def everyone(versions: Sequence[Names], rng: random.Random) -> list[Names]:
    """Every version of a seat meets every version of the others."""
    return list(product(*versions))


def newest(versions: Sequence[Names], rng: random.Random) -> list[Names]:
    """The newest version of each seat meets every older version of the others.

    >>> newest([("g@1", "g@2"), ("c@1", "c@2", "c@3")], random.Random(0))
    [('g@2', 'c@1'), ('g@2', 'c@2'), ('g@1', 'c@3')]
    """
    found: dict[Names, None] = {}
    for seat, names in enumerate(versions):
        others = [one if place == seat else one[:-1] for place, one in enumerate(versions)]
        others[seat] = names[-1:]
        found |= dict.fromkeys(product(*others))
    return list(found)


def asymmetric(versions: Sequence[Names], rng: random.Random) -> list[Names]:
    """A version meets every other version of its opponents, and never the one that was made beside it.

    >>> asymmetric([("g@1", "g@2"), ("c@1", "c@2")], random.Random(0))
    [('g@1', 'c@2'), ('g@2', 'c@1')]
    """
    met = product(*versions)
    return [names for names in met if len({version_of(name) for name in names}) == len(names)]


def uniform(versions: Sequence[Names], rng: random.Random) -> list[Names]:
    """One version of each seat, drawn anew for each deal, each as likely as any other."""
    return [tuple(rng.choice(names) for names in versions)]


MATCHMAKING: Mapping[str, Matchmaking] = MappingProxyType(
    {"asymmetric": asymmetric, "everyone": everyone, "newest": newest, "uniform": uniform}
)
"""Every matchmaking function by the name that `Pool.matchmaking` has for it."""


class Pool(AnyScenario):
    """Versions of the players of a protocol, who meet as `matchmaking` says, over the same tasks and chance.

    `versions` holds, for each seat that competes, its agents by names such as ``critic@3``, the oldest first;
    `seats` names the agents of the other seats. Those who meet over one deal are dealt the same chance, and
    are one match. Who is drawn depends on the seed and the deal alone.
    """

    kind: ClassVar[str] = "pool"

    name: str = "pool"
    protocol: InstanceOf[Protocol]
    versions: Mapping[str, Annotated[Mapping[str, AgentLike], Field(min_length=1)]]
    matchmaking: str = "asymmetric"

    @field_validator("matchmaking")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in MATCHMAKING:
            hint = did_you_mean(name, MATCHMAKING)
            known = ", ".join(sorted(MATCHMAKING))
            raise UnknownName(f"There is no matchmaking called {name!r}.{hint} There are: {known}.")
        return name

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_seats(self.versions, self.players, " in the pool")
        check_seats(self.seats, set(self.protocol.seats) - set(self.players))
        for name in (name for named in self.versions.values() for name in named):
            if version_of(name) is None:
                raise UsageError(f"{name} says no version; an agent in a pool is called name@version.")
        self.cast()
        if not self._meet(0):
            raise UsageError(f"By the matchmaking {self.matchmaking} none of these versions meet.")
        return self

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete, as the protocol says."""
        return self.protocol.players

    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol."""
        return self.protocol

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent by its name, the versions by theirs.

        Raises:
            UsageError: if two different agents have the same name.
        """
        found = by_name(self.seats.values())
        for named in self.versions.values():
            for name, agent in named.items():
                if found.setdefault(name, agent) is not agent and found[name] != agent:
                    raise UsageError(f"Two different agents are called {name!r}; give each its own name.")
        return found

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of the one round that there is: a deal for all who meet over it, then the next."""
        if number > 0:
            return None
        return Round(self._plans(), sum(len(self._seatings(deal)) for deal in range(self.repetitions)))

    def _plans(self) -> Iterator[Plan]:
        number = 0
        for deal in range(self.repetitions):
            task, repetition = self.played_tasks[deal // self.episodes], deal % self.episodes
            chance = derive(self.seed, "chance", deal, task.id, repetition)
            seatings = self._seatings(deal)
            for seating in seatings:
                yield Plan(number, task, seating.seats, chance, match=deal, match_size=len(seatings))
                number += 1

    def _meet(self, deal: int) -> list[Names]:
        rng = random.Random(derive(self.seed, "matchmaking", deal))
        return MATCHMAKING[self.matchmaking]([tuple(self.versions[seat]) for seat in self.players], rng)

    def _seatings(self, deal: int) -> list[Seating]:
        return [
            seating
            for names in self._meet(deal)
            for seating in self.seatings_of(
                self.protocol, {**self.seats, **dict(zip(self.players, names, strict=True))}
            )
        ]

    def config(self) -> dict[str, Any]:
        """Return all that shapes the run's transcripts, the versions in their order included."""
        versions = {
            seat: [[name, agent_name(agent)] for name, agent in named.items()]
            for seat, named in self.versions.items()
        }
        own = {"protocol": described(self.protocol), "seats": names_of(self.seats)}
        return super().config() | own | {"versions": versions, "matchmaking": self.matchmaking}
