"""The messages that a seat was sent, rebuilt from the transcript as chat messages for any chat template.

They are a `conversation`, as agents that are models send it. The seat's own earlier turns are the assistant's
messages. The words of all others are fenced in user messages, exactly as the agent was sent them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from arena.journal import StoredEpisode
from arena.seat.additions import Added, additions
from arena.seat.messages import BETWEEN, Message, add, messages_of
from arena.seat.transcript import ASKING, Event, Transcript, unseen_before
from arena.tools import Calling, ToolOffer
from arena.training.rewards.places import Steps

_SEAT = attrgetter("seat")
_MOST_KEPT = 1024
_LONGEST_KEPT = 8192
_FORMAT = "Reply with one JSON object and nothing else. It must follow this JSON schema: "


class Sent(NamedTuple):
    """The request of a call, and its number of characters.

    `asked` is how many of them, at the end, are the question.
    """

    messages: tuple[Message, ...]
    length: int
    asked: int = 0

    def with_added(self, where: Added, text: str) -> Sent:
        """Return the request with what was added to it."""
        first, last = self.messages[0], self.messages[-1]
        if where is Added.BRIEF and first.role != "system":
            return Sent((Message("system", text), *self.messages), self.length + len(text), self.asked)
        if where is Added.BRIEF:
            changed = (first._replace(content=f"{first.content}{BETWEEN}{text}"), *self.messages[1:])
            return Sent(changed, self.length + len(BETWEEN) + len(text), self.asked)
        if where in (Added.FORMAT, Added.ASIDE):
            text = f"{_FORMAT}{text}" if where is Added.FORMAT else text
            content = f"{last.content}{BETWEEN}{text}"
        else:
            end = len(last.content) - self.asked
            content = f"{last.content[:end]}{text}{BETWEEN}{last.content[end:]}"
            last = last.moved(end, len(text) + len(BETWEEN))
        more = len(BETWEEN) + len(text)
        changed = (*self.messages[:-1], last._replace(content=content))
        return Sent(changed, self.length + more, self.asked + more)


class Requests:
    """The requests of calls, by the digests with which the calls were recorded.

    A request that was sent many times, as in a small game, is rebuilt only once. `steps` reads the events of
    an episode only if one of its requests is not known yet.
    """

    def __init__(self, steps: Callable[[int], Steps]) -> None:
        self._steps = steps
        self._known: dict[str, Sent] = {}

    def of(self, episode: StoredEpisode) -> Mapping[str, Sent]:
        """Return the requests of the episode's calls, by digest.

        Requests that cannot be rebuilt are left out.
        """
        known = self._known
        if all(call.digest in known for call in episode.calls):
            return known
        rebuilt = requests(episode, self._steps(episode.number))
        if len(known) > _MOST_KEPT:
            self._known = {}
        self._known |= {digest: sent for digest, sent in rebuilt.items() if sent.length <= _LONGEST_KEPT}
        return rebuilt


def requests(episode: StoredEpisode, steps: Steps) -> dict[str, Sent]:
    """Return all requests of an episode with these steps, by digest.

    The transcript is built again, step by step. The request of a call is the one with the call's recorded
    digest. If there is none, the request of that call is unknown.
    """
    transcript = Transcript(dict(episode.briefs), episode.offered)
    seats = {
        seat: _Viewpoint(seat, brief, transcript, native=_calls_natively(episode, seat))
        for seat, brief in episode.briefs.items()
    }
    for step in steps:
        seat = step[0].seat
        if seat == step[-1].seat:
            for place, event in enumerate(step):
                if event.kind in ASKING and seat is not None:
                    seats[seat].ask(event, step[:place])
                transcript.tell(event)
            continue
        exchanges: list[tuple[str | None, list[Event]]] = [
            (owner, list(events)) for owner, events in groupby(step, key=_SEAT)
        ]
        for owner, events in exchanges:
            if owner is None:
                continue
            for place, event in enumerate(events):
                if event.kind in ASKING:
                    seats[owner].ask(event, events[:place])
                transcript.show(owner, event)
        transcript.commit(exchanges)
    return {digest: sent for viewpoint in seats.values() for digest, sent in viewpoint.sent.items()}


def sent_messages(episode: StoredEpisode) -> list[tuple[Message, ...]]:
    """Return the messages of each call of an episode, in the order of its calls, with what was added to them.

    A call whose request cannot be rebuilt has none.
    """
    rebuilt = requests(episode, episode.steps)
    found = []
    for call in episode.calls:
        sent = rebuilt.get(call.digest)
        if sent is not None:
            for where, text in additions(call.spent.notes):
                sent = sent.with_added(where, text)
        found.append(sent.messages if sent is not None else ())
    return found


def _calls_natively(episode: StoredEpisode, seat: str) -> bool:
    """Return whether the agent in a seat was sent its tools beside the messages."""
    offered = episode.offered.get(seat)
    return offered is not None and ToolOffer.read(offered).calling is Calling.NATIVE


class _Viewpoint:
    """One seat's messages, to which new ones are only added, and its requests."""

    def __init__(self, seat: str, brief: str, transcript: Transcript, *, native: bool) -> None:
        self.sent: dict[str, Sent] = {}
        self._seat = seat
        self._transcript = transcript
        self._native = native
        self._seen = 0
        self._messages = [Message("system", brief)] if brief else []
        self._length = len(brief)

    def ask(self, prompt: Event, exchange: Sequence[Event] = ()) -> None:
        """Record the request that the seat is sent with a prompt, which follows its own `exchange`."""
        unseen = unseen_before(exchange, prompt)
        view = self._transcript.view(self._seat)
        digest = self._transcript.digest(self._seat, *unseen, prompt)
        for position in range(self._seen, len(view)):
            self._length += self._add(self._messages, view[position])
        self._seen = len(view)
        messages = self._messages.copy()
        length = self._length + sum(self._add(messages, event) for event in unseen)
        length += self._add(messages, prompt)
        self.sent[digest] = Sent(tuple(messages), length, self._asked(prompt))

    def _add(self, messages: list[Message], event: Event) -> int:
        """Add an event to messages, and return how many characters longer they are for it."""
        return sum(add(messages, one) for one in messages_of(event, self._seat, native=self._native))

    def _asked(self, prompt: Event) -> int:
        """Return how many characters at the end of the last message are the question."""
        last = messages_of(prompt, self._seat, native=self._native)[-1]
        return len(last.content) if last.content.strip() else 0
