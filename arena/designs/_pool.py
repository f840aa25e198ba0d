"""Pools: several versions of the agent in each player's seat, and a rule for which versions meet.

Agents that are trained against each other are kept by version. A version does not have to meet the opponent
that was trained in the same round, because a game that one side always wins teaches neither. That is why Chen
et al. 2025 (SPC) pair generators with critics of other rounds. A matchmaking function gets the versions of
each seat, oldest first, and returns which of them meet.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import Field, field_validator, model_validator

from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.core.seeds import derive
from arena.designs._described import described
from arena.designs._protocol_names import ProtocolLike
from arena.designs._seats import check_seats, names_of
from arena.designs.scenario import AnyScenario, Round, Seating
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.registry import AgentLike, agent_name, by_name, version_of

Names: TypeAlias = tuple[str, ...]
Matchmaking: TypeAlias = Callable[[Sequence[Names], random.Random], list[Names]]
"""A function from the names of each seat's versions, oldest first, and the deal's random generator.

It returns the combinations that meet, with one name for each seat.
"""


def everyone(versions: Sequence[Names], rng: random.Random) -> list[Names]:
    """Let every version of a seat meet every version of the others."""
    return list(product(*versions))


def newest(versions: Sequence[Names], rng: random.Random) -> list[Names]:
    """Let the newest version of each seat meet every older version of the others.

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
    """Let each version meet all versions of its opponents, except those of the same number.

    >>> asymmetric([("g@1", "g@2"), ("c@1", "c@2")], random.Random(0))
    [('g@1', 'c@2'), ('g@2', 'c@1')]
    """
    met = product(*versions)
    return [names for names in met if len({version_of(name) for name in names}) == len(names)]


def uniform(versions: Sequence[Names], rng: random.Random) -> list[Names]:
    """Draw one version of each seat for each deal. All versions are equally likely."""
    return [tuple(rng.choice(names) for names in versions)]


MATCHMAKING: Mapping[str, Matchmaking] = MappingProxyType(
    {"asymmetric": asymmetric, "everyone": everyone, "newest": newest, "uniform": uniform}
)
"""The matchmaking functions by the names that `Pool.matchmaking` takes."""


class Pool(AnyScenario):
    """Versions of a protocol's players that meet by a rule, over the same tasks and chance.

    `versions` holds the agents of each competing seat by names such as ``critic@3``, oldest first. `seats`
    names the agents of the other seats. `matchmaking` is the name of the rule. All episodes of one deal have
    the same chance seed and are one match. The agents that are drawn depend only on the seed and the deal.
    """

    kind: ClassVar[str] = "pool"

    name: str = "pool"
    protocol: ProtocolLike
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
                raise UsageError(f"The name {name} has no version; call an agent in a pool name@version.")
        self.cast()
        if not self._meet(0):
            raise UsageError(
                f"None of these versions meet by the matchmaking {self.matchmaking}; add versions or "
                "choose another."
            )
        return self

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete, as the protocol says."""
        return self.protocol.players

    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol."""
        return self.protocol

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent by its name. A version's name is its key in `versions`.

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
        """Return the plans of the only round, ordered by deal."""
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
        """Return everything that shapes the run's transcripts, the order of the versions included."""
        versions = {
            seat: [[name, agent_name(agent)] for name, agent in named.items()]
            for seat, named in self.versions.items()
        }
        own = {"protocol": described(self.protocol), "seats": names_of(self.seats)}
        return super().config() | own | {"versions": versions, "matchmaking": self.matchmaking}
