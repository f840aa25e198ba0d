"""A canvas on which tasks are drawn, as PNG. It needs Pillow, which the extra `pictures` installs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

from arena.core.errors import MissingExtra

Colour = tuple[int, int, int]
Spot = tuple[float, float]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
LIGHT: Colour = (220, 220, 220)
"""The colour of fine lines, which no question is about."""
COLOURS: Mapping[str, Colour] = {
    "red": (214, 39, 40),
    "blue": (31, 90, 200),
    "green": (40, 150, 60),
    "orange": (255, 150, 20),
    "purple": (140, 70, 180),
}
"""The colours that questions are about, by the names that they have there."""


class Canvas:
    """A white picture of `width` times `height` pixels, on which shapes without soft edges are drawn.

    Places are counted in pixels from the top left.

    Raises:
        MissingExtra: if Pillow is not installed.
    """

    def __init__(self, width: int, height: int) -> None:
        try:
            from PIL import Image, ImageDraw
        except ModuleNotFoundError:
            raise MissingExtra("Tasks that are drawn need Pillow", "pictures") from None
        self._image = Image.new("RGB", (width, height), WHITE)
        self._draw = ImageDraw.Draw(self._image)

    def rectangle(
        self, left: float, top: float, right: float, bottom: float, fill: Colour, edge: Colour | None = None
    ) -> None:
        """Draw a filled rectangle, whose last pixels are those at `right` and `bottom`."""
        self._draw.rectangle((left, top, right, bottom), fill=fill, outline=edge)

    def circle(self, centre: Spot, radius: float, fill: Colour | None, edge: Colour | None = None) -> None:
        """Draw a circle; its edge, if it has one, is 3 pixels wide."""
        x, y = centre
        box = (x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, fill=fill, outline=edge, width=3 if edge else 0)

    def polygon(self, points: Sequence[Spot], fill: Colour) -> None:
        """Draw a filled polygon."""
        self._draw.polygon([*points], fill=fill)

    def line(self, start: Spot, end: Spot, colour: Colour, width: int = 1) -> None:
        """Draw a straight line."""
        self._draw.line((*start, *end), fill=colour, width=width)

    def text(self, place: Spot, text: str, size: int = 16, anchor: str = "mm") -> None:
        """Write a black text around a place, or with the anchor ``lm`` to the right of it."""
        self._draw.text(place, text, font=_font(size), fill=BLACK, anchor=anchor)

    def png(self) -> bytes:
        """Return the picture as PNG."""
        stream = BytesIO()
        self._image.save(stream, format="PNG")
        return stream.getvalue()


@lru_cache
def _font(size: int) -> Any:
    """Return the font that Pillow brings, which takes longer to load than a picture to draw."""
    from PIL import ImageFont

    return ImageFont.load_default(size)
