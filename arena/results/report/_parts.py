"""The parts of a page, as plain records. Each names the template that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol


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
class DrawnInterval:
    """An interval that is drawn in a cell: its ends and its value, from 0 to 100, and a label in words."""

    low: float
    value: float
    high: float
    label: str


Shown = str | Cell | DrawnInterval
"""The content of a cell."""

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


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table. It scrolls by itself if it is too wide.

    A row with one cell is a heading of the rows after it. The columns from `numbers` on hold numbers, which
    are set flush right. If `numbers` is 0, there are no such columns. If `fixed`, the first column stays
    where it is when the table scrolls.
    """

    template: ClassVar[str] = "table.html"
    heads: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    numbers: int = 0
    fixed: bool = False


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
class Chart:
    """A drawing with a caption.

    `drawing` is the content of an ``svg`` element with this `view_box`. It is the only part of a page that is
    not escaped, so the code that draws must escape text that others wrote. A `broad` picture has a row of its
    own.
    """

    drawing: str
    view_box: str
    caption: str
    broad: bool = False


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
