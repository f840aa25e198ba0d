"""The turns of an episode. A turn is a question to one seat and its answer, including all re-asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from arena.episode.record import Call
from arena.seat.transcript import Event, EventKind


class Turn(NamedTuple):
    """The question to `seat` in `step`, and the calls made for it, of which the last one counts.

    Turns are numbered from 0 by step. If several seats were asked in a step, they are in the order in which
    their answers were committed.
    """

    number: int
    step: int
    seat: str
    calls: tuple[Call, ...]


def turns(steps: Sequence[Sequence[Event]], calls: Iterable[Call]) -> list[Turn]:
    """Return the turns of an episode with these events, by step, and these calls."""
    exchanges = {
        place: tuple(made)
        for place, made in groupby(
            sorted(calls, key=attrgetter("step", "seat", "count")), attrgetter("step", "seat")
        )
    }
    asked = {
        (number, event.seat): place
        for number, step in enumerate(steps)
        for place, event in reversed(list(enumerate(step)))
        if event.kind is EventKind.ASKED
    }
    # What was being asked when an episode broke off has calls and no events: it comes last in its step.
    order = sorted(exchanges, key=lambda place: (place[0], asked.get(place, len(asked)), place[1]))
    return [Turn(number, *place, exchanges[place]) for number, place in enumerate(order)]
