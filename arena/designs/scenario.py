"""Scenarios: a protocol, tasks, the agents in its seats and a seed, from which a run's episodes follow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import ConfigDict, Field, InstanceOf, model_validator

from arena.core.checked import Checked
from arena.core.errors import UsageError
from arena.core.ranges import Episodes
from arena.core.seeds import derive
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.registry import AgentLike, agent_name, behind_names, by_name, place_of
from arena.spending.limits import Limits
from arena.tasks.task import Task

if TYPE_CHECKING:
    from arena.episode.measurement import Measurement
    from arena.journal import StoredRun


@dataclass(frozen=True, slots=True)
class Round:
    """Plans that may be played at the same time, made as they are needed, and how many there are."""

    plans: Iterator[Plan]
    size: int


class Seating(NamedTuple):
    """Who sits where, by the agents' names, and under which condition if there are several."""

    seats: Mapping[str, str]
    condition: str = ""


class AnyScenario(Checked, ABC):
    """What can be run: agents in seats, tasks and a seed; subclasses say what is played.

    Each task is played `episodes` times, each time with another chance; with `swap`, each of those in every
    rotation of the agents over the protocol's players, dealt the same chance. `first` is how many of the
    tasks are played, from the first on; all unless given.

    Args:
        name: What the scenario is called; its runs' folders are named after it.
        seats: The agent of each seat, such as ``seats.judge``.
        tasks: What is played on. Tasks are set in Python.
        first: How many of the tasks are played, from the first on. Without it, all.
        episodes: How often each task is played, each time with another chance.
        swap: Whether each deal is played in every rotation of the agents over the players' seats.
        seed: The seed from which all chance follows.
        limits: What an episode may take, such as ``limits.turns``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]

    name: str
    seats: Mapping[str, AgentLike] = Field(default_factory=dict)
    tasks: Annotated[Sequence[Task], Field(min_length=1)] = (Task(),)
    first: Episodes | None = None
    episodes: Episodes = 1
    swap: bool = False
    seed: int = 0
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _tasks_are_there(self) -> Self:
        if self.first is not None and self.first > len(self.tasks):
            raise UsageError(f"The scenario has {len(self.tasks):,} tasks, not {self.first:,}.")
        if len({task.id for task in self.tasks}) < len(self.tasks):
            raise UsageError("Two tasks have the same id; give each its own.")
        return self

    @property
    @abstractmethod
    def players(self) -> tuple[str, ...]:
        """The seats that compete."""

    @property
    def forked_from(self) -> Path | None:
        """The folder of the run whose episodes are branched, if this is a fork."""
        return None

    @property
    def learns(self) -> bool:
        """Whether agents learn between the rounds, so that they are not the same in each."""
        return False

    @abstractmethod
    def protocol_of(self, plan: Plan) -> Protocol:
        """Return what is played by a plan of this scenario."""

    @abstractmethod
    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the scenario by its name."""

    @abstractmethod
    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return a round's plans, or None when there are no more rounds.

        Where there are several, as in a tournament, they may come of what was `played` in the earlier ones.
        """

    def look_back(self, number: int, run: StoredRun) -> Iterable[Measurement]:
        """Return what is measured before round `number` is planned, and learn from what is in `run` by then.

        When a run is resumed this is called again for each of its rounds. So what is learned may come of
        nothing but the episodes of earlier rounds.
        """
        return ()

    @property
    def played_tasks(self) -> Sequence[Task]:
        """The tasks that are played."""
        return self.tasks[: self.first]

    @property
    def repetitions(self) -> int:
        """How many deals there are: tasks times episodes."""
        return len(self.played_tasks) * self.episodes

    def seatings_of(
        self, protocol: Protocol, seats: Mapping[str, AgentLike], condition: str = ""
    ) -> list[Seating]:
        """Return who sits where: once, or with `swap` in each distinct rotation of the players."""
        names = {seat: agent_name(seats[seat]) for seat in protocol.seats}
        players = protocol.players
        seatings = [Seating(names, condition)]
        for shift in range(1, len(players) if self.swap else 1):
            moved = {seat: names[players[(i + shift) % len(players)]] for i, seat in enumerate(players)}
            seating = Seating(names | moved, condition)
            if seating not in seatings:
                seatings.append(seating)
        return seatings

    def deals(
        self,
        seatings: Sequence[Seating],
        *,
        first: int,
        round_number: int = 0,
        match: int | None = None,
        before: int = 0,
    ) -> Iterator[Plan]:
        """Yield the plans of every task, repetition and seating, numbered from `first`.

        The seatings of one repetition are dealt the same chance; they are one match, unless `match` says that
        all of the plans are. `before` is how many deals there were in earlier rounds: they do not come again.
        """
        number = first
        size = len(seatings) * (1 if match is None else self.repetitions)
        for index, task in enumerate(self.played_tasks):
            for repetition in range(self.episodes):
                dealt = before + index * self.episodes + repetition if match is None else match
                chance = derive(self.seed, "chance", dealt, task.id, repetition)
                for seats, condition in seatings:
                    yield Plan(number, task, seats, chance, round_number, dealt, size, condition)
                    number += 1

    def config(self) -> dict[str, Any]:
        """Return all that shapes the run's transcripts, as JSON-able values, to compare on resuming."""
        tasks = blake2b(digest_size=16)
        for task in self.played_tasks:
            tasks.update(task.model_dump_json().encode() + b"\n")
        named = behind_names(self.cast().values())
        return {
            "kind": self.kind,
            "players": list(self.players),
            "tasks": {"count": len(self.played_tasks), "digest": tasks.hexdigest()},
            "episodes": self.episodes,
            "swap": self.swap,
            "seed": self.seed,
            "limits": self.limits.model_dump(),
            **({"named": named} if named else {}),
        }


class Scenario(AnyScenario):
    """A protocol, tasks, the agents in its seats, and a seed.

    Each task is played `episodes` times, each time with another chance; with `swap`, each of those in every
    rotation of the agents over the protocol's players, dealt the same chance. `first` is how many of the
    tasks are played, from the first on; all unless given.

    Args:
        protocol: The protocol that is played, with its settings, such as ``protocol.words``.
    """

    kind: ClassVar[str] = "scenario"

    name: str = "scenario"
    protocol: InstanceOf[Protocol]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_seats(self.seats, self.needed_seats())
        return self

    def needed_seats(self) -> set[str]:
        """Return the seats to name agents for."""
        return set(self.protocol.seats)

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete, as the protocol says."""
        return self.protocol.players

    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol."""
        return self.protocol

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the scenario by its name."""
        return by_name(self.seats.values())

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of the one round that there is."""
        if number > 0:
            return None
        seatings = self.seatings_of(self.protocol, self.seats)
        return Round(self.deals(seatings, first=0), len(seatings) * self.repetitions)

    def config(self) -> dict[str, Any]:
        """Return all that shapes the run's transcripts, as JSON-able values, to compare on resuming."""
        return super().config() | {"protocol": described(self.protocol), "seats": names_of(self.seats)}


def check_seats(given: Iterable[str], needed: Iterable[str], where: str = "") -> None:
    """Check that there is an agent for each of the seats, and none for another.

    Raises:
        UsageError: if not; `where` says of what.
    """
    named, seats = set(given), set(needed)
    if missing := sorted(seats - named):
        raise UsageError(f"These seats have no agent{where}: {', '.join(missing)}.")
    if unknown := sorted(named - seats):
        raise UsageError(
            f"No agent can be given for {', '.join(unknown)}{where}; the seats to fill are "
            f"{', '.join(sorted(seats)) or 'none'}."
        )


def described(protocol: Protocol) -> dict[str, Any]:
    """Return what a protocol is and how it is set, as JSON-able values."""
    return {"class": place_of(type(protocol)), **protocol.model_dump(mode="json")}


def names_of(seats: Mapping[str, AgentLike]) -> dict[str, str]:
    """Return what the agent of each seat is called."""
    return {seat: agent_name(agent) for seat, agent in seats.items()}
