"""An episode's steps grouped into moments: what was said in a round, and what was believed after it.

All functions here are pure. Those that make the page of a seat are given that seat's view, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from arena.annotations import AnnotationRow, Belief, Verdict
from arena.episode.record import Call
from arena.journal import StoredEpisode
from arena.seat.transcript import ASKING, Event, EventKind

_MOST_STEPS = 16
"""The most steps of one moment, so that a long private exchange is paged, too."""


class PlacedEvent(NamedTuple):
    """An event and its place in the episode, counted from 0."""

    place: int
    event: Event


class SeenStep(NamedTuple):
    """A step of an episode: its number, and those of its events that a page may show."""

    number: int
    events: tuple[PlacedEvent, ...]


class Attempted(NamedTuple):
    """A question to a seat, and what came of it.

    `failed` is the reply that could not be used, or that calls tools; None if it was usable. `call` is what
    was recorded of the request, and None on the page of a seat.
    """

    asked: PlacedEvent
    failed: Event | None
    call: Call | None


class Exchange(NamedTuple):
    """A seat's questions and replies in one step. `said` is the usable reply; None if there is none.

    `found` is what was found out in it.
    """

    step: int
    seat: str
    attempts: tuple[Attempted, ...]
    said: PlacedEvent | None
    found: tuple[AnnotationRow, ...]

    @property
    def is_belief(self) -> bool:
        """Whether nothing but a belief was asked for.

        In the turns that a fork took over, nothing is found out again, so that the question tells it.
        """
        if not self.found:
            return self.asked_for.get("asks") == Belief.kind
        return all(row.kind == Belief.kind for row in self.found)

    @property
    def is_verdict(self) -> bool:
        """Whether a verdict was asked for."""
        return any(row.kind == Verdict.kind for row in self.found)

    @property
    def asked_for(self) -> Mapping[str, Any]:
        """The fields of the first question; empty if it has none."""
        fields = self.attempts[0].asked.event.data if self.attempts else None
        return fields if isinstance(fields, dict) else {}


@dataclass(frozen=True, slots=True)
class PublicRow:
    """What was said or told at once to several seats: to all of them, or to `audience` alone.

    `said` has several entries if seats spoke at the same time. `told` is an announcement.
    """

    step: int
    audience: tuple[str, ...]
    to_all: bool
    said: tuple[Exchange, ...] = ()
    told: PlacedEvent | None = None


@dataclass(frozen=True, slots=True)
class EpisodeMoment:
    """A section of the page: steps `first` to `last`, what was public in them, and each seat's own lane.

    `number` counts the moments of the episode from 0. `together` says that several spoke at the same time.
    """

    number: int
    title: str
    first: int
    last: int
    together: bool
    rows: tuple[PublicRow, ...]
    lanes: Mapping[str, tuple[Exchange | PlacedEvent, ...]]
    steps: Mapping[int, tuple[int, ...]]
    """The places of the events of each step."""


def all_steps(episode: StoredEpisode) -> list[SeenStep]:
    """Return all steps of an episode, for its owner."""
    place, steps = 0, []
    for number, events in enumerate(episode.steps):
        steps.append(SeenStep(number, tuple(map(PlacedEvent, range(place, place + len(events)), events))))
        place += len(events)
    return steps


class SeenSteps(NamedTuple):
    """What a seat may see, by steps and places that are counted anew, so that no gap tells of others.

    `numbers` are the new numbers by those of the episode's steps, and `places` the episode's places in order.
    """

    steps: list[SeenStep]
    numbers: Mapping[int, int]
    places: list[int]


def steps_seen_by(episode: StoredEpisode, seat: str) -> SeenSteps:
    """Return what a seat's view holds, and what the seat was asked apart from it, such as its bets."""
    view = {id(event) for event in episode.transcript().view(seat)}
    steps: list[SeenStep] = []
    numbers: dict[int, int] = {}
    places: list[int] = []
    for step in all_steps(episode):
        own = [one for one in step.events if id(one.event) in view or one.event.seat == seat]
        if own:
            events = tuple(PlacedEvent(len(places) + at, one.event) for at, one in enumerate(own))
            numbers[step.number] = len(steps)
            steps.append(SeenStep(len(steps), events))
            places += [one.place for one in own]
    return SeenSteps(steps, numbers, places)


def moments(
    steps: Iterable[SeenStep],
    seats: Sequence[str],
    calls: Iterable[Call] = (),
    found: Iterable[AnnotationRow] = (),
) -> list[EpisodeMoment]:
    """Return the moments of these steps.

    Args:
        steps: the steps, or a seat's view of them.
        seats: the seats that have a column, in order.
        calls: what was recorded of the requests; none for the page of a seat.
        found: the annotations that may be shown. Their `said` is the number of a step.
    """
    made: dict[tuple[int, str], list[Call]] = {}
    for call in calls:
        made.setdefault((call.step, call.seat), []).append(call)
    told: dict[tuple[int, str], list[AnnotationRow]] = {}
    for row in found:
        if row.said is not None:
            told.setdefault((row.said, row.author), []).append(row)
    groups: list[_Group] = []
    for step in steps:
        exchanges = list(_exchanges(step, made, told))
        if not groups or groups[-1].ends_before(exchanges):
            groups.append(_Group())
        groups[-1].add(step, exchanges)
    turns = iter(range(1, len(groups) + 1))
    return [group.moment(number, seats, turns) for number, group in enumerate(groups)]


def _exchanges(
    step: SeenStep,
    made: Mapping[tuple[int, str], Sequence[Call]],
    found: Mapping[tuple[int, str], Sequence[AnnotationRow]],
) -> Iterator[Exchange]:
    """Yield the exchanges of a step in the order of its events."""
    for seat, events in groupby(step.events, key=lambda one: one.event.seat):
        own = list(events)
        if seat is None:
            continue
        calls = iter(made.get((step.number, seat), ()))
        attempts: list[Attempted] = []
        said = None
        for one in own:
            if one.event.kind in ASKING:
                attempts.append(Attempted(one, None, next(calls, None)))
            elif one.event.kind is EventKind.SAID:
                said = one
            elif attempts:
                attempts[-1] = attempts[-1]._replace(failed=one.event)
        yield Exchange(step.number, seat, tuple(attempts), said, tuple(found.get((step.number, seat), ())))


class _Group:
    """The steps of one moment, while it grows."""

    def __init__(self) -> None:
        self.steps: list[tuple[SeenStep, list[Exchange]]] = []
        self.acted: set[str] = set()
        self.round: Any = None
        self.is_verdict = self.has_followed = False

    def ends_before(self, exchanges: Sequence[Exchange]) -> bool:
        """Whether the next step, with these exchanges, begins another moment."""
        if len(self.steps) >= _MOST_STEPS:
            return True
        acting = [one for one in exchanges if not one.is_belief]
        if not acting:
            return False
        if any(one.is_verdict for one in acting):
            return not self.is_verdict
        rounds = {one.asked_for.get("round") for one in acting} - {None}
        if not self.acted or self.has_followed or (rounds and rounds != {self.round}):
            return True
        return bool(self.acted & {one.seat for one in acting})

    def add(self, step: SeenStep, exchanges: list[Exchange]) -> None:
        acting = [one for one in exchanges if not one.is_belief]
        self.has_followed = bool(self.acted) and not acting
        self.acted |= {one.seat for one in acting}
        self.is_verdict = self.is_verdict or any(one.is_verdict for one in acting)
        rounds = (one.asked_for.get("round") for one in acting)
        self.round = next((each for each in rounds if each is not None), self.round)
        self.steps.append((step, exchanges))

    def moment(self, number: int, seats: Sequence[str], turns: Iterator[int]) -> EpisodeMoment:
        rows: list[PublicRow] = []
        lanes: dict[str, list[Exchange | PlacedEvent]] = {seat: [] for seat in seats}
        for step, exchanges in self.steps:
            rows += _rows(step, exchanges, seats)
            for exchange in exchanges:
                lanes.setdefault(exchange.seat, []).append(exchange)
            for one in step.events:
                if one.event.kind is EventKind.TOLD and len(one.event.audience & set(seats)) == 1:
                    (seat,) = one.event.audience & set(seats)
                    lanes[seat].append(one)
        first, last = self.steps[0][0], self.steps[-1][0]
        together = any(len(row.said) > 1 for row in rows)
        places = {step.number: tuple(one.place for one in step.events) for step, _ in self.steps}
        kept = {seat: tuple(own) for seat, own in lanes.items()}
        title = self._title(turns)
        return EpisodeMoment(number, title, first.number, last.number, together, tuple(rows), kept, places)

    def _title(self, turns: Iterator[int]) -> str:
        if self.is_verdict:
            return "Verdict"
        if not self.acted:
            return "Before it begins"
        turn = next(turns)
        return f"Round {self.round}" if isinstance(self.round, int) else f"Turn {turn}"


def _rows(step: SeenStep, exchanges: Sequence[Exchange], seats: Sequence[str]) -> Iterator[PublicRow]:
    """Yield what several seats could hear in a step."""
    everyone = frozenset(seats)
    for one in step.events:
        audience = _ordered(one.event.audience, seats)
        to_all = set(audience) == everyone
        if one.event.kind is EventKind.TOLD and (to_all or len(audience) > 1):
            yield PublicRow(step.number, audience, to_all, told=one)
    heard: dict[tuple[str, ...], list[Exchange]] = {}
    for exchange in exchanges:
        if exchange.said is not None and exchange.said.event.audience - {exchange.seat}:
            audience = _ordered(exchange.said.event.audience, seats)
            heard.setdefault(audience, []).append(exchange)
    for audience, own in heard.items():
        yield PublicRow(step.number, audience, set(audience) == everyone, said=tuple(own))


def _ordered(audience: Collection[str], seats: Sequence[str]) -> tuple[str, ...]:
    return tuple(seat for seat in seats if seat in audience)
