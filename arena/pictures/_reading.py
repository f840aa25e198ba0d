"""The pictures that a file of tasks names."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from arena.core.errors import UsageError
from arena.core.text import one_line
from arena.pictures._files import content_of
from arena.pictures._picture import Picture

_MOST_SAID = 80


class PictureName(NamedTuple):
    """The folder in which a file of tasks may name pictures, and the name of one: a path from there."""

    folder: Path
    name: str


def named_in(name: PictureName) -> Picture:
    """Return the picture that a file names by a path from a folder.

    The path must not leave the folder, whether by its own parts or by links, because whoever wrote the file
    could otherwise have any picture of this machine sent to a server.

    Raises:
        UsageError: if it leaves the folder, or is no picture.
    """
    folder, written = name
    said = one_line(written, _MOST_SAID)
    try:
        real = (folder / written).resolve()
        is_inside = real.is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        raise UsageError(f"The picture {said!r} has a name that is no path.") from None
    if not is_inside:
        raise UsageError(
            f"The picture {said!r} is not in the folder {folder}; copy it there, or name the folder of the "
            "pictures yourself."
        )
    return Picture.from_bytes(content_of(real, f"The picture {said!r}"), f"The picture {said!r}")
