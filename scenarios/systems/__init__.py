"""The published systems that Arena plays: of each its command, the figure that comes out, and what differs.

``arena list systems`` prints this table, ``python -m scenarios.systems`` writes docs/systems.md from it, and
a test types each command in an empty folder and looks for the figure. To add a system, add a `System` to the
table of its group and write the page again. The command plays scripted agents whose figure is known from the
paper or by hand, so that it needs no key and takes seconds. With ``local`` in place of these agents, the
same command plays the model on this machine.
"""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System
from scenarios.systems.aggregation import AGGREGATION_SYSTEMS
from scenarios.systems.behaviour import BEHAVIOUR_SYSTEMS
from scenarios.systems.borrowed import BORROWED_SYSTEMS
from scenarios.systems.critics import CRITICS_SYSTEMS
from scenarios.systems.games import GAMES_SYSTEMS
from scenarios.systems.judges import JUDGES_SYSTEMS
from scenarios.systems.oversight import OVERSIGHT_SYSTEMS

__all__ = ["GROUPS", "SYSTEMS", "StatedFigure", "System"]

GROUPS: dict[str, tuple[System, ...]] = {
    "Debate and oversight": OVERSIGHT_SYSTEMS,
    "Judges": JUDGES_SYSTEMS,
    "Critics and self-correction": CRITICS_SYSTEMS,
    "Aggregation of answers, and confidence": AGGREGATION_SYSTEMS,
    "Behaviour of reasoning, and deception": BEHAVIOUR_SYSTEMS,
    "Games and negotiation": GAMES_SYSTEMS,
    "Ideas that are borrowed from other fields": BORROWED_SYSTEMS,
}
"""The systems by their group, in the order of the page."""

SYSTEMS: tuple[System, ...] = tuple(system for group in GROUPS.values() for system in group)
"""All of them, in the order of the page."""
