"""Screens of a program, drawn from a tree of widgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from arena.core.errors import UsageError
from arena.tasks.drawn._canvas import BLACK, COLOURS, LIGHT, WHITE, Canvas

WIDTH, HEIGHT = 320, 480
_ROW, _GAP = 44, 8
_SWITCH = 40


class WidgetKind(StrEnum):
    """What a widget is."""

    COLUMN = "column"
    """Its children stand below each other."""
    ROW = "row"
    """Its children stand beside each other."""
    TITLE = "title"
    BUTTON = "button"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """A part of a screen: its kind, its text, whether it `is_on` if it is a switch, and its children."""

    kind: WidgetKind
    text: str = ""
    is_on: bool = False
    children: tuple[Widget, ...] = ()


class Box(NamedTuple):
    """Where a widget stands, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def centre(self) -> tuple[int, int]:
        """The place in its middle."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    @property
    def touch(self) -> tuple[int, int]:
        """The place where it is touched, to the right of its text."""
        return self.left + (self.right - self.left) * 7 // 10, self.centre[1]


def layout(screen: Widget) -> list[tuple[Widget, Box]]:
    """Return the widgets of a screen that are not columns or rows, with their boxes, from the top left.

    Each is 44 pixels high. A row has the width of its column, which its children share.

    Raises:
        UsageError: if they do not fit in 480 pixels.
    """
    placed = list(_placed(screen, Box(_GAP, _GAP, WIDTH - _GAP, HEIGHT)))
    if any(box.bottom > HEIGHT for _, box in placed):
        raise UsageError(f"The widgets of a screen fit in {HEIGHT} pixels; leave some out.")
    return placed


def _placed(widget: Widget, box: Box) -> Iterator[tuple[Widget, Box]]:
    if widget.kind is WidgetKind.COLUMN:
        top = box.top
        for child in widget.children:
            yield from _placed(child, box._replace(top=top))
            top += _height(child) + _GAP
    elif widget.kind is WidgetKind.ROW:
        width = (box.right - box.left + _GAP) // len(widget.children)
        for place, child in enumerate(widget.children):
            left = box.left + place * width
            yield from _placed(child, box._replace(left=left, right=left + width - _GAP))
    else:
        yield widget, box._replace(bottom=box.top + _ROW)


def _height(widget: Widget) -> int:
    heights = [_height(child) for child in widget.children]
    if widget.kind is WidgetKind.COLUMN:
        return sum(heights) + _GAP * (len(heights) - 1)
    return max(heights, default=_ROW)


def screen_picture(screen: Widget, touched: str = "") -> bytes:
    """Return a screen as PNG of 320 times 480 pixels, with a red ring where the widget `touched` is touched.

    Raises:
        UsageError: if no widget has that text, or they do not fit.
        MissingExtra: if Pillow is not installed.
    """
    canvas = Canvas(WIDTH, HEIGHT)
    touches = [box.touch for widget, box in layout(screen) if touched and widget.text == touched]
    if touched and not touches:
        raise UsageError(f"The screen has no widget {touched!r} that can be touched.")
    for widget, box in layout(screen):
        _draw(canvas, widget, box)
    for touch in touches[:1]:
        canvas.circle(touch, 14, None, COLOURS["red"])
        canvas.circle(touch, 4, COLOURS["red"])
    return canvas.png()


def _draw(canvas: Canvas, widget: Widget, box: Box) -> None:
    if widget.kind is WidgetKind.TITLE:
        canvas.text(box.centre, widget.text, 22)
        return
    canvas.rectangle(*box, LIGHT if widget.kind is WidgetKind.BUTTON else WHITE, BLACK)
    canvas.text((box.left + 12, box.centre[1]), widget.text, 18, anchor="lm")
    if widget.kind is WidgetKind.BUTTON:
        return
    right, y = box.right - _GAP, box.centre[1]
    canvas.rectangle(
        right - _SWITCH, y - 11, right, y + 11, COLOURS["green"] if widget.is_on else LIGHT, BLACK
    )
    knob = right - 11 if widget.is_on else right - _SWITCH + 11
    canvas.circle((knob, y), 9, WHITE)
