"""Comparisons: one run of several conditions on the same tasks and with the same chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from arena.core.checked import Checked
from arena.core.errors import UsageError
from arena.designs._described import described
from arena.designs._protocol_names import ProtocolLike
from arena.designs._seats import check_probes, check_seats, names_of
from arena.designs.scenario import AnyScenario, Round, Seating
from arena.designs.tools import ToolLike, ToolsBySeat, check_tools, described_tools, tools_together
from arena.designs.wording import as_wording, check_wording, overlaid
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.prompts import Wording
from arena.registry import AgentLike, by_name, place_of


class Condition(Checked):
    """One of the conditions that are compared: a protocol, and agents of its own.

    `seats` names agents that replace those of the comparison. With `self_play`, the agent of the first
    player's seat sits in the seats of all players. `prompts` stand in place of those of the comparison.
    `tools` are those of its seats, beside those of the comparison.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: ProtocolLike
    seats: Mapping[str, AgentLike] = Field(default_factory=dict)
    self_play: bool = False
    prompts: Annotated[Wording, BeforeValidator(as_wording)] = Field(default_factory=dict)
    tools: ToolsBySeat = Field(default_factory=dict)

    def filled(self, common: Mapping[str, AgentLike]) -> dict[str, AgentLike]:
        """Return the agent of each seat. `common` has the agents of seats that are not in `seats`."""
        filled = {seat: common[seat] for seat in self.protocol.seats if seat in common} | dict(self.seats)
        first, *others = self.protocol.players
        if self.self_play and first in filled:
            filled |= dict.fromkeys(others, filled[first])
        return filled


def _condition(given: Any) -> Any:
    return {"protocol": given} if isinstance(given, Protocol | str) else given


class Comparison(AnyScenario):
    """Several conditions, each a protocol with its agents, on the same tasks with the same chance and seed.

    A condition is a `Condition`, or just a protocol if nothing else differs. `seats` names the agents that
    the conditions share. The episodes of one task and chance under all conditions are one match.

    Args:
        conditions: The conditions that are compared, each with a protocol and agents of its own.
    """

    kind: ClassVar[str] = "comparison"
    perturbs: ClassVar[bool] = True

    name: str = "comparison"
    conditions: Annotated[
        Mapping[str, Annotated[Condition, BeforeValidator(_condition)]], Field(min_length=1)
    ]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if "" in self.conditions:
            raise UsageError("A condition has no name; give each condition a name.")
        for name, condition in self.conditions.items():
            check_seats(condition.filled(self.seats), condition.protocol.seats, f" under {name}")
        everywhere = {seat for condition in self.conditions.values() for seat in condition.protocol.seats}
        check_seats(everywhere | set(self.seats), everywhere)
        check_probes(self.probes, sorted(everywhere))
        protocols = [condition.protocol for condition in self.conditions.values()]
        check_wording(self.prompts, protocols)
        check_tools(self.tools, sorted(everywhere))
        for name, condition in self.conditions.items():
            check_wording(condition.prompts, [condition.protocol])
            check_tools(condition.tools, condition.protocol.seats, f" under {name}")
        self.check_perturbations(everywhere)
        return self

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete under every condition that has them, in the order of the conditions."""
        protocols = [condition.protocol for condition in self.conditions.values()]
        idle = {seat for protocol in protocols for seat in set(protocol.seats) - set(protocol.players)}
        found = dict.fromkeys(seat for protocol in protocols for seat in protocol.players)
        return tuple(seat for seat in found if seat not in idle)

    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol of the plan's condition."""
        return self.conditions[plan.condition].protocol

    def wording_of(self, plan: Plan) -> Wording:
        """Return the prompts of the comparison, with those of the plan's condition in place of them."""
        return overlaid(self.prompts, self.conditions[plan.condition].prompts)

    def tools_of(self, plan: Plan) -> Mapping[str, Sequence[ToolLike]]:
        """Return the tools of the seats of the plan's condition."""
        condition = self.conditions[plan.condition]
        common = {seat: own for seat, own in self.tools.items() if seat in condition.protocol.seats}
        return tools_together(condition.protocol.tools, common, condition.tools)

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent that has a seat under any condition, by its name."""
        filled = [condition.filled(self.seats) for condition in self.conditions.values()]
        return by_name(agent for seats in filled for agent in seats.values())

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of the only round, ordered by deal and then by condition."""
        if number > 0:
            return None
        seatings = self._seatings()
        return Round(self.deals(seatings, first=0), len(seatings) * self.variants * self.repetitions)

    def _seatings(self) -> list[Seating]:
        return [
            seating
            for name, condition in self.conditions.items()
            for seating in self.seatings_of(condition.protocol, condition.filled(self.seats), name)
        ]

    def config(self) -> dict[str, Any]:
        """Return everything that shapes the run's transcripts, the order of the conditions included."""
        conditions = {
            name: {
                "protocol": described(condition.protocol),
                "players": list(condition.protocol.players),
                "seats": names_of(condition.filled(self.seats)),
                **({"prompts": condition.prompts} if condition.prompts else {}),
                **({"tools": described_tools(condition.tools)} if condition.tools else {}),
            }
            for name, condition in self.conditions.items()
        }
        compared = {"class": place_of(Comparison), "order": list(conditions), "conditions": conditions}
        return super().config() | {"protocol": compared, "seats": names_of(self.seats)}
