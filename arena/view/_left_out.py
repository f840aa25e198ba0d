"""Leaving out what people wrote, in a copy of an episode that is to be shared."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from arena.annotations import AnnotationRow, Answer, Label
from arena.episode.record import Call
from arena.journal import StoredEpisode
from arena.seat.agent import Reply
from arena.seat.transcript import NOTHING, Event, EventKind

LEFT_OUT = "(what a person wrote here is left out)"
_WRITTEN = (EventKind.SAID, EventKind.FAILED, EventKind.CALLED)


def without_people(episode: StoredEpisode, people: Collection[str]) -> StoredEpisode:
    """Return an episode without the words of the agents of these names, and without their names.

    What others quote of them stays. The exact requests to others cannot be rebuilt if they held such words.
    """
    seats = {seat for seat, agent in episode.plan.seats.items() if agent in people}
    if not seats:
        return episode
    named = {seat: "a person" if seat in seats else agent for seat, agent in episode.plan.seats.items()}
    plan = replace(episode.plan, seats=named)
    return replace(
        episode,
        plan=plan,
        steps=tuple(tuple(_event(event, seats) for event in step) for step in episode.steps),
        calls=tuple(_call(call) if call.seat in seats else call for call in episode.calls),
        played=None if episode.played is None else replace(episode.played, plan=plan),
        annotations=tuple(_found(row) if row.author in seats else row for row in episode.annotations),
    )


def _event(event: Event, seats: Collection[str]) -> Event:
    if event.seat not in seats or event.kind not in _WRITTEN:
        return event
    failed = '{"status":"left out","reason":""}' if event.kind is EventKind.FAILED else NOTHING
    return event._replace(text=LEFT_OUT, payload=failed, pictures=())


def _call(call: Call) -> Call:
    reply = None if call.reply is None else Reply(LEFT_OUT)
    return call._replace(reply=reply, parsed=None, reason="")


def _found(row: AnnotationRow) -> AnnotationRow:
    """Return an annotation without a person's own words. A choice among those shown is no word of theirs."""
    if row.kind in (Answer.kind, Label.kind):
        return row._replace(text=None if row.text is None else LEFT_OUT, reason="")
    return row._replace(reason="")
