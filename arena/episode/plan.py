"""What a run is made of: one plan for each episode, made before it is played and kept beside its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from arena.episode.outcome import Outcome
from arena.tasks.task import Task


class Branch(NamedTuple):
    """Where an episode branches off another one, of the run that its own was forked from.

    What came before `turn` of that `episode`, in which `seat` was asked in `step`, is the prefix that it
    shares with its siblings, who are counted by `sibling` from 0. A `reply` stands in for what the agent
    would have answered at that turn. `digest` is that of the request which was made there.
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

    `number` counts the run's episodes from 0, `seats` names the agent in each seat, `chance` is the seed of
    the episode's own randomness. Episodes belong to a `match` of `match_size` when they are to be compared
    together, such as those dealt the same cards with the seats rotated; `round` counts a tournament's rounds.
    `condition` names the one that it is played under, if the run compares several. `branch` says where it
    branches off another episode, if it does.
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


@dataclass(frozen=True, slots=True)
class Played:
    """An episode that has ended: its plan, its outcome, how many answers it took and how many seconds."""

    plan: Plan
    outcome: Outcome
    turns: int
    seconds: float

    def returns_by_agent(self) -> dict[str, float]:
        """Return what each agent got, summed over the seats it sat in."""
        totals: dict[str, float] = {}
        for seat, amount in self.outcome.returns.items():
            agent = self.plan.seats[seat]
            totals[agent] = totals.get(agent, 0.0) + amount
        return totals
