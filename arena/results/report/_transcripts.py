"""An episode as a person reads it. Text that not everyone heard is marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import ClassVar

from arena.journal import StoredEpisode, StoredVerdict
from arena.results.drawings import as_image
from arena.results.findings import TITLES, decided, shown_findings, shown_later
from arena.results.report._album import Album, PagePicture
from arena.results.report._parts import Cell, Heading, Look, PagePart, PageTable, Shown, said
from arena.seat.transcript import Event, EventKind

NO_DRAWINGS: Mapping[int, Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ShownDrawing:
    """The address of an image, and which seats see what it shows."""

    address: str
    seats: str


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """An event: its kind, its speaker, its text and pictures, and who can read it if not everyone can.

    `drawings` show what seats see of the game after it.
    """

    kind: EventKind
    who: str
    text: str
    readers: str
    pictures: Sequence[PagePicture] = ()
    drawings: Sequence[ShownDrawing] = ()

    @property
    def folded(self) -> bool:
        """Whether it is shown only after a click, as questions to seats are."""
        return self.kind is EventKind.ASKED


@dataclass(frozen=True, slots=True)
class ShownEpisode:
    """An episode, folded: its task, the words of its seats, and what was found out."""

    template: ClassVar[str] = "transcript.html"
    number: int
    summary: str
    text: str
    notes: Sequence[str]
    briefs: PageTable | None
    turns: Sequence[ShownTurn]
    found: Sequence[PagePart]
    ending: str


def transcript(
    episode: StoredEpisode,
    verdicts: Iterable[StoredVerdict],
    album: Album | None = None,
    drawings: Mapping[int, Mapping[str, str]] = NO_DRAWINGS,
) -> ShownEpisode:
    """Return an episode as a person reads it, with the later verdicts of judges and drawings of its game.

    The pictures are taken from the `album` of the page.
    """
    album = Album() if album is None else album
    task = episode.plan.task
    everyone = frozenset(episode.plan.seats)
    heading = [f"Episode {episode.number}", episode.plan.condition, task.id, _short_ending(episode)]
    seats = "; ".join(f"{seat}: {agent}" for seat, agent in episode.plan.seats.items())
    return ShownEpisode(
        number=episode.number,
        summary=" · ".join(filter(None, heading)),
        text=task.text,
        notes=[seats, *([f"True answer: {task.truth}"] if task.truth is not None else [])],
        briefs=_briefs(episode.briefs),
        turns=list(_turns(episode.events, everyone, album, drawings)),
        found=[
            *_findings(episode),
            *_later(verdicts),
        ],
        ending=_ending(episode),
    )


def _drawn(drawings: Mapping[str, str]) -> list[ShownDrawing]:
    """Return each different drawing once, with the seats that see it."""
    seats: dict[str, list[str]] = {}
    for seat, drawing in drawings.items():
        seats.setdefault(drawing, []).append(seat)
    return [ShownDrawing(as_image(drawing), " and ".join(own)) for drawing, own in seats.items()]


def _ending(episode: StoredEpisode) -> str:
    return str(episode.played.outcome) if episode.played else "Not ended yet."


def _short_ending(episode: StoredEpisode) -> str:
    if episode.played is None:
        return "not ended"
    return ", ".join(filter(None, (episode.played.outcome.ending.value, decided(episode))))


def _briefs(briefs: Mapping[str, str]) -> PageTable | None:
    told: list[list[Shown]] = [[seat, said(brief)] for seat, brief in briefs.items() if brief]
    return PageTable(("seat", "brief"), told) if told else None


def _turns(
    events: Iterable[Event],
    everyone: frozenset[str],
    album: Album,
    drawings: Mapping[int, Mapping[str, str]],
) -> Iterator[ShownTurn]:
    """Yield the events. Their pictures are numbered from 1, and drawings follow events."""
    number = 1
    for place, event in enumerate(events):
        seen = [album.show(picture, at) for at, picture in enumerate(event.pictures, number)]
        number += len(seen)
        yield replace(_turn(event, everyone), pictures=seen, drawings=_drawn(drawings.get(place, {})))


def _turn(event: Event, everyone: frozenset[str]) -> ShownTurn:
    who = {
        EventKind.TOLD: "",
        EventKind.ASKED: f"{event.seat} is asked",
        EventKind.SAID: event.seat or "",
        EventKind.FAILED: f"{event.seat} gives an unusable reply",
        EventKind.CALLED: f"{event.seat} calls tools",
        EventKind.RETURNED: f"{event.seat} is told what its tools returned",
    }[event.kind]
    text = event.text
    if event.kind is EventKind.FAILED:
        text = f"{text}\n({event.data['status']}: {event.data['reason']})"
    return ShownTurn(event.kind, who, text, "" if event.audience >= everyone else _readers(event, everyone))


def _readers(event: Event, everyone: frozenset[str]) -> str:
    """Return a phrase that says who can read an event that is not for everyone."""
    if not event.audience:
        return "private: nobody hears it"
    missing = everyone - event.audience
    if len(missing) == 1 and len(event.audience) > 1:
        return f"private: not for {next(iter(missing))}"
    return f"private: only {', '.join(sorted(event.audience))}"


def _findings(episode: StoredEpisode) -> Iterator[PagePart]:
    heads = ("who", "when", "what", "found", "confidence", "reasons")
    for kind, found in groupby(shown_findings(episode), attrgetter("kind")):
        rows: list[list[Shown]] = [[*one[1:-1], said(one.reasons)] for one in found]
        empty = ("", said(""))
        kept = [at for at in range(len(heads)) if at < 4 or any(row[at] not in empty for row in rows)]
        private = "private: no seat sees it" if kind == "belief" else ""
        yield Heading(TITLES[kind], private)
        yield PageTable([heads[at] for at in kept], [[row[at] for at in kept] for row in rows])


def _later(verdicts: Iterable[StoredVerdict]) -> Iterator[PagePart]:
    heads = ("judge", "about", "verdict", "confidence", "reasons")
    rows = [
        [
            f"{one.who}, {one.what}",
            one.when,
            one.found,
            one.confidence or Cell(["none"], Look.FAINT),
            said(one.reasons),
        ]
        for verdict in verdicts
        for one in shown_later(verdict)
    ]
    if rows:
        yield from (Heading("Judged afterwards"), PageTable(heads, rows))
