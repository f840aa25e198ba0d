"""Drawing the state of a game as SVG: shapes and words, all of whose text is escaped.

A state that draws returns the text of one ``svg`` element from `State.drawing`. These functions are enough
for boards, cards and tables, and a game may write its own SVG instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

_INK, _PAPER, _BACK = "#222", "#fff", "#8aa"
CARD_WIDTH, CARD_HEIGHT = 60, 84


def svg(width: int, height: int, *shapes: str) -> str:
    """Return an ``svg`` element of shapes on white paper. Lengths are pixels, from the top left corner."""
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    paper = f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{"".join(shapes)}</svg>'


def rectangle(x: float, y: float, width: float, height: float, *, fill: str = "none", corner: int = 0) -> str:
    """Return a rectangle with its top left corner at (x, y)."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{corner}" '
        f'fill={quoteattr(fill)} stroke="{_INK}"/>'
    )


def segment(x1: float, y1: float, x2: float, y2: float, *, width: float = 1) -> str:
    """Return a line between two points."""
    ends = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
    return f'<line {ends} stroke="{_INK}" stroke-width="{width:g}"/>'


def ring(x: float, y: float, radius: float, *, fill: str = "none", width: float = 1) -> str:
    """Return a circle around (x, y)."""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill={quoteattr(fill)} stroke="{_INK}" '
        f'stroke-width="{width:g}"/>'
    )


def words(x: float, y: float, said: str, *, size: int = 14, anchor: str = "start") -> str:
    """Return a line of text. `anchor` says which part of it is at (x, y): start, middle or end."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="sans-serif" font-size="{size}" '
        f'text-anchor={quoteattr(anchor)} fill="{_INK}">{escape(said)}</text>'
    )


def card(x: float, y: float, face: str, *, below: str = "") -> str:
    """Return a playing card with a face, or its back if the face is empty, and a line of text below it."""
    shown = words(x + CARD_WIDTH / 2, y + CARD_HEIGHT / 2 + 10, face, size=28, anchor="middle")
    fill = _PAPER if face else _BACK
    outline = rectangle(x, y, CARD_WIDTH, CARD_HEIGHT, fill=fill, corner=6)
    under = words(x + CARD_WIDTH / 2, y + CARD_HEIGHT + 16, below, size=12, anchor="middle")
    return outline + (shown if face else "") + (under if below else "")


def drawn_table(rows: Sequence[Sequence[str]], *, column: int = 90, notes: Sequence[str] = ()) -> str:
    """Return an ``svg`` element with a table, whose first row is its heading, and lines of text below it.

    Args:
        rows: the cells of each row.
        column: the width of a column in pixels.
        notes: the lines below.
    """
    width = max(max(map(len, rows)) * column, *(8 * len(note) for note in notes), 1) + 20
    shapes = [
        words(10 + place * column, 22 + 22 * line, cell)
        for line, row in enumerate(rows)
        for place, cell in enumerate(row)
    ]
    shapes.append(segment(10, 29, width - 10, 29))
    below = 22 + 22 * len(rows)
    shapes += [words(10, below + 22 * line, note) for line, note in enumerate(notes)]
    return svg(width, below + 22 * len(notes), *shapes)
