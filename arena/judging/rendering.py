"""The text of a stored episode that a judge reads. It quotes what everybody heard, and names no seat.

Everybody includes the seats of judges in which nobody sat (`Protocol.absent`), so a judge who comes later
reads what a judge in the seat would have read, and not what was meant for the speakers alone.

Every line of the exchange begins with ``> ``, so nothing in it can pass for a verdict, an instruction or
another speaker's words. The text ends with the last words of a side, so that it does not say who won. It
leaves out the decisions of the protocol's own judges, but not their questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.core.errors import UsageError
from arena.journal import StoredEpisode
from arena.pictures import Picture
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.transcript import Event, EventKind

JUDGING_PROMPTS = Prompts(Path(__file__).with_name("judging"))
"""What a judge of stored episodes is told and asked."""


def speaker(place: int) -> str:
    """Return the name of the side in a place. Places are counted from 0, speakers from 1."""
    return f"Speaker {place + 1}"


def in_order(sides: Sequence[str], order: int) -> tuple[str, ...]:
    """Return the sides in the order of this number. Over as many orders as sides, each is once in each place.

    >>> in_order(("pro", "con"), 1)
    ('con', 'pro')
    """
    return (*sides[order:], *sides[:order])


def rendered(episode: StoredEpisode, speakers: Sequence[str], view: str | None = None) -> str:
    """Return the text of an episode for a judge. It is empty if the judge may read no words of any side.

    Speeches that were made at the same time are in the order of `speakers`. The names of the sides are
    replaced by their numbers in announcements too. The words of speakers are not changed.

    Args:
        episode: the episode that is judged.
        speakers: the sides, in the order in which they are numbered.
        view: the seat whose view is judged. If it is None, the text has what all seats saw, those included
            in which nobody sat.

    Raises:
        UsageError: if the episode has no seat `view`.
    """
    heard = _heard(episode, speakers, view)
    if not heard:
        return ""
    names = {seat: speaker(place) for place, seat in enumerate(speakers)}
    parts = [JUDGING_PROMPTS.text("exchange", speakers=list(names.values()))]
    if episode.plan.task.text:
        parts.append(JUDGING_PROMPTS.text("task", task=episode.plan.task.text))
    seats = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})\b")
    number = 0
    for event in heard:
        if event.kind is EventKind.TOLD:
            announced = seats.sub(lambda found: names[found.group()], event.text)
            numbers = [*range(number + 1, number + 1 + len(event.pictures))]
            parts.append(JUDGING_PROMPTS.text("announced", text=fenced(announced), pictures=numbers))
        else:
            who = names.get(event.seat or "", event.seat or "")
            parts.append(JUDGING_PROMPTS.text("said", speaker=who, text=fenced(event.text)))
        number += len(event.pictures)
    return "\n\n".join(parts)


def pictures_heard(
    episode: StoredEpisode, speakers: Sequence[str], view: str | None = None
) -> tuple[Picture, ...]:
    """Return the pictures in what `rendered` shows, in the order in which they are numbered there, from 1.

    The arguments and the error are those of `rendered`.
    """
    return tuple(picture for event in _heard(episode, speakers, view) for picture in event.pictures)


def _heard(episode: StoredEpisode, speakers: Sequence[str], view: str | None) -> list[Event]:
    """Return what a judge may read, up to the last words of a side. It is empty if there are none."""
    readers = _readers(episode, view)
    heard = [event for step in episode.steps for event in _arranged(step, speakers, readers)]
    if view is None and (private := _old_source(episode)):
        heard = [event for event in heard if event != private]
    spoken = [place for place, event in enumerate(heard) if _speaks(event, speakers) and not _is_bet(event)]
    return heard[: spoken[-1] + 1] if spoken else []


def speeches(
    episode: StoredEpisode, sides: Sequence[str], view: str | None = None, *, heard: bool = True
) -> Iterator[tuple[int, str, str]]:
    """Yield what the sides said, in order, as the number of the step, the seat and the text.

    What they state of their beliefs is left out.

    Args:
        episode: the episode that is judged.
        sides: the seats that are judged.
        view: as for `rendered`.
        heard: whether to leave out what the readers did not hear.

    Raises:
        UsageError: if the episode has no seat `view`.
    """
    readers = _readers(episode, view)
    for number, step in enumerate(episode.steps):
        for event in step:
            if _speaks(event, sides) and not _is_bet(event) and (not heard or _is_heard(event, readers)):
                yield number, event.seat or "", event.text


def _readers(episode: StoredEpisode, view: str | None) -> frozenset[str]:
    everyone = frozenset(episode.plan.seats).union(*(event.audience for event in episode.events))
    if view is not None and view not in everyone:
        raise UsageError(f"No seat is called {view}; the seats are {', '.join(episode.plan.seats)}.")
    return everyone if view is None else frozenset((view,))


def _old_source(episode: StoredEpisode) -> Event | None:
    """Return the announcement of a source that nobody but the debaters read, or None.

    Journals from before there were absent seats say that everyone heard it if nobody but the debaters sat.
    """
    source = episode.plan.task.data.get("source")
    told = [event for event in episode.events if event.kind is EventKind.TOLD]
    debaters = {seat for event in told for seat in _fields(event).get("defended", ())}
    if not isinstance(source, str) or not source:
        return None
    return next((event for event in told if event.audience <= debaters and source in event.text), None)


def _arranged(step: Sequence[Event], speakers: Sequence[str], readers: frozenset[str]) -> Iterator[Event]:
    """Yield the events of a step that all `readers` saw, the sides in the order of `speakers`."""
    kinds = EventKind.TOLD, EventKind.SAID
    heard = [event for event in step if event.kind in kinds and _is_heard(event, readers)]
    yield from (event for event in heard if not _speaks(event, speakers) and not _decides(event))
    for seat in speakers:
        yield from (event for event in heard if event.seat == seat and _speaks(event, speakers))


def _is_heard(event: Event, readers: frozenset[str]) -> bool:
    """Return whether all readers heard it. Who said it need not be reminded of it to have heard it."""
    if len(readers) > 1 and event.seat and event.audience:
        return event.audience | {event.seat} >= readers
    return event.audience >= readers


def _speaks(event: Event, speakers: Sequence[str]) -> bool:
    return event.kind is EventKind.SAID and event.seat in speakers


def _is_bet(event: Event) -> bool:
    """Return whether a side states a probability, which it may do after the exchange is over."""
    return "probability" in _fields(event)


def _decides(event: Event) -> bool:
    return event.kind is EventKind.SAID and "choice" in _fields(event)


def _fields(event: Event) -> Mapping[str, Any]:
    fields = event.data
    return fields if isinstance(fields, dict) else {}
