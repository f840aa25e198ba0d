"""The page of an episode: what is shown of it to its owner, and what a seat's view of it holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from arena.annotations import AnnotationRow, AuthorKind, Label
from arena.core.errors import UsageError
from arena.journal import StoredEpisode
from arena.results.drawings import drawings_of, plays_game
from arena.view._beliefs import Curve, curve
from arena.view._moments import EpisodeMoment, SeenStep, all_steps, moments, steps_seen_by
from arena.view._rendering import html
from arena.view._shown import COLOURS, Showing
from arena.view._strip import film_strip
from arena.view._verdicts import cited
from arena.web.folding import Text, cut_text
from arena.web.links import Links

MOMENTS = 20
"""The most moments on a page, so that an episode of 200 turns is as quick as one of 20."""


class SeatHead(NamedTuple):
    """The head of a column: a seat, its agent, its brief, what it defends and the line of its beliefs."""

    number: int
    name: str
    agent: str
    facts: Sequence[str]
    brief: Text | None
    curve: Curve | None


class LiveSection(NamedTuple):
    """A part of the page that is replaced when it changes. `name` is the id of its element."""

    name: str
    html: str


@dataclass(frozen=True, slots=True)
class Viewed:
    """What may be shown of an episode to its owner, or to one seat.

    Args:
        episode: the episode.
        run: the number of its run among those that are shown.
        seat: the seat whose view it is; empty for the owner.
        steps: the steps that may be shown.
        moments: their moments.
        found: the annotations that may be shown; of a seat, those of what it said itself.
        drawings: the drawings that may be shown, by place and seat.
        cited: phrases that verdicts cite; none for a seat.
        of_game: whether a game is played.
    """

    episode: StoredEpisode
    run: int
    seat: str
    steps: Sequence[SeenStep]
    moments: Sequence[EpisodeMoment]
    found: Sequence[AnnotationRow]
    drawings: Mapping[int, Mapping[str, str]]
    cited: Sequence[str]
    of_game: bool = False

    @property
    def seats(self) -> tuple[str, ...]:
        """All seats, in the order of their columns."""
        return tuple(self.episode.plan.seats)

    @property
    def number(self) -> int | None:
        """The number of the seat whose view it is; None for the owner."""
        return self.seats.index(self.seat) if self.seat else None

    @property
    def pages(self) -> int:
        """How many pages its moments have, at least one."""
        return max(1, -(-len(self.moments) // MOMENTS))

    @property
    def is_live(self) -> bool:
        """Whether the episode has not ended."""
        return self.episode.played is None

    @property
    def count(self) -> int:
        """How much may be shown by now: events, annotations and the outcome.

        It says of a seat's page what the page itself shows, so that no gap tells of what others do.
        """
        return sum(len(step.events) for step in self.steps) + len(self.found) + (not self.is_live)


def viewed(episode: StoredEpisode, config: Mapping[str, Any], run: int = 0, seat: str = "") -> Viewed:
    """Return what may be shown of an episode to its owner, or to a seat.

    Raises:
        UsageError: if there is no such seat.
    """
    seats = tuple(episode.plan.seats)
    if seat and seat not in seats:
        raise UsageError(f"No seat is called {seat}; the seats are {', '.join(seats)}.")
    drawn, of_game = _drawings(episode, config), plays_game(config, episode.plan.condition)
    if not seat:
        steps = all_steps(episode)
        grouped = moments(steps, seats, episode.calls, episode.annotations)
        return Viewed(episode, run, seat, steps, grouped, episode.annotations, drawn, cited(episode), of_game)
    seen = steps_seen_by(episode, seat)
    own = [
        row._replace(said=seen.numbers[row.said])
        for row in episode.annotations
        if row.said is not None and row.said in seen.numbers and _is_own(row, seat)
    ]
    grouped, drawings = moments(seen.steps, seats, (), own), _seen_drawings(drawn, seen.places, seat)
    return Viewed(episode, run, seat, seen.steps, grouped, own, drawings, (), of_game)


def _seen_drawings(
    drawn: Mapping[int, Mapping[str, str]], places: Sequence[int], seat: str
) -> dict[int, dict[str, str]]:
    """Return a seat's own drawings, by the places of the events that it sees.

    What is drawn after an event that it does not see stands after the last one that it does, if nothing else
    is drawn there. So a player whose card is dealt first has a table before its first move.
    """
    found: dict[int, dict[str, str]] = {}
    for original in sorted(drawn):
        place = bisect_right(places, original) - 1
        if seat in drawn[original] and place >= 0 and (places[place] == original or place not in found):
            found[place] = {seat: drawn[original][seat]}
    return found


def _is_own(row: AnnotationRow, seat: str) -> bool:
    """Whether a seat said something itself. Nothing that others found out of it is shown to it."""
    return row.by == AuthorKind.SEAT and row.author == seat


def sections(shown: Viewed, links: Links, page: int, extra: Mapping[str, Any]) -> Iterator[LiveSection]:
    """Yield the parts of a page of an episode that change while it is played, in their order.

    Args:
        shown: what may be shown.
        links: makes addresses.
        page: the page, from 1.
        extra: values of the templates ``head``, ``verdict`` and ``tools``.
    """
    values = {"shown": shown, "links": links, "page": page, "colours": COLOURS, **extra}
    for name in ("head", "verdict", "tools", "seats"):
        yield LiveSection(name, html(f"{name}.html", heads=_heads(shown, links), **values))
    showing = _showing(shown, links)
    first = (page - 1) * MOMENTS
    is_last = page >= shown.pages
    own = list(islice(shown.moments, first, None if is_last else first + MOMENTS))
    yield LiveSection("strip", html("strip.html", frames=list(film_strip(showing, own))))
    for moment in own:
        made = showing.moment(moment)
        name = f"m{moment.number}"
        yield LiveSection(name, html("moment.html", section=name, made=made, **values))


def page_of_step(shown: Viewed, step: int) -> int:
    """Return the page on which a step stands, from 1."""
    at = next((one.number for one in shown.moments if one.last >= step), max(0, len(shown.moments) - 1))
    return at // MOMENTS + 1


def _showing(shown: Viewed, links: Links) -> Showing:
    number, run, seat = shown.episode.number, shown.run, shown.number

    def address(*parts: str | int, ending: str = "") -> str:
        return links.within(run, number, seat, *parts, ending=ending)

    colours = {name: place for place, name in enumerate(shown.seats)}
    return Showing(
        seats=(shown.seat,) if shown.seat else shown.seats,
        colours=colours,
        address=address,
        cited=shown.cited,
        drawings=shown.drawings,
        of_seat=shown.seat,
        of_game=shown.of_game,
    )


def _heads(shown: Viewed, links: Links) -> list[SeatHead]:
    """Return the heads of the columns. That of a seat's page has its brief, and nothing of others."""
    episode, heads = shown.episode, []
    for number, (seat, agent) in enumerate(episode.plan.seats.items()):
        if shown.seat and seat != shown.seat:
            heads.append(SeatHead(number, seat, "", (), None, None))
            continue
        labels = [
            f"{row.name} {row.text}"
            for row in episode.annotations
            if row.kind == Label.kind
            and row.seat == seat
            and row.step is None
            and row.text
            and not shown.seat
        ]
        brief = episode.briefs.get(seat, "")
        whole = links.within(shown.run, episode.number, shown.number, "brief", number)
        text = cut_text(brief, whole) if brief else None
        heads.append(SeatHead(number, seat, agent, labels, text, curve(shown.found, seat)))
    return heads


def _drawings(episode: StoredEpisode, config: Mapping[str, Any]) -> Mapping[int, Mapping[str, str]]:
    """Return the drawings of an episode's game; none if it cannot be drawn, as the page is about the rest."""
    try:
        return drawings_of(episode, config)
    except UsageError:
        return {}
