"""A recorder in memory, and plans to record."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from arena.annotations import AnnotationRow
from arena.episode.plan import Plan, Played
from arena.episode.record import NOTHING_OFFERED, Call, Returned
from arena.seat.transcript import Event
from arena.tasks.task import Task


class Memory:
    """A recorder that keeps everything."""

    def __init__(self) -> None:
        self.begun: dict[int, tuple[Plan, Mapping[str, str]]] = {}
        self.offered: dict[int, Mapping[str, str]] = {}
        self.calls: dict[int, list[Call]] = {}
        self.returned: dict[int, list[Returned]] = {}
        self.steps: dict[int, list[tuple[Event, ...]]] = {}
        self.ended: dict[int, Played] = {}
        self.found: dict[int, list[AnnotationRow]] = {}

    def begin(
        self, plan: Plan, briefs: Mapping[str, str], offered: Mapping[str, str] = NOTHING_OFFERED
    ) -> None:
        self.begun[plan.number] = (plan, briefs)
        self.offered[plan.number] = offered

    def call(self, episode: int, call: Call) -> None:
        self.calls.setdefault(episode, []).append(call)

    def tool(self, episode: int, came: Returned) -> None:
        self.returned.setdefault(episode, []).append(came)

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        steps = self.steps.setdefault(episode, [])
        assert step == len(steps)
        assert position == sum(map(len, steps))
        steps.append(tuple(events))

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        self.found.setdefault(episode, []).extend(found)

    def end(self, played: Played) -> None:
        self.ended[played.plan.number] = played

    async def room(self) -> None:
        await asyncio.sleep(0)


def plan_of(number: int = 0, task: Task | None = None, /, **seats: str) -> Plan:
    """Return a plan whose agents are named like their seats unless told otherwise."""
    return Plan(number, task or Task(), seats or {"ann": "ann", "bob": "bob"}, chance=number)
