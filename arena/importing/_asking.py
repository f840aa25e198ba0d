"""The calls of an imported episode: each reply with the digest of its request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from arena.episode.record import Call
from arena.importing._record import ImportedEpisode
from arena.importing._speaking import ImportedReply, Step
from arena.seat.agent import NO_USAGE
from arena.seat.transcript import Event, Transcript, unseen_before
from arena.tools import Calling, ToolOffer

_SEAT = attrgetter("seat")


def offered(episode: ImportedEpisode) -> dict[str, str]:
    """Return what the seats that call tools were offered, as the JSON that is recorded, by seat.

    The tools themselves are those that the file lists, if it lists any.
    """
    callers = {one.seat for one in episode.speeches if one.calls and episode.is_reply(one)}
    if episode.tools:
        callers |= set(episode.replies)
    offer = ToolOffer(Calling.NATIVE, tuple(one.spec for one in episode.tools)).text()
    return {seat: offer for seat in episode.seats if seat in callers}


class CallMaker:
    """Makes the calls of an episode's replies, step by step, from the transcript that it builds."""

    def __init__(self, episode: ImportedEpisode) -> None:
        self._transcript = Transcript(episode.system_messages(), offered(episode))
        self._counts = Counter[str]()

    def calls(self, number: int, step: Step) -> list[Call]:
        """Return the calls of a step with this number, and add its events to the transcript."""
        found, start = [], 0
        exchanges: list[tuple[str | None, list[Event]]] = [
            (owner, list(events)) for owner, events in groupby(step.events, key=_SEAT)
        ]
        for owner, events in exchanges:
            for place, event in enumerate(events):
                answered = step.answered.get(start + place)
                if answered is not None and owner is not None:
                    found.append(self._call(number, owner, events[: place + 1], answered))
                if owner is not None:
                    self._transcript.show(owner, event)
            start += len(events)
        self._transcript.commit(exchanges)
        return found

    def _call(self, step: int, seat: str, exchange: Sequence[Event], answered: ImportedReply) -> Call:
        *before, prompt = exchange
        digest = self._transcript.digest(seat, *unseen_before(before, prompt), prompt)
        seen = len(self._transcript.view(seat))
        count, self._counts[seat] = self._counts[seat], self._counts[seat] + 1
        reply, status, parsed, sample = answered
        why = "it calls tools" if parsed is None else ""
        return Call(seat, count, step, digest, seen, status, why, parsed, 0.0, reply, NO_USAGE, sample)
