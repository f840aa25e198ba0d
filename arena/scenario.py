"""Scenarios: a protocol, tasks, the agents in its seats and a seed, from which a run's episodes follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, PositiveFloat, PositiveInt, model_validator

from arena.agent import Agent
from arena.errors import UsageError
from arena.plan import Plan, Played
from arena.protocol import Protocol
from arena.seeds import derive
from arena.task import Task

AgentLike = str | InstanceOf[Agent]
"""An agent, or the specification of one, such as ``"kuhn-nash?alpha=0.2"``."""


class Limits(BaseModel):
    """What one episode may take; None is no limit.

    `seconds` are of time, `turns` are answers asked for. `calls` are those made to models, every attempt
    counted, `tokens` those of prompts and completions, and `dollars` what they cost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: PositiveFloat | None = None
    turns: PositiveInt | None = None
    calls: PositiveInt | None = None
    tokens: PositiveInt | None = None
    dollars: PositiveFloat | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """Plans that may be played at the same time, made as they are needed, and how many there are."""

    plans: Iterator[Plan]
    size: int


class Scenario(BaseModel):
    """A protocol, tasks, the agents in its seats, and a seed.

    Each task is played `episodes` times, each time with another chance; with `swap`, each of those in every
    rotation of the agents over the protocol's players, dealt the same chance.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str] = "scenario"

    name: str = "scenario"
    protocol: InstanceOf[Protocol]
    seats: Mapping[str, AgentLike] = Field(default_factory=dict)
    tasks: Annotated[Sequence[Task], Field(min_length=1)] = (Task(),)
    episodes: PositiveInt = 1
    swap: bool = False
    seed: int = 0
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _fits_together(self) -> Scenario:
        given, needed = set(self.seats), self.needed_seats()
        if missing := sorted(needed - given):
            raise UsageError(f"These seats have no agent: {', '.join(missing)}.")
        if unknown := sorted(given - needed):
            raise UsageError(
                f"No agent can be given for {', '.join(unknown)}; the seats to fill are "
                f"{', '.join(sorted(needed)) or 'none'}."
            )
        if len({task.id for task in self.tasks}) < len(self.tasks):
            raise UsageError("Two tasks have the same id; give each its own.")
        return self

    def needed_seats(self) -> set[str]:
        """Return the seats to name agents for."""
        return set(self.protocol.seats)

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the scenario by its name."""
        return by_name(self.seats.values())

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return a round's plans, or None when there are no more rounds.

        A scenario has one round. A tournament looks at what was `played` in the earlier ones.
        """
        if number > 0:
            return None
        seatings = self.seatings(self.seats)
        return Round(self.deals(seatings, first=0), len(seatings) * self.repetitions)

    @property
    def repetitions(self) -> int:
        """How many deals there are: tasks times episodes."""
        return len(self.tasks) * self.episodes

    def seatings(self, seats: Mapping[str, AgentLike]) -> list[dict[str, str]]:
        """Return who sits where, by the agents' names: once, or with `swap` in each distinct rotation."""
        names = {seat: agent_name(seats[seat]) for seat in self.protocol.seats}
        players = self.protocol.players
        seatings = [names]
        for shift in range(1, len(players) if self.swap else 1):
            moved = {seat: names[players[(i + shift) % len(players)]] for i, seat in enumerate(players)}
            if names | moved not in seatings:
                seatings.append(names | moved)
        return seatings

    def deals(
        self,
        seatings: Sequence[Mapping[str, str]],
        *,
        first: int,
        round_number: int = 0,
        match: int | None = None,
    ) -> Iterator[Plan]:
        """Yield the plans of every task, repetition and seating, numbered from `first`.

        The seatings of one repetition are dealt the same chance; they are one match, unless `match` says that
        all of the plans are.
        """
        number = first
        size = len(seatings) * (1 if match is None else self.repetitions)
        for index, task in enumerate(self.tasks):
            for repetition in range(self.episodes):
                dealt = index * self.episodes + repetition if match is None else match
                chance = derive(self.seed, "chance", dealt, task.id, repetition)
                for seats in seatings:
                    yield Plan(number, task, seats, chance, round_number, dealt, size)
                    number += 1

    def config(self) -> dict[str, Any]:
        """Return all that shapes the run's transcripts, as JSON-able values, to compare on resuming."""
        tasks = blake2b(digest_size=16)
        for task in self.tasks:
            tasks.update(task.model_dump_json().encode() + b"\n")
        kind = type(self.protocol)
        return {
            "kind": self.kind,
            "protocol": {
                "class": f"{kind.__module__}:{kind.__qualname__}",
                **self.protocol.model_dump(mode="json"),
            },
            "players": list(self.protocol.players),
            "seats": {seat: agent_name(agent) for seat, agent in self.seats.items()},
            "tasks": {"count": len(self.tasks), "digest": tasks.hexdigest()},
            "episodes": self.episodes,
            "swap": self.swap,
            "seed": self.seed,
            "limits": self.limits.model_dump(),
        }


def agent_name(agent: AgentLike) -> str:
    """Return what an agent is called in plans and tables: its specification, or the name it has."""
    return agent if isinstance(agent, str) else agent.name or type(agent).__name__


def by_name(agents: Iterable[AgentLike]) -> dict[str, AgentLike]:
    """Return agents by their names.

    Raises:
        UsageError: if two different agents have the same name.
    """
    named: dict[str, AgentLike] = {}
    for agent in agents:
        name = agent_name(agent)
        if named.setdefault(name, agent) is not agent and named[name] != agent:
            raise UsageError(f"Two different agents are called {name!r}; give each its own name.")
    return named
