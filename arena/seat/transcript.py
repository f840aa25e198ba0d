"""The transcript: append-only events, each with an audience, and the view that each seat has of them.

A *step* is what happens between two moments at which seats may look: one announcement, or one round of
replies that were asked for together. Within a step a seat's view holds its own exchange first, then what
the others said, so that a seat never seems to have heard a simultaneous speech before its own, and so
that each request starts with the seat's previous request and reply.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple, overload

from pydantic_core import from_json, to_json

from arena.pictures import Picture

Audience = frozenset[str]

NOBODY: Audience = frozenset()
"""The audience of what only the record may hold, such as a belief nobody is told."""


LONG = 250_000
"""From how many characters on a text is worked on apart from others, so that none has to wait for several."""


NOTHING = "null"
"""The payload of an event without fields."""


class EventKind(StrEnum):
    """What an event is."""

    TOLD = "told"
    """The protocol announced something."""
    ASKED = "asked"
    """A seat was asked for a reply."""
    SAID = "said"
    """A seat's reply, rebuilt from its parsed fields."""
    FAILED = "failed"
    """A seat's reply that could not be used, as it came; only the seat itself may see it."""
    CALLED = "called"
    """A seat's reply that calls tools, as it came; only the seat itself may see it."""
    RETURNED = "returned"
    """What the tools returned. It asks the seat again, and only the seat itself may see it."""


ASKING = frozenset((EventKind.ASKED, EventKind.RETURNED))
"""The kinds of events that ask a seat for a reply. Each of them is the prompt of one request."""


class Event(NamedTuple):
    """One entry of a transcript.

    `seat` is the seat that spoke or was asked (None for an announcement), `audience` the set of seats
    that may see the event, `text` what they read and `payload` the JSON of its fields. The audience may hold
    seats in which nobody sits, such as that of a judge who comes later. `pictures` stand after the text.
    """

    kind: EventKind
    seat: str | None
    audience: Audience
    text: str
    payload: str = NOTHING
    pictures: tuple[Picture, ...] = ()

    @property
    def data(self) -> Any:
        """The event's fields: a fresh copy each time, so that no reader can change the record."""
        return from_json(self.payload)


class View(Sequence[Event]):
    """The events that one seat may see, in order, as they stood when the view was taken."""

    __slots__ = ("_events", "_length")

    def __init__(self, events: list[Event], length: int) -> None:
        self._events = events
        self._length = length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        if isinstance(index, slice):
            return self._events[: self._length][index]
        position = range(self._length)[index]
        return self._events[position]

    def __iter__(self) -> Iterator[Event]:
        for position in range(self._length):
            yield self._events[position]


class _Sight:
    """What one seat has seen: the growing list, and a running digest of the part that was asked about."""

    __slots__ = ("digested", "events", "hasher")

    def __init__(self, brief: str, offered: str = "") -> None:
        self.events: list[Event] = []
        self.digested = 0
        self.hasher = _digested(brief).copy()
        if offered:
            self.hasher.update(f"\n{len(offered)}\n{offered}".encode())

    def digest(self, *asked: Event) -> str:
        news = self.events[self.digested :]
        self.digested = len(self.events)
        if news:
            self.hasher.update("".join(map(_digestible, news)).encode())
        hasher = self.hasher.copy()
        _update(hasher, asked)
        return hasher.hexdigest()


def request_digest(brief: str, view: Iterable[Event], prompt: Event) -> str:
    """Return what `Transcript.digest` returns for a request of these parts."""
    hasher = _digested(brief).copy()
    _update(hasher, (*view, prompt))
    return hasher.hexdigest()


def _update(hasher: blake2b, events: Iterable[Event]) -> None:
    for event in events:
        hasher.update(_digestible(event).encode())


@lru_cache(maxsize=1024)
def _digested(brief: str) -> blake2b:
    return blake2b(f"{len(brief)}\n{brief}".encode(), digest_size=16)


def _digestible(event: Event) -> str:
    """Return what is digested of an event. Two events that differ for a seat that sees them never agree.

    An event of no seat has ``None`` in the seat's place. Journals hold digests made so; therefore a seat that
    is really called ``None`` gets a backslash, and so does one that is called so behind backslashes.
    """
    kind, seat, _, text, payload, pictures = event
    if seat is not None and seat.endswith("None") and seat.lstrip("\\") == "None":
        seat = f"\\{seat}"
    seen = "".join([f" {picture.digest}" for picture in pictures]) if pictures else ""
    return f"\n{kind} {seat} {len(text)} {len(payload)}{seen}\n{text}{payload}"


class Transcript:
    """All events of an episode in their order, and what each seat has seen of them.

    Args:
        briefs: the system text of each seat.
        offered: the tools that seats are offered, as the JSON that is recorded, by seat.
    """

    __slots__ = ("_sights", "events")

    def __init__(self, briefs: dict[str, str], offered: Mapping[str, str] | None = None) -> None:
        self.events: list[Event] = []
        tools = offered or {}
        self._sights = {seat: _Sight(brief, tools.get(seat, "")) for seat, brief in briefs.items()}

    def view(self, seat: str) -> View:
        """Return what `seat` may see now; the view does not change when the transcript grows."""
        events = self._sights[seat].events
        return View(events, len(events))

    def has_long_news(self, seat: str) -> bool:
        """Whether `seat` has seen a long text since it was last asked."""
        sight = self._sights[seat]
        return any(len(event.text) > LONG for event in sight.events[sight.digested :])

    async def catch_up(self, seat: str) -> None:
        """Digest what `seat` has seen since it was last asked, letting others run in between."""
        sight = self._sights[seat]
        hasher, events = sight.hasher.copy(), list(sight.events)
        for event in events[sight.digested :]:
            text = _digestible(event)
            for start in range(0, len(text), LONG):
                hasher.update(text[start : start + LONG].encode())
                await asyncio.sleep(0)
        sight.hasher, sight.digested = hasher, len(events)

    def digest(self, seat: str, *asked: Event) -> str:
        """Return the digest (32 hex digits) of a request: the seat's brief, its view, and what is `asked`.

        The last of these events is the prompt. Events before it belong to an exchange that the seat's later
        views do not hold (see `unseen_before`).
        """
        return self._sights[seat].digest(*asked)

    def show(self, seat: str, event: Event) -> None:
        """Let `seat` see an event of its own exchange before the step that holds it is committed."""
        if seat in event.audience:
            self._sights[seat].events.append(event)

    def tell(self, event: Event) -> None:
        """Append a step of one announcement."""
        self.events.append(event)
        for seat in event.audience:
            if seat in self._sights:
                self._sights[seat].events.append(event)

    def commit(self, step: Iterable[tuple[str | None, Sequence[Event]]]) -> None:
        """Append a step: exchanges in a fixed order, each with the seat that has been shown it already."""
        for owner, exchange in step:
            self.events += exchange
            for event in exchange:
                for seat in event.audience:
                    if seat != owner and seat in self._sights:
                        self._sights[seat].events.append(event)

    @classmethod
    def rebuild(
        cls,
        briefs: dict[str, str],
        steps: Iterable[Sequence[Event]],
        offered: Mapping[str, str] | None = None,
    ) -> Transcript:
        """Return the transcript whose events were recorded as these `steps`."""
        transcript = cls(briefs, offered)
        for step in steps:
            exchanges: dict[str | None, list[Event]] = {}
            for event in step:
                exchanges.setdefault(event.seat, []).append(event)
            for seat, exchange in exchanges.items():
                if seat is not None:
                    for event in exchange:
                        transcript.show(seat, event)
            transcript.commit(exchanges.items())
        return transcript


def unseen_before(exchange: Sequence[Event], prompt: Event) -> list[Event]:
    """Return what the seat is sent between its view and a prompt, because its views do not hold it.

    A seat that called tools is sent its question, its calls and what they returned so far, even if its later
    views are to hold nothing of it.

    Args:
        exchange: the events of the seat's own exchange before the prompt.
        prompt: the prompt.
    """
    if prompt.kind is not EventKind.RETURNED or prompt.seat in prompt.audience:
        return []
    begun = max(at for at, event in enumerate(exchange) if event.kind is EventKind.ASKED)
    return list(exchange[begun:])


def encode(fields: Any) -> str:
    """Return the JSON of an event's fields (pydantic models and dataclasses included)."""
    return NOTHING if fields is None else to_json(fields).decode()
