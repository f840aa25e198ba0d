"""Reading pictures by their pixels alone, independently of what drew them."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage  # type: ignore[import-untyped]

RGB = {
    "red": (214, 39, 40),
    "blue": (31, 90, 200),
    "green": (40, 150, 60),
    "orange": (255, 150, 20),
    "purple": (140, 70, 180),
}


def pixels(png: bytes) -> NDArray[np.uint8]:
    """Return a picture as rows of pixels with three values each."""
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def of_colour(picture: NDArray[np.uint8], colour: str) -> NDArray[np.bool_]:
    """Return which pixels have a colour."""
    found: NDArray[np.bool_] = (picture == np.array(RGB[colour], dtype=np.uint8)).all(axis=-1)
    return found


def patches(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return the connected patches of a mask, each cut out to its own size."""
    labels, _ = ndimage.label(mask)
    return [labels[place] == number for number, place in enumerate(ndimage.find_objects(labels), start=1)]


def form_of(patch: NDArray[np.bool_]) -> str:
    """Return the form of a patch by the share of its box that it fills: all, pi / 4 or a half."""
    filled = float(patch.mean())
    return "square" if filled > 0.95 else "circle" if filled > 0.65 else "triangle"
