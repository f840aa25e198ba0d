"""Scenarios: a protocol, tasks, agents in seats and a seed. They determine the episodes of a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from pydantic import model_validator

from arena.designs._any_scenario import AnyScenario as AnyScenario
from arena.designs._described import described
from arena.designs._protocol_names import ProtocolLike
from arena.designs._rounds import Round as Round
from arena.designs._rounds import Seating as Seating
from arena.designs._seats import check_probes, check_seats, names_of
from arena.designs.tools import check_tools
from arena.designs.wording import check_wording
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.registry import AgentLike, by_name


class Scenario(AnyScenario):
    """A protocol, tasks, the agents in its seats, and a seed.

    Each task is played `episodes` times, each time with another chance seed. With `swap`, each of these is
    played in every rotation of the agents over the protocol's players, with the same chance seed.

    Args:
        protocol: The protocol that is played, with its settings, such as ``protocol.words``.
    """

    kind: ClassVar[str] = "scenario"
    perturbs: ClassVar[bool] = True

    name: str = "scenario"
    protocol: ProtocolLike

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_seats(self.seats, self.needed_seats())
        check_probes(self.probes, self.protocol.seats)
        check_tools(self.tools, self.protocol.seats)
        check_wording(self.prompts, [self.protocol])
        self.check_perturbations(self.protocol.seats)
        return self

    def needed_seats(self) -> set[str]:
        """Return the seats for which `seats` must name agents."""
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
        """Return the plans of the only round."""
        if number > 0:
            return None
        seatings = self.seatings_of(self.protocol, self.seats)
        return Round(self.deals(seatings, first=0), len(seatings) * self.variants * self.repetitions)

    def config(self) -> dict[str, Any]:
        """Return everything that shapes the run's transcripts, as JSON-able values. Resuming compares it."""
        return super().config() | {"protocol": described(self.protocol), "seats": names_of(self.seats)}
