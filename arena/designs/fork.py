"""Forking: episodes of a stored or running run branch at a turn, and continue from there in several ways.

A fork is a run of its own. It shares everything before the turn with the run that it was forked from. That
run is not changed, no finished call of it is made again, and nothing of it is written twice.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, InstanceOf, NonNegativeInt, model_validator

from arena.annotations import Label
from arena.core.errors import UsageError
from arena.core.ranges import Samples
from arena.core.seeds import derive
from arena.designs._seats import names_of
from arena.designs.scenario import AnyScenario, Round
from arena.designs.tools import ToolLike
from arena.episode.measurement import Measurement
from arena.episode.plan import Branch, Plan, Played
from arena.episode.protocol import Protocol
from arena.episode.record import Call
from arena.episode.turns import Turn, turns
from arena.journal import StoredRun
from arena.journal.resuming import MAY_GROW, check_unchanged
from arena.prompts import Wording
from arena.registry import AgentLike, by_name
from arena.seat.transcript import Event


class Fork(AnyScenario):
    """Siblings of another run's episodes. Each sibling continues an episode from one of its turns.

    At that turn the seat is asked again, and so are all seats after it. The siblings of one episode are one
    match, and have the chance seed of that episode. From the turn on, the agents in `seats` replace those of
    the original.

    If no seed is given, it is derived from the seed of the original. The state of agents that learn between
    rounds is not kept. If there are such agents, `seats` must name other agents for all players.

    Attributes:
        parent: the folder of the run that is forked. The run may still be going on.
        original: the scenario of that run.
        at: the turn at which each episode branches, by the episode's number. Turns are counted from 0, as by
            `arena.episode.turns`.
        siblings: the number of siblings of each episode.
        replies: the texts that replace the agent's reply at that turn, one for each sibling.
    """

    kind: ClassVar[str] = "fork"

    name: str = "fork"
    parent: Path
    original: InstanceOf[AnyScenario]
    at: Annotated[Mapping[NonNegativeInt, NonNegativeInt], Field(min_length=1)]
    siblings: Samples = 2
    replies: Sequence[str] = ()

    @model_validator(mode="before")
    @classmethod
    def _as_the_original(cls, given: dict[str, Any]) -> dict[str, Any]:
        original = given.get("original")
        if not isinstance(original, AnyScenario):
            return given
        taken = {name: getattr(original, name) for name in ("limits", "probes", "tool_limits")}
        taken["seed"] = derive(original.seed, "fork")
        if given.get("replies"):
            taken["siblings"] = len(given["replies"])
        return taken | given

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.replies and self.siblings != len(self.replies):
            raise UsageError(
                f"There are {len(self.replies)} replies for {self.siblings} siblings; give one reply for "
                "each sibling."
            )
        if self.original.learns and not self.seats.keys() >= set(self.players):
            raise UsageError(
                f"The agents of {self.original.name} learn between its rounds, and their earlier state is "
                "not "
                f"kept; name agents that take over {' and '.join(self.players)}."
            )
        return self

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete in the original."""
        return self.original.players

    @property
    def forked_from(self) -> Path:
        """The folder of the run whose episodes are branched."""
        return self.parent

    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol that the original plays."""
        return self.original.protocol_of(plan)

    def tools_of(self, plan: Plan) -> Mapping[str, Sequence[ToolLike]]:
        """Return the tools of the seats: those of the original."""
        return self.original.tools_of(plan)

    def wording_of(self, plan: Plan) -> Wording:
        """Return the prompts in place of the standard ones: those of the original."""
        return self.original.wording_of(plan)

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the original and every agent that takes over a seat, by name."""
        return by_name((*self.original.cast().values(), *self.seats.values()))

    def look_back(self, number: int, run: StoredRun) -> Iterable[Measurement]:
        """Check that the run is a fork of `parent`. Nothing is measured.

        Raises:
            UsageError: if the run is a fork of another run.
        """
        if run.parent.folder.resolve() != self.parent.resolve():
            raise UsageError(
                f"The run in {run.folder} was forked from the one in {run.parent.folder}, not {self.parent}."
            )
        return ()

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of the only round.

        Raises:
            UsageError: if an episode does not have its turn in `at`, or does not have a seat of `seats`.
            ConfigurationChanged: if the run was begun with a scenario other than the original.
        """
        if number > 0:
            return None
        check_unchanged(self.parent, self.original.config(), without=MAY_GROW)
        with StoredRun(self.parent) as stored:
            plans = list(self._plans(stored))
        return Round(iter(plans), len(plans))

    def _plans(self, stored: StoredRun) -> Iterator[Plan]:
        for match, (number, turn) in enumerate(sorted(self.at.items())):
            episode = stored.episode(number)
            place = _turn(number, _taken(episode.steps, episode.calls), turn)
            if unknown := sorted(self.seats.keys() - episode.plan.seats.keys()):
                raise UsageError(f"Episode {number} has no seat {unknown[0]}, so no agent can take it over.")
            for sibling in range(self.siblings):
                reply = self.replies[sibling] if self.replies else None
                yield Plan(
                    match * self.siblings + sibling,
                    episode.plan.task,
                    {**episode.plan.seats, **names_of(self.seats)},
                    episode.plan.chance,
                    episode.plan.round,
                    match,
                    self.siblings,
                    episode.plan.condition,
                    Branch(number, turn, place.step, place.seat, sibling, reply, place.calls[0].digest),
                )

    def config(self) -> dict[str, Any]:
        """Return everything that shapes the run's transcripts: those of the original and of the fork."""
        original, own = self.original.config(), super().config()
        return original | {
            "kind": own["kind"],
            "seed": own["seed"],
            "limits": own["limits"],
            "original": original,
            "seats": original.get("seats", {}) | names_of(self.seats),
            "at": {str(number): turn for number, turn in sorted(self.at.items())},
            "siblings": self.siblings,
            "replies": list(self.replies),
        }


def pick_turns(
    stored: StoredRun, episodes: Iterable[int] | None = None, *, seat: str | None = None, seed: int = 0
) -> dict[int, int]:
    """Draw a turn of each episode at which to branch it, with equal chances (REFUEL, Gao et al. 2024).

    Args:
        stored: the run that holds the episodes.
        episodes: the numbers of the episodes. None takes all that have ended. Episodes without such a turn
            are left out.
        seat: the seat whose turns are drawn. None takes the turns of all seats.
        seed: the seed of the draw.

    Returns:
        The number of the turn, by the number of the episode.
    """
    numbers = sorted(stored.numbers(finished=True)) if episodes is None else episodes
    found = {}
    for number in numbers:
        taken = _taken(stored.steps(number), stored.calls(number))
        own = [turn.number for turn in taken if seat in (None, turn.seat)]
        if own:
            found[number] = random.Random(derive(seed, "turn", number)).choice(own)
    return found


def labelled_turns(stored: StoredRun, label: str, episodes: Iterable[int] | None = None) -> dict[int, int]:
    """Return the first turn of each episode that has a label, such as the one at which REFUEL branches it.

    The label is one of those that were given while the episode was played, and not by a later judge. With the
    value ``no`` it does not count. Episodes without such a turn are left out.

    Args:
        stored: the run that holds the episodes.
        label: the name of the label.
        episodes: the numbers of the episodes. None takes all that have ended.

    Returns:
        The number of the turn, by the number of the episode.
    """
    numbers = sorted(stored.numbers(finished=True)) if episodes is None else episodes
    found = {}
    for number in numbers:
        episode = stored.episode(number)
        marked = {
            (row.seat, row.step)
            for row in episode.annotations
            if row.kind == Label.kind and row.name == label and row.text not in (None, "no")
        }
        turns_there = (
            turn for turn in _taken(episode.steps, episode.calls) if (turn.seat, turn.step) in marked
        )
        if (turn := next(turns_there, None)) is not None:
            found[number] = turn.number
    return found


def _taken(steps: Sequence[Sequence[Event]], calls: Iterable[Call]) -> list[Turn]:
    """Return the turns that have ended. A turn that is still going on may ask again."""
    return [turn for turn in turns(steps, calls) if turn.step < len(steps)]


def _turn(number: int, taken: Sequence[Turn], turn: int) -> Turn:
    if turn >= len(taken):
        has = f"has turns 0 to {len(taken) - 1}" if taken else "has no turn yet"
        raise UsageError(f"Episode {number} {has}, so it cannot be branched at turn {turn}.")
    return taken[turn]
