"""The bytes of a picture's file, whose size is known before anything is read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from arena.core.errors import UsageError
from arena.core.files import why

MOST_BYTES = 10 * 2**20
"""The largest number of bytes in the file of a picture."""


def check_size(size: int, where: str) -> None:
    """Refuse a file that is too large.

    Raises:
        UsageError: if it has more than `MOST_BYTES` bytes.
    """
    if size > MOST_BYTES:
        raise UsageError(
            f"{where} has {size:,} bytes, and a picture has at most {MOST_BYTES:,}; make it smaller."
        )


def content_of(path: Path, where: str) -> bytes:
    """Return the bytes of a file that is not too large. Of a pipe or a device nothing is read.

    Raises:
        UsageError: if it cannot be read, is no file or is too large. `where` is what it is called there.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise UsageError(f"{where} is not a file.")
            check_size(found.st_size, where)
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        said = why(error) if isinstance(error, OSError) else "its name is no path"
        raise UsageError(f"{where} cannot be read: {said}.") from None
