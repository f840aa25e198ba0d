"""The plan of an episode. It is made before the episode is played, and is kept with its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from arena.episode.outcome import Outcome
from arena.tasks.task import Task


class Branch(NamedTuple):
    """The turn at which an episode branches off an episode of the run that it was forked from.

    The episode shares the prefix before `turn` of that `episode` with its siblings, which `sibling` counts
    from 0. In that turn, `seat` was asked in `step`. If `reply` is given, it replaces the agent's answer at
    that turn. `digest` is the digest of the request there.
    """

    episode: int
    turn: int
    step: int
    seat: str
    sibling: int = 0
    reply: str | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One episode to be played.

    `number` counts the run's episodes from 0. `seats` names the agent in each seat. `chance` is the seed of
    the episode's own randomness. Episodes that are compared with each other, such as those with the same
    cards and rotated seats, belong to one `match` of `match_size`. `round` counts a tournament's rounds.
    `condition` is the name of its condition, if the run compares several. `branch` says where it branches off
    another episode, if it does. With `unnumbered`, its agents draw the same whatever its number is. `act` is
    the last act that had changed the run's settings when the episode began, or 0 (see `arena.steering`).
    """

    number: int
    task: Task
    seats: Mapping[str, str]
    chance: int
    round: int = 0
    match: int = 0
    match_size: int = 1
    condition: str = ""
    branch: Branch | None = None
    unnumbered: bool = False
    act: int = 0

    @property
    def root(self) -> tuple[int | str, ...]:
        """The path from which, after the run's seed, the seeds of its agents are derived."""
        if self.unnumbered:
            return ("seated", self.chance, *(name for seat in sorted(self.seats.items()) for name in seat))
        return ("episode", self.number)

    @property
    def perturbed(self) -> str:
        """How its task was perturbed (see `arena.designs.perturbing`); empty if it was not."""
        named = self.task.data.get("perturbed")
        return named if isinstance(named, str) and "variant_of" in self.task.data else ""


@dataclass(frozen=True, slots=True)
class Played:
    """An episode that has ended: its plan, its outcome, the number of answers and the seconds it took.

    `found` holds the texts of the answers that a later round reads, by name; of several, the last.
    """

    plan: Plan
    outcome: Outcome
    turns: int
    seconds: float
    found: Mapping[str, str] = field(default_factory=dict)

    def returns_by_agent(self) -> dict[str, float]:
        """Return the return of each agent, summed over its seats."""
        totals: dict[str, float] = {}
        for seat, amount in self.outcome.returns.items():
            agent = self.plan.seats[seat]
            totals[agent] = totals.get(agent, 0.0) + amount
        return totals
