"""The film strip of a game: a small table for each step after which something was drawn, with a link to it.

It is made of what the page may show. So the strip of a seat's page has that seat's drawings and words alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from arena.seat.transcript import EventKind
from arena.view._components import ShownImage
from arena.view._moments import EpisodeMoment, PlacedEvent
from arena.view._shown import Showing

_LONGEST_CAPTION = 60


class StripFrame(NamedTuple):
    """A frame of the strip: its step, what happened in a phrase, and what the seats could see after it."""

    step: int
    caption: str
    drawings: Sequence[ShownImage]


def film_strip(showing: Showing, moments: Iterable[EpisodeMoment]) -> Iterator[StripFrame]:
    """Yield a frame for each step of these moments after which something was drawn."""
    for moment in moments:
        told = {row.step: row.told for row in moment.rows if row.told is not None}
        for step, places in sorted(moment.steps.items()):
            place = next((place for place in reversed(places) if showing.drawings.get(place)), None)
            if place is not None:
                caption = _caption(told.get(step)) if _has_begun(moment) else moment.title
                drawn = showing.drawings[place]
                yield StripFrame(step, caption, list(_small(showing, place, drawn)))


def _has_begun(moment: EpisodeMoment) -> bool:
    """Whether anybody has acted; before, what is told is how the game is set up."""
    return any(not isinstance(one, PlacedEvent) for lane in moment.lanes.values() for one in lane)


def _caption(told: PlacedEvent | None) -> str:
    if told is None or told.event.kind is not EventKind.TOLD:
        return ""
    line = told.event.text.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_CAPTION else f"{line[:_LONGEST_CAPTION].rstrip()}…"


def _small(showing: Showing, place: int, drawn: Mapping[str, str]) -> Iterator[ShownImage]:
    """Yield what each seat could see, once if several saw the same."""
    known: set[str] = set()
    for seat, drawing in drawn.items():
        if drawing not in known:
            known.add(drawing)
            yield showing.drawing(place, seat, seat)
