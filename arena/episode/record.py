"""The interface of an episode's recorder, and the tape with the calls of an earlier execution."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from arena.annotations import AnnotationRow
from arena.core.errors import Diverged
from arena.episode.plan import Plan, Played
from arena.forms import Status
from arena.seat.agent import NO_USAGE, Reply, RequestUsage
from arena.seat.calls import ToolCall, ToolResult
from arena.seat.transcript import Event


class Call(NamedTuple):
    """One request to an agent, made in the episode's `step`, and its outcome.

    The request is stored by reference: the seat's brief, the first `seen` events of its view, and the prompt,
    which is the seat's asked event number `count`. `digest` is the digest of the three. `reply` is None if
    the agent raised an error. `parsed` is the JSON of the value read from the reply, or None. `seconds` is
    the time that the agent took, and `spent` its usage. `sample` is the number of the draft, counted
    from 0, if the turn has several drafts.
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
    spent: RequestUsage = NO_USAGE
    sample: int | None = None


class Returned(NamedTuple):
    """What came of one call of a tool.

    `count` is the number of the seat's request whose reply made the call, and `number` counts the calls of
    that reply, from 0. `seconds` is the time that the tool took.
    """

    seat: str
    count: int  # type: ignore[assignment]  # hides tuple's method, which nobody misses
    number: int
    result: ToolResult
    seconds: float = 0.0


NOTHING_OFFERED: Mapping[str, str] = MappingProxyType({})


class Recorder(Protocol):
    """Records an episode's calls and events as they happen."""

    def begin(
        self, plan: Plan, briefs: Mapping[str, str], offered: Mapping[str, str] = NOTHING_OFFERED
    ) -> None:
        """Record that an episode is about to be played. `offered` are the tools of its seats, as JSON."""

    def call(self, episode: int, call: Call) -> None:
        """Record a call that has just been answered."""

    def tool(self, episode: int, came: Returned) -> None:
        """Record what a tool has just returned."""

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Record the events of a step. The first is at `position` in the transcript."""

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        """Record the annotations of a step."""

    def end(self, played: Played) -> None:
        """Record how an episode ended."""

    async def room(self) -> None:
        """Let other tasks run, and wait until there is room for more records."""


class _NoRecord:
    def begin(
        self, plan: Plan, briefs: Mapping[str, str], offered: Mapping[str, str] = NOTHING_OFFERED
    ) -> None:
        pass

    def call(self, episode: int, call: Call) -> None:
        pass

    def tool(self, episode: int, came: Returned) -> None:
        pass

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        pass

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        pass

    def end(self, played: Played) -> None:
        pass

    async def room(self) -> None:
        await asyncio.sleep(0)


NO_RECORD: Recorder = _NoRecord()
"""A recorder that records nothing."""


class PassingOn:
    """A recorder that passes all on to another one. Subclasses do more with some of it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def begin(
        self, plan: Plan, briefs: Mapping[str, str], offered: Mapping[str, str] = NOTHING_OFFERED
    ) -> None:
        """Record that an episode is about to be played."""
        self._recorder.begin(plan, briefs, offered)

    def call(self, episode: int, call: Call) -> None:
        """Record a call."""
        self._recorder.call(episode, call)

    def tool(self, episode: int, came: Returned) -> None:
        """Record what a tool returned."""
        self._recorder.tool(episode, came)

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Record the events of a step."""
        self._recorder.events(episode, step, position, events)

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        """Record annotations."""
        self._recorder.annotations(episode, step, found)

    def end(self, played: Played) -> None:
        """Record how an episode ended."""
        self._recorder.end(played)

    async def room(self) -> None:
        """Let other tasks run, and wait while too much is queued."""
        await self._recorder.room()


class Beyond(PassingOn):
    """A recorder that records from a step on, because the steps before are recorded elsewhere."""

    def __init__(self, recorder: Recorder, step: int) -> None:
        super().__init__(recorder)
        self._step = step

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Record the events of a step, except of an earlier step."""
        if step >= self._step:
            super().events(episode, step, position, events)

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        """Record the annotations of a step, except of an earlier step."""
        if step >= self._step:
            super().annotations(episode, step, found)


class Tape:
    """The calls of an episode's earlier execution, whose replies are used again.

    `given` are texts that replace the agents' replies, by seat and count, where there is no call. `returned`
    is what tools returned.
    """

    def __init__(
        self,
        calls: Iterable[Call] = (),
        given: Mapping[tuple[str, int], str] | None = None,
        returned: Iterable[Returned] = (),
    ) -> None:
        self._calls = {(call.seat, call.count): call for call in calls}
        self._given = given or {}
        self._returned = {(one.seat, one.count, one.number): one.result for one in returned}

    def __len__(self) -> int:
        return len(self._calls)

    def find(self, seat: str, count: int, digest: str) -> Call | None:
        """Return the recorded call, or None if the agent must be asked.

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

    def returned(self, seat: str, count: int, number: int, call: ToolCall) -> ToolResult | None:
        """Return what came of a call of a tool, or None if the tool must be called.

        Raises:
            Diverged: if the tape holds another call at this place.
        """
        found = self._returned.get((seat, count, number))
        if found is not None and found.call != call:
            raise Diverged(
                f"Call {number} of tools in reply {count} of {seat} is not the one that was recorded, so "
                "what was recorded of it cannot be used again."
            )
        return found

    def given(self, seat: str, count: int) -> str | None:
        """Return the text that replaces the agent's reply, or None."""
        return self._given.get((seat, count))
