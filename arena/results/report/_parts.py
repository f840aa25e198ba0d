"""What a page is made of, as plain records; the template that each names says how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol


class PagePart(Protocol):
    """A piece of a page, which the file `template` shows."""

    @property
    def template(self) -> str:
        """The file's name in the folder of templates."""


class Look(StrEnum):
    """How the text of a cell is set, by the class that it has in the style sheet."""

    PLAIN = ""
    FAINT = "faint"
    SAID = "said"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than plain text: `lines` under each other, and `small` print at their end."""

    lines: Sequence[str]
    look: Look = Look.PLAIN
    small: str = ""


Shown = str | Cell
"""What a cell shows."""

UNKNOWN = Cell(["unknown"], Look.FAINT)


def said(text: str) -> Cell:
    """Return a cell that keeps the lines and spaces of what somebody wrote."""
    return Cell([text], Look.SAID)


def number(value: float | None) -> Shown:
    """Return a value as it is shown.

    >>> number(0.12345), number(float("inf"))
    ('0.123', 'infinite')
    """
    if value is None:
        return Cell(["not defined"], Look.FAINT)
    return "infinite" if value == float("inf") else f"{value:.3f}"


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table, which scrolls by itself where it is too wide.

    A row of one cell is a heading over the rows after it. From the column `numbers` on, if that is not 0,
    there are numbers, which are set flush right.
    """

    template: ClassVar[str] = "table.html"
    heads: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph in small print."""

    template: ClassVar[str] = "note.html"
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section, with who can read what is below it if that is not everyone."""

    template: ClassVar[str] = "heading.html"
    text: str
    readers: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """Text in full, which is shown on a click."""

    template: ClassVar[str] = "folded.html"
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and what it shows.

    `drawing` is what stands inside an ``svg`` element of that `view_box`. It is the one thing on a page that
    is put there as it is, so whoever draws has to escape what others wrote. A `broad` one has a row alone.
    """

    drawing: str
    view_box: str
    caption: str
    broad: bool = False


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures side by side."""

    template: ClassVar[str] = "pictures.html"
    pictures: Sequence[Picture]


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of the page with a title, and the `name` by which it is linked to.

    Its parts may be made one at a time, while the page is written.
    """

    name: str
    title: str
    parts: Iterable[PagePart]
