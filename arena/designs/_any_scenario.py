"""The base of everything that can be run: tasks, agents in seats and a seed, which determine the episodes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from arena.core.checked import Checked
from arena.core.errors import UsageError
from arena.core.ranges import Episodes
from arena.core.seeds import derive
from arena.designs._described import digest_of
from arena.designs._rounds import Round as Round
from arena.designs._rounds import Seating as Seating
from arena.designs.perturbing import PerturbationLike, as_listed, check_variants, perturbation
from arena.designs.tools import ToolLike, ToolsBySeat, described_tools, tools_together
from arena.designs.wording import as_wording
from arena.designs.writing import toml_of
from arena.episode.plan import Plan, Played
from arena.episode.probes import Probe
from arena.episode.protocol import Protocol
from arena.prompts import Wording
from arena.registry import AgentLike, agent_name, behind_names
from arena.spending.limits import Limits
from arena.tasks.reading import tasks_of
from arena.tasks.task import Task
from arena.tools import ToolLimits

if TYPE_CHECKING:
    from arena.episode.measurement import Measurement
    from arena.journal import StoredRun


class AnyScenario(Checked, ABC):
    """The base of everything that can be run: agents in seats, tasks and a seed.

    Subclasses define what is played. Each task is played `episodes` times, each time with another chance
    seed. With `swap`, each of these is played in every rotation of the agents over the protocol's players,
    with the same chance seed.

    Args:
        name: The name of the scenario. The folders of its runs are named after it.
        seats: The agent of each seat, such as ``seats.judge``.
        tasks: The tasks that are played, or the file from which they are read. ``tasks.columns`` says which
            column holds what (see `arena.tasks.read`).
        first: How many of the tasks are played, from the first on. None plays all of them.
        episodes: How often each task is played, each time with another chance seed.
        swap: Whether each deal is played in every rotation of the agents over the players' seats.
        seed: The seed from which all randomness is derived.
        limits: What an episode may take, such as ``limits.turns``.
        probes: Questions that are put to seats aside, over any protocol (see `Probe`).
        prompts: Prompts of your own, in place of the standard ones: a folder that ``arena prompts`` wrote.
        perturb: Perturbations, such as authority or mine.py:shout. Each task is also played as each of them
            changes it, with the same chance.
        tools: The tools of seats, such as ``tools.judge=calculator``, mine.py:search or mcp:COMMAND.
        tool_limits: What bounds the calls of tools in a turn, such as ``tool_limits.calls``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]
    perturbs: ClassVar[bool] = False
    """Whether its tasks can be perturbed."""
    reads: ClassVar[tuple[str, ...]] = ()
    """The names of the answers in earlier episodes that its later rounds depend on."""

    name: str
    seats: Mapping[str, AgentLike] = Field(default_factory=dict)
    tasks: Annotated[Sequence[Task], BeforeValidator(tasks_of), Field(min_length=1)] = (Task(),)
    first: Episodes | None = None
    episodes: Episodes = 1
    swap: bool = False
    seed: int = 0
    limits: Limits = Limits()
    probes: tuple[Probe, ...] = ()
    prompts: Annotated[Wording, BeforeValidator(as_wording)] = Field(default_factory=dict)
    perturb: Annotated[Sequence[PerturbationLike], BeforeValidator(as_listed)] = ()
    tools: ToolsBySeat = Field(default_factory=dict)
    tool_limits: ToolLimits = ToolLimits()

    @model_validator(mode="after")
    def _tasks_are_there(self) -> Self:
        if self.first is not None and self.first > len(self.tasks):
            raise UsageError(
                f"The scenario has {len(self.tasks):,} tasks, so the first {self.first:,} cannot be played."
            )
        if len({task.id for task in self.tasks}) < len(self.tasks):
            raise UsageError("Two tasks have the same id; give each task an id of its own.")
        if self.perturb and not self.perturbs:
            raise UsageError(
                f"The tasks of a {self.kind} cannot be perturbed; those of a scenario or a comparison can."
            )
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

    @property
    def pairs_by_results(self) -> bool:
        """Whether who plays in a later round depends on the results of the earlier ones."""
        return False

    @abstractmethod
    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol that is played by a plan of this scenario."""

    def wording_of(self, plan: Plan) -> Wording:
        """Return the prompts of the user's own that a plan of this scenario is played with."""
        return self.prompts

    def tools_of(self, plan: Plan) -> Mapping[str, Sequence[ToolLike]]:
        """Return the tools of seats in a plan of this scenario."""
        return tools_together(self.protocol_of(plan).tools, self.tools)

    @abstractmethod
    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the scenario by its name."""

    @abstractmethod
    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of a round, or None if there are no more rounds.

        If there are several rounds, as in a tournament, the plans may depend on the episodes `played` in the
        earlier ones.
        """

    def look_back(self, number: int, run: StoredRun) -> Iterable[Measurement]:
        """Learn from the episodes in `run` before round `number` is planned, and return measurements.

        When a run is resumed, this is called again for each of its rounds. So agents may learn only from the
        episodes of earlier rounds.
        """
        return ()

    @property
    def played_tasks(self) -> Sequence[Task]:
        """The tasks that are played."""
        return self.tasks[: self.first]

    @property
    def variants(self) -> int:
        """In how many variants each task is played: as it is, and as each perturbation changes it."""
        return 1 + len(self.perturb)

    def variants_of(self, task: Task) -> list[Task]:
        """Return a task as it is, and then as each perturbation changes it.

        Raises:
            UsageError: if a perturbation cannot change it.
        """
        return [task, *(perturbation(one).of(task, self.seed) for one in self.perturb)]

    def check_perturbations(self, seats: Iterable[str]) -> None:
        """Check on the first task that the perturbations can be used with these seats.

        Raises:
            UsageError: if they cannot.
        """
        plain, *changed = self.variants_of(self.played_tasks[0])
        check_variants(plain, changed, seats)

    @property
    def repetitions(self) -> int:
        """The number of deals: tasks times episodes."""
        return len(self.played_tasks) * self.episodes

    def seatings_of(
        self, protocol: Protocol, seats: Mapping[str, AgentLike], condition: str = ""
    ) -> list[Seating]:
        """Return the seating, or with `swap` each distinct rotation of it over the players."""
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
        """Yield the plans of every task, repetition, variant and seating.

        The variants and seatings of one repetition have the same chance seed.

        Args:
            seatings: the seatings in which each repetition is played.
            first: the number of the first plan.
            round_number: the number of the round, counted from 0.
            match: the number of the match to which all plans belong. If it is None, the seatings of each
                repetition are a match of their own.
            before: the number of deals in earlier rounds. The deals of this round are numbered after them, so
                that no chance seed occurs twice.
        """
        number = first
        size = len(seatings) * self.variants * (1 if match is None else self.repetitions)
        for index, task in enumerate(self.played_tasks):
            variants = self.variants_of(task)
            for repetition in range(self.episodes):
                dealt = before + index * self.episodes + repetition if match is None else match
                chance = derive(self.seed, "chance", dealt, task.id, repetition)
                for (seats, condition), variant in product(seatings, variants):
                    yield Plan(number, variant, seats, chance, round_number, dealt, size, condition)
                    number += 1

    def to_toml(self) -> str:
        """Return a study that describes the design whole, from which an equal one is built again.

        Raises:
            UsageError: if something of it is a Python object that a file cannot name.
        """
        return toml_of(self, self.kind, self.played_tasks)

    def config(self) -> dict[str, Any]:
        """Return everything that shapes the run's transcripts, as JSON-able values. Resuming compares it."""
        tasks = chain.from_iterable(map(self.variants_of, self.played_tasks))
        often_empty = {
            "named": behind_names(self.cast().values()),
            "probes": [one.model_dump(mode="json") for one in self.probes],
            "perturb": [perturbation(one).name for one in self.perturb],
            "prompts": self.prompts,
            "tools": described_tools(self.tools),
            "tool_limits": self.tool_limits.model_dump(exclude_defaults=True),
        }
        return {
            "kind": self.kind,
            "players": list(self.players),
            "tasks": {"count": len(self.played_tasks), "digest": digest_of(tasks)},
            "episodes": self.episodes,
            "swap": self.swap,
            "seed": self.seed,
            "limits": self.limits.model_dump(),
            **{name: value for name, value in often_empty.items() if value},
        }
