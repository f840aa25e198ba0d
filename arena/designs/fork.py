"""Forking: episodes of a stored or running run are branched at a turn, and go on from there in several ways.

A fork is a run of its own. What came before the turn it shares with the run that it was forked from, which is
left as it is: no finished call is made again, and nothing of it is written twice.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, InstanceOf, NonNegativeInt, model_validator

from arena.core.errors import UsageError
from arena.core.ranges import Samples
from arena.core.seeds import derive
from arena.designs.scenario import AnyScenario, Round, names_of
from arena.episode.measurement import Measurement
from arena.episode.plan import Branch, Plan, Played
from arena.episode.protocol import Protocol
from arena.episode.record import Call
from arena.episode.turns import Turn, turns
from arena.journal import StoredRun
from arena.journal.resuming import check_unchanged
from arena.registry import AgentLike, by_name
from arena.seat.transcript import Event


class Fork(AnyScenario):
    """Siblings of episodes of another run, each of which goes on by itself from a turn of that episode.

    `parent` is the folder of the run, which may still be going on, and `original` the scenario it was begun
    under. `at` says at which turn each episode is branched, turns being counted from 0 as
    `arena.episode.turns` does: the seat whose turn it is is asked anew, and so is whoever comes after. There
    are `siblings` of each; the siblings of one episode are one match, and are dealt what it was dealt. From
    the turn on, the agents in `seats` sit where others sat, and with `replies` each sibling goes on from
    another reply at that turn.

    The seed is derived from that of the original, unless it is given. Agents who learn between rounds are not
    kept as they were, so where there are any, others must sit in all players' seats.
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
        taken = {"seed": derive(original.seed, "fork"), "limits": original.limits}
        if given.get("replies"):
            taken["siblings"] = len(given["replies"])
        return taken | given

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.replies and self.siblings != len(self.replies):
            raise UsageError(
                f"There are {len(self.replies)} replies for {self.siblings} siblings; give one for each."
            )
        if self.original.learns and not self.seats.keys() >= set(self.players):
            raise UsageError(
                f"The agents of {self.original.name} learn between its rounds, and none is kept as it was; "
                f"say who takes over {' and '.join(self.players)}."
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
        """Return what the original plays."""
        return self.original.protocol_of(plan)

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the original, and those who take over, by name."""
        return by_name((*self.original.cast().values(), *self.seats.values()))

    def look_back(self, number: int, run: StoredRun) -> Iterable[Measurement]:
        """Check that the journal is that of a fork of `parent`; nothing is measured.

        Raises:
            UsageError: if another run was forked.
        """
        if run.parent.folder.resolve() != self.parent.resolve():
            raise UsageError(
                f"The run in {run.folder} was forked from the one in {run.parent.folder}, not {self.parent}."
            )
        return ()

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of the one round that there is.

        Raises:
            UsageError: if an episode to be branched has no such turn, or no such seat to be taken over.
            ConfigurationChanged: if the run was begun under another scenario than the original.
        """
        if number > 0:
            return None
        check_unchanged(self.parent, self.original.config())
        with StoredRun(self.parent) as stored:
            plans = list(self._plans(stored))
        return Round(iter(plans), len(plans))

    def _plans(self, stored: StoredRun) -> Iterator[Plan]:
        for match, (number, turn) in enumerate(sorted(self.at.items())):
            episode = stored.episode(number)
            place = _turn(number, _taken(episode.steps, episode.calls), turn)
            if unknown := sorted(self.seats.keys() - episode.plan.seats.keys()):
                raise UsageError(f"Episode {number} has no seat {unknown[0]} to be taken over.")
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
        """Return all that shapes the run's transcripts: as for the original, but for what is other here."""
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
    """Return a turn of each episode, each as likely as any other, to branch it at (REFUEL, Gao et al. 2024).

    Args:
        stored: the run that holds the episodes.
        episodes: their numbers; all that have ended unless given. Those without such a turn are left out.
        seat: whose turns they are; anybody's unless given.
        seed: decides which.
    """
    numbers = sorted(stored.numbers(finished=True)) if episodes is None else episodes
    found = {}
    for number in numbers:
        taken = _taken(stored.steps(number), stored.calls(number))
        own = [turn.number for turn in taken if seat in (None, turn.seat)]
        if own:
            found[number] = random.Random(derive(seed, "turn", number)).choice(own)
    return found


def _taken(steps: Sequence[Sequence[Event]], calls: Iterable[Call]) -> list[Turn]:
    """Return the turns that have come to their end: what is still being asked may yet be asked again."""
    return [turn for turn in turns(steps, calls) if turn.step < len(steps)]


def _turn(number: int, taken: Sequence[Turn], turn: int) -> Turn:
    if turn >= len(taken):
        has = f"has turns 0 to {len(taken) - 1}" if taken else "has no turn yet"
        raise UsageError(f"Episode {number} {has}, so it cannot be branched at turn {turn}.")
    return taken[turn]
