"""What the templates of an episode show, as plain records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arena.view._moments import EpisodeMoment
from arena.web.folding import Text


class ShownImage(NamedTuple):
    """An image on a page: its address, what it shows, and whether the page says so below it."""

    source: str
    label: str
    caption: bool = True


class LaneFinding(NamedTuple):
    """What was found out, in a strong word and a phrase after it."""

    strong: str
    rest: str


class Tried(NamedTuple):
    """A question and what came of it. `problem` says why a reply could not be used."""

    asked: Text
    reply: Text | None
    reasoning: Text | None
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """What one seat said, or an announcement: who, in which colour, and the pictures and drawings with it.

    `aligned` says that the words may be a board of a game, whose lines must stand below each other.
    """

    who: str
    colour: int | None
    step: int
    text: Text
    pictures: Sequence[ShownImage] = ()
    drawings: Sequence[ShownImage] = ()
    aligned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneEntry:
    """A part of a seat's lane. `only` says who can read it. `more` is the address of the exact requests."""

    only: str
    step: int
    text: Text | None = None
    found: Sequence[LaneFinding] = ()
    reasons: Text | None = None
    tried: Sequence[Tried] = ()
    more: str = ""
    pictures: Sequence[ShownImage] = ()
    drawings: Sequence[ShownImage] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """Cards beside each other.

    If `readers` is not empty, only these seats heard it, whose columns are `span` from `start` on.
    """

    cards: Sequence[ShownCard]
    step: int
    readers: str = ""
    start: int = 1
    span: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMoment:
    """A moment as its template shows it. `lanes` has an entry for each column, which may be empty.

    `apart` are the steps of which nothing is in the rows.
    """

    moment: EpisodeMoment
    note: str
    rows: Sequence[ShownRow]
    lanes: Sequence[tuple[int, str, Sequence[LaneEntry]]]
    folded: str
    apart: Sequence[int]
