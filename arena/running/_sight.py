"""Who is shown pictures in a run, and whether all of them see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import islice

from arena.core.errors import UsageError
from arena.designs.scenario import AnyScenario
from arena.seat.agent import Agent
from arena.workers.opening import AskedOf

PLANS_CHECKED = 1000
"""For this many plans it is checked before the run whether the agents can answer what they will be asked."""


def shown_to(scenario: AnyScenario) -> Mapping[str, str]:
    """Return the agents that the first round shows pictures of a task, each with a seat in which it does."""
    first = scenario.round(0, ())
    has_pictures = any(task.all_pictures for task in scenario.played_tasks)
    return {
        name: seat
        for plan in islice(first.plans if first else (), None if has_pictures else PLANS_CHECKED)
        for seat, name in plan.seats.items()
        if scenario.protocol_of(plan).shows_pictures(seat, plan.task.public)
    }


def check_picture_names(scenario: AnyScenario) -> None:
    """Refuse a task with private pictures that nobody in the first round can be shown.

    Raises:
        UsageError: if there is one. Its name is probably misspelt.
    """
    if not any(task.private_pictures for task in scenario.played_tasks):
        return
    unknown: dict[str, set[str]] = {}
    seats: dict[str, str] = {}
    first = scenario.round(0, ())
    for plan in first.plans if first else ():
        seats |= plan.seats
        if named := plan.task.private_pictures.keys():
            left = named - set(scenario.protocol_of(plan).picture_names)
            unknown[plan.task.id] = unknown.get(plan.task.id, left) & left
    for name, left in unknown.items():
        if left:
            raise UsageError(
                f"Task {name!r} has pictures for {min(left)!r}, and there is no such seat; take them "
                f"out, or name one of the seats: {', '.join(seats)}."
            )


def check_sight(shown: Mapping[str, str], agents: Mapping[str, Agent]) -> None:
    """Refuse an agent that would be shown pictures and sees none.

    Raises:
        UsageError: if there is one.
    """
    for name, seat in shown.items():
        if not agents[name].sees_pictures:
            raise UsageError(
                f"The agent {name!r} cannot sit here as {seat}: the tasks have pictures, and it sees none; "
                "name a model that does. A model on this machine needs its projector: "
                "local:MODEL?projector=FILE."
            )


def asked_of(scenario: AnyScenario) -> Mapping[str, AskedOf]:
    """Return what the first plans ask of each agent, by its name, if their protocols declare it."""
    found: defaultdict[str, set[tuple[str, frozenset[str]]]] = defaultdict(set)
    first = scenario.round(0, ())
    for plan in islice(first.plans if first else (), PLANS_CHECKED):
        protocol = scenario.protocol_of(plan)
        for seat, name in plan.seats.items():
            if (names := protocol.asks_of(seat)) is not None:
                found[name].add((seat, names))
    return found
