"""Checking that a protocol keeps its contract: `check_protocol` plays it with seats that answer at random.

    check_protocol(MyProtocol(), Task(text="Are whales fish?", truth="no"))

It checks what the protocol finds out. Each annotation has a name that `Protocol.finds` lists, with the kind
that it lists for it. An ask that records annotations of its seat records them also if the seat refuses to
answer, because a missing row would make a figure look better than it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from arena.annotations import KINDS, AnnotationRow
from arena.core.errors import ArenaError
from arena.core.seeds import derive
from arena.episode.context import EpisodeContext
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.episode.playing import play_episode
from arena.episode.protocol import Protocol
from arena.episode.record import NO_RECORD, Call
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.tasks.task import Task


class ProtocolFault(ArenaError, AssertionError):
    """A protocol breaks its contract. The message says which part, and in which episode."""


def check_protocol(
    protocol: Protocol, task: Task | None = None, *, playouts: int = 10, seed: int = 0
) -> None:
    """Check what a protocol finds out, in episodes in which every seat answers at random.

    For each name that an episode finds of a seat's answers, the episode is played again, and the seat refuses
    to answer one of those asks.

    Args:
        protocol: the protocol.
        task: a task that it can be played on. The default is an empty one.
        playouts: how many episodes are played, each with another chance.
        seed: the root of all randomness.

    Raises:
        ProtocolFault: if an episode ends with an error, if an annotation is not listed in `Protocol.finds` or
            has another kind there, or if an ask whose reply cannot be used leaves no annotation.
    """
    with ThreadPoolExecutor(1) as thread:  # a loop may be running in this one, as in a notebook
        for number in range(playouts):
            plan = Plan(number, task or Task(), {seat: seat for seat in protocol.seats}, derive(seed, number))
            thread.submit(asyncio.run, _check(protocol, plan)).result()


class _Ask(NamedTuple):
    """An ask: its seat, the number of its first request to it, and the step."""

    seat: str
    count: int  # type: ignore[assignment]  # hides tuple's method, which nobody misses
    step: int


@dataclass
class _Notes:
    """A recorder that keeps the calls and annotations of one episode."""

    calls: list[Call] = field(default_factory=list)
    found: list[AnnotationRow] = field(default_factory=list)
    outcome: Outcome | None = None
    begin = NO_RECORD.begin
    tool = NO_RECORD.tool
    events = NO_RECORD.events
    room = NO_RECORD.room

    def call(self, episode: int, call: Call) -> None:
        self.calls.append(call)

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        self.found.extend(found)

    def end(self, played: Played) -> None:
        self.outcome = played.outcome

    def asks(self, episode: int) -> Iterator[tuple[str, _Ask]]:
        """Yield, for each name that was found of seats' answers, one of the asks that it was found in."""
        first: dict[tuple[str, int], int] = {}
        for call in self.calls:
            first.setdefault((call.seat, call.step), call.count)
        by_name: dict[str, list[_Ask]] = {}
        for row in self.found:
            if row.said is not None and (row.author, row.said) in first:
                asked = _Ask(row.author, first[row.author, row.said], row.said)
                by_name.setdefault(row.name, []).append(asked)
        for name, asks in by_name.items():
            yield name, asks[derive(episode, name) % len(asks)]


@dataclass
class _AtRandom(Agent):
    """Gives a random usable answer, but refuses to answer one ask."""

    refuses: _Ask | None = None
    name: str = "at random"

    async def reply(self, request: Request) -> Reply:
        ask = self.refuses
        if ask and ask.seat == request.seat and 0 <= request.count - ask.count <= request.form.retries:
            return Reply("", stop=Stop.REFUSED)
        return Reply(request.form.sample(request.random()))


async def _check(protocol: Protocol, plan: Plan) -> None:
    usual = await _played(protocol, plan)
    for name, ask in usual.asks(plan.number):
        refused = await _played(protocol, plan, ask)
        if not any((row.name, row.author, row.said) == (name, ask.seat, ask.step) for row in refused.found):
            raise _fault(
                protocol,
                plan,
                f"no annotation {name!r} is recorded if {ask.seat} refuses to answer in step {ask.step}. "
                "Pass it to ask(..., finds=...), or annotate before the reply's value is read",
            )


async def _played(protocol: Protocol, plan: Plan, refuses: _Ask | None = None) -> _Notes:
    """Play an episode. Check that no error ended it, and that it lists what it finds."""
    notes = _Notes()
    agents = dict.fromkeys(protocol.seats, _AtRandom(refuses))
    context = EpisodeContext(seed=plan.chance, recorder=notes)
    outcome = (await play_episode(protocol, plan, agents, context)).outcome
    if outcome.ending is Ending.FAILED and not outcome.offenders:
        raise _fault(protocol, plan, f"the episode fails, and no seat is at fault: {outcome.reason}")
    for row in notes.found:
        listed = protocol.finds.get(row.name)
        kind = KINDS[row.kind]
        if listed is None:
            what = f"the {row.kind} {row.name!r} is not in its property finds. Add {row.name!r}: "
            raise _fault(protocol, plan, f"{what}{kind.__name__}")
        if listed is not kind:
            what = f"its property finds lists {row.name!r} as {listed.__name__}, but it is a {kind.__name__}"
            raise _fault(protocol, plan, f"{what}. Give each kind a name of its own")
    return notes


def _fault(protocol: Protocol, plan: Plan, what: str) -> ProtocolFault:
    return ProtocolFault(f"{type(protocol).__name__}, episode {plan.number}: {what}.")
