"""What an episode hands to its recorder, and the tape on which an earlier execution is read back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from arena.core.errors import Diverged
from arena.episode.plan import Plan, Played
from arena.forms import Status
from arena.seat.agent import NOTHING_SPENT, Reply, Spent
from arena.seat.transcript import Event


class Call(NamedTuple):
    """One request to an agent, made in the episode's `step`, and what came of it.

    The request is held by reference: it is the seat's brief, the first `seen` events of its view, and the
    prompt, which is the seat's `count`-th asked event; `digest` is the digest of the three. `reply` is None
    if the agent broke, `parsed` the JSON of the value read from the reply (None if there was none),
    `seconds` how long the agent took and `spent` what else it took.
    """

    seat: str
    count: int  # type: ignore[assignment]  # hides tuple's method, which nobody misses
    step: int
    digest: str
    seen: int
    status: Status
    reason: str
    parsed: str | None
    seconds: float
    reply: Reply | None
    spent: Spent = NOTHING_SPENT


class Recorder(Protocol):
    """Where an episode's calls and events go, as they happen."""

    def begin(self, plan: Plan, briefs: Mapping[str, str]) -> None:
        """Record that an episode is about to be played."""

    def call(self, episode: int, call: Call) -> None:
        """Record a call that has just been answered."""

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Record the events of a step; the first stands at `position` in the transcript."""

    def end(self, played: Played) -> None:
        """Record how an episode ended."""

    async def room(self) -> None:
        """Let others run, and wait until there is room for more records."""


class _NoRecord:
    def begin(self, plan: Plan, briefs: Mapping[str, str]) -> None:
        pass

    def call(self, episode: int, call: Call) -> None:
        pass

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        pass

    def end(self, played: Played) -> None:
        pass

    async def room(self) -> None:
        await asyncio.sleep(0)


NO_RECORD: Recorder = _NoRecord()
"""Keeps nothing."""


class Beyond:
    """Records what is played from a step on; what came before it is recorded elsewhere."""

    def __init__(self, recorder: Recorder, step: int) -> None:
        self._recorder = recorder
        self._step = step
        self.begin = recorder.begin
        self.call = recorder.call
        self.end = recorder.end
        self.room = recorder.room

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Record the events of a step, unless it came before."""
        if step >= self._step:
            self._recorder.events(episode, step, position, events)


class Tape:
    """The calls of an episode's earlier execution, from which their replies are taken again.

    `given` are texts that stand in for the replies of agents, by seat and count, where there is no call.
    """

    def __init__(
        self, calls: Iterable[Call] = (), given: Mapping[tuple[str, int], str] | None = None
    ) -> None:
        self._calls = {(call.seat, call.count): call for call in calls}
        self._given = given or {}

    def __len__(self) -> int:
        return len(self._calls)

    def find(self, seat: str, count: int, digest: str) -> Call | None:
        """Return the recorded call, or None if the agent is to be asked.

        Raises:
            Diverged: if the tape holds another request at this place.
        """
        call = self._calls.get((seat, count))
        if call is not None and call.digest != digest:
            raise Diverged(
                f"Request {count} to {seat} is not the one that was recorded, so the recorded reply cannot "
                "be used again; does the protocol use anything but its episode for randomness, time or state?"
            )
        return call

    def given(self, seat: str, count: int) -> str | None:
        """Return the text that stands in for the agent's reply, if one does."""
        return self._given.get((seat, count))
