"""The parts of a page, as plain records. Each names the template that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from arena.web.intervals import DrawnInterval


class PagePart(Protocol):
    """A part of a page. The file `template` shows it."""

    @property
    def template(self) -> str:
        """The name of the file in the folder of templates."""


class Look(StrEnum):
    """The look of a cell's text. The value is a class in the style sheet."""

    PLAIN = ""
    FAINT = "faint"
    SAID = "said"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with several `lines` and, at their end, text in `small` print."""

    lines: Sequence[str]
    look: Look = Look.PLAIN
    small: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """The name of something, such as an agent. If it is long, its middle is left out, or what follows after
    two lines, and the whole is shown to a pointer.
    """

    whole: str

    @property
    def is_long(self) -> bool:
        """Whether it may be cut."""
        return len(self.whole) > _ONE_LINE

    @property
    def short(self) -> str:
        """The name, without its middle if it is long, because names often differ at their ends."""
        half = _LONGEST_NAME // 2
        whole = self.whole
        return whole if len(whole) <= _LONGEST_NAME else f"{whole[:half]}…{whole[-half:]}"


Shown = str | Cell | DrawnInterval | Name
"""The content of a cell."""

_ONE_LINE, _LONGEST_NAME = 18, 36

UNKNOWN = Cell(["unknown"], Look.FAINT)


def said(text: str) -> Cell:
    """Return a cell with a text that somebody wrote. It keeps the line breaks and spaces."""
    return Cell([text], Look.SAID)


def number(value: float | None) -> str | Cell:
    """Return the text that shows a value.

    >>> number(0.12345), number(float("inf"))
    ('0.123', 'infinite')
    """
    if value is None:
        return Cell(["not defined"], Look.FAINT)
    return "infinite" if value == float("inf") else f"{value:.3f}"


class TableKind(StrEnum):
    """What becomes of a table that is wider than the page. The value is a class in the style sheet."""

    CARDS = "cards"
    """Each row is a small card, whose cells have the heads as labels."""
    FIGURES = "figures"
    """Each row has its name on a line, and its numbers on the next."""
    SCROLLING = "scrolling"
    """It scrolls sideways, and its first column stays where it is."""
    MATRIX = "matrix"
    """It scrolls so, too, and its heads are written upwards, because all its columns are narrow."""


_FIRST, _EACH = 10.0, {TableKind.SCROLLING: 6.0, TableKind.MATRIX: 4.0}
"""About how wide the first column is and each other one, in rem."""
_LETTER, _WIDEST_HEAD = 0.45, 11.0
"""About how wide a letter of a head is, and at most a head, in rem."""


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table.

    A row with one cell is a heading of the rows after it. The columns from `numbers` on hold numbers, which
    are set flush right; it is 0, 1 or 2, and 0 means that there are none. With a `summary` the table is
    folded, and only that is shown at first.
    """

    template: ClassVar[str] = "table.html"
    heads: Sequence[Shown]
    rows: Sequence[Sequence[Shown]]
    numbers: int = 0
    kind: TableKind = TableKind.CARDS
    summary: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it may scroll, so that it must be reached by keys."""
        return self.kind in _EACH

    @property
    def scrolls(self) -> str:
        """The class of pages on which it scrolls, for the line that says so; empty if it never does."""
        if self.kind not in _EACH:
            return ""
        wide = _FIRST + sum(self._width(head) for head in self.heads[1:])
        return "everywhere" if wide > 66 else "on-tablets" if wide > 40 else "on-phones" if wide > 20 else ""

    def _width(self, head: Shown) -> float:
        """Return about how wide a column is, in rem: as wide as its head, if that is not written upwards."""
        least = _EACH[self.kind]
        if self.kind is TableKind.MATRIX or not isinstance(head, str | Name):
            return least
        text = head.short if isinstance(head, Name) else head
        return max(least, min(_WIDEST_HEAD, 1 + _LETTER * len(text)))


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A name, its drawn interval, and the numbers of rows that it rests on."""

    name: str
    drawn: DrawnInterval
    counts: str


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """Intervals below each other along one axis, whose ends are `low` and `high`."""

    template: ClassVar[str] = "intervals.html"
    caption: str
    axis: str
    low: str
    high: str
    rows: Sequence[IntervalRow]


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph in small print."""

    template: ClassVar[str] = "note.html"
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section. `readers` says who can read the text below it, if not everyone."""

    template: ClassVar[str] = "heading.html"
    text: str
    readers: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """A long text, which is shown after a click."""

    template: ClassVar[str] = "folded.html"
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page beside this one. We choose its `address`; nobody else's words are in it."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class LinkList:
    """Links, with a sentence about them."""

    template: ClassVar[str] = "links.html"
    about: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a line of a chart shows. `look` has the classes of its colour and its dashes."""

    name: str
    look: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with a caption and a legend.

    `drawing` is the content of an ``svg`` element with this `view_box`. It is the only part of a page that is
    not escaped, so the code that draws must escape text that others wrote. A `broad` picture has a row of its
    own.
    """

    drawing: str
    view_box: str
    caption: str
    broad: bool = False
    legend: Sequence[LegendEntry] = ()


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts side by side."""

    template: ClassVar[str] = "pictures.html"
    pictures: Sequence[Chart]


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section of the page with a title. Links to it use its `name`.

    Its parts may be made one at a time while the page is written.
    """

    name: str
    title: str
    parts: Iterable[PagePart]
