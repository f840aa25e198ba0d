"""Inspect's logs in its own format ``.eval``: a zip archive with a header and a file for each sample."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arena.core.errors import UsageError
from arena.core.files import why
from arena.core.jsonl import BadLine, read_json
from arena.importing._json_text import LONGEST_RECORD

_HEADER = "header.json"
_SAMPLES = "samples/"


def samples(name: str, place: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield each sample of a log: the name of its file, its value, and the header of the log.

    A sample that cannot be read is a `BadLine`.

    Raises:
        UsageError: if the file is no such archive, or has no header.
    """
    try:
        with zipfile.ZipFile(place) as archive:
            there = archive.namelist()
            if _HEADER not in there:
                raise UsageError(f"{name} has no {_HEADER}; it is no log of Inspect, or not a finished one.")
            header = _member(archive, _HEADER)
            if isinstance(header, BadLine):
                raise UsageError(f"{name}, {_HEADER}: {header}.")
            for member in there:
                if member.startswith(_SAMPLES) and member.endswith(".json"):
                    yield member, _member(archive, member), header
    except zipfile.BadZipFile:
        raise UsageError(f"{name} is no zip archive, or is cut off; get the whole file.") from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {why(error)}.") from error


def _member(archive: zipfile.ZipFile, member: str) -> Any:
    """Return the JSON of a file of the archive, or why it cannot be read."""
    try:
        with archive.open(member) as opened:
            content = opened.read(LONGEST_RECORD + 1)
    except NotImplementedError:
        return BadLine("it is packed in a way that Python cannot unpack; write the log as .json with Inspect")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        return BadLine(f"it is damaged ({error})")
    if len(content) > LONGEST_RECORD:
        return BadLine(f"it is longer than {LONGEST_RECORD:,} bytes")
    try:
        return read_json(content)
    except BadLine as bad:
        return bad
