"""Leaving out what people wrote, in a copy of an episode that is to be shared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from pydantic_core import from_json

from arena.annotations import AnnotationRow, Answer, Label
from arena.episode.record import Call
from arena.journal import StoredEpisode, StoredVerdict
from arena.journal.blanking import PersonsWords, in_json, texts_in
from arena.seat.agent import Reply
from arena.seat.transcript import NOTHING, Event, EventKind

LEFT_OUT = "(what a person wrote here is left out)"
_WRITTEN = (EventKind.SAID, EventKind.FAILED, EventKind.CALLED)


def without_people(episode: StoredEpisode, people: Collection[str]) -> StoredEpisode:
    """Return an episode without the words of the agents of these names, and without their names.

    What others quote of them is blanked, as `arena forget` does it. The exact requests to others cannot be
    rebuilt if they held such words.
    """
    seats = _seats_of(episode, people)
    if not seats:
        return episode
    words, played = _words_of(episode, seats), episode.played
    named = {seat: "a person" if seat in seats else agent for seat, agent in episode.plan.seats.items()}
    plan = replace(episode.plan, seats=named)
    if played is not None:
        outcome = replace(played.outcome, reason=words.blanked(played.outcome.reason))
        played = replace(played, plan=plan, outcome=outcome)
    return replace(
        episode,
        plan=plan,
        steps=tuple(tuple(_event(event, seats, words) for event in step) for step in episode.steps),
        calls=tuple(_call(call, seats, words) for call in episode.calls),
        played=played,
        annotations=tuple(_found(row, seats, words) for row in episode.annotations),
    )


def verdicts_without_people(
    verdicts: Iterable[StoredVerdict], episode: StoredEpisode, people: Collection[str]
) -> list[StoredVerdict]:
    """Return the verdicts on an episode that programs gave afterwards, without what they quote of people."""
    words = _words_of(episode, _seats_of(episode, people))
    return [_verdict(one, words) for one in verdicts if one.key.judge not in people]


def text_without_people(text: str, episode: StoredEpisode, people: Collection[str]) -> str:
    """Return a text about an episode, such as its decision, without what it quotes of people."""
    return _words_of(episode, _seats_of(episode, people)).blanked(text)


def _seats_of(episode: StoredEpisode, people: Collection[str]) -> set[str]:
    return {seat for seat, agent in episode.plan.seats.items() if agent in people}


def _words_of(episode: StoredEpisode, seats: Collection[str]) -> PersonsWords:
    """Return what was written in these seats, by which quotes of it are found."""
    public = texts_in(episode.plan.task.model_dump(mode="json"))
    return PersonsWords(_written(episode, seats), public)


def _written(episode: StoredEpisode, seats: Collection[str]) -> Iterator[str]:
    for event in episode.events:
        if event.seat in seats and event.kind in _WRITTEN:
            yield event.text
    for call in episode.calls:
        if call.seat in seats:
            if call.reply is not None:
                yield from (call.reply.text, call.reply.reasoning)
            if call.parsed is not None:
                yield from texts_in(from_json(call.parsed))


def _event(event: Event, seats: Collection[str], words: PersonsWords) -> Event:
    if event.seat not in seats or event.kind not in _WRITTEN:
        payload = in_json(event.payload, words.blanked) or NOTHING
        return event._replace(text=words.blanked(event.text), payload=payload)
    failed = '{"status":"left out","reason":""}' if event.kind is EventKind.FAILED else NOTHING
    return event._replace(text=LEFT_OUT, payload=failed, pictures=())


def _call(call: Call, seats: Collection[str], words: PersonsWords) -> Call:
    """Return a call without a person's words. Of others' replies, what a page shows is kept."""
    reply = call.reply
    if call.seat in seats:
        return call._replace(reply=None if reply is None else Reply(LEFT_OUT), parsed=None, reason="")
    if reply is not None:
        text, reasoning = words.blanked(reply.text), words.blanked(reply.reasoning)
        reply = reply._replace(text=text, reasoning=reasoning, parts=(), tokens=None)
    parsed = in_json(call.parsed, words.blanked)
    return call._replace(reply=reply, parsed=parsed, reason=words.blanked(call.reason))


def _found(row: AnnotationRow, seats: Collection[str], words: PersonsWords) -> AnnotationRow:
    """Return an annotation without a person's own words. A choice among those shown is no word of theirs."""
    if row.author not in seats:
        return _quoting(row, words)
    if row.kind in (Answer.kind, Label.kind):
        return row._replace(text=None if row.text is None else LEFT_OUT, reason="")
    return row._replace(reason="")


def _quoting(row: AnnotationRow, words: PersonsWords) -> AnnotationRow:
    text = None if row.text is None else words.blanked(row.text)
    return row._replace(text=text, reason=words.blanked(row.reason))


def _verdict(verdict: StoredVerdict, words: PersonsWords) -> StoredVerdict:
    found = verdict.found
    labels = None if found.labels is None else tuple(_quoting(row, words) for row in found.labels)
    found = found._replace(reasons=words.blanked(found.reasons), labels=labels)
    return replace(verdict, reason=words.blanked(verdict.reason), found=found)
