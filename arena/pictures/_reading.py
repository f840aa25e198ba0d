"""The pictures that a file of tasks names."""

from __future__ import annotations

from pathlib import Path

from arena.core.errors import UsageError
from arena.core.text import one_line
from arena.pictures._files import content_of
from arena.pictures._picture import Picture

_MOST_SAID = 80


def named_in(name: str, folder: Path) -> Picture:
    """Return the picture that a file names: by a path from a folder, or at an address.

    The path must not leave the folder, whether by its own parts or by links, because whoever wrote the file
    could otherwise have any picture of this machine sent to a server.

    Raises:
        UsageError: if it leaves the folder, or is no picture.
    """
    if "://" in name:
        return Picture.at(name)
    where = f"the picture {one_line(name, _MOST_SAID)!r}"
    try:
        real = (folder / name).resolve()
        is_inside = real.is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        raise UsageError(f"{where} has a name that is no path") from None
    if not is_inside:
        raise UsageError(
            f"{where} is not in the folder {folder}; copy it there, or say yourself from which folder the "
            "pictures are"
        )
    return Picture.from_bytes(content_of(real, where), where)
