"""Reading JSON lines that others wrote, one bounded line at a time.

Each bad line is reported in a sentence.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.text import printable

S = TypeVar("S")
T = TypeVar("T")

LONGEST_LINE = 16 * 2**20
"""The largest number of bytes in a line."""
_COMPLAINTS = 5


class BadLine(UsageError):
    """A line or another part of a file cannot be used. The message says why, but not where."""


def read_jsonl(file: Path, read: Callable[[int, Any], T]) -> list[T]:
    """Return the results of `read` for all lines. It is called with a line's number (from 1) and its value.

    Raises:
        UsageError: if the file or some of its lines cannot be read. It has a sentence for each of the first
            few.
    """
    return read_each(file, numbered_lines(file), lambda number, line: read(number, read_json(line)))


def read_each(
    file: Path, numbered: Iterable[tuple[int, S]], read: Callable[[int, S], T], unit: str = "line"
) -> list[T]:
    """Return the results of `read` for all parts of a file, each of which has a number and is a `unit`.

    Raises:
        UsageError: if some of them cannot be read. It has a sentence for each of the first few.
    """
    found: list[T] = []
    complaints = []
    for number, part in numbered:
        try:
            found.append(read(number, part))
        except (BadLine, ValidationError) as error:
            complaints.append(f"{file}, {unit} {number}: {explained(error)}.")
    if complaints:
        more = len(complaints) - _COMPLAINTS
        rest = [f"{more} more {unit}s are bad."] if more > 0 else []
        raise UsageError(" ".join([*complaints[:_COMPLAINTS], *rest]))
    return found


def numbered_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not empty, with their numbers from 1."""
    return ((number, line) for number, line in all_lines(file) if line.strip())


def all_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers from 1, the first one without a byte order mark.

    Raises:
        UsageError: if the file cannot be read, is written in UTF-16, or has a line that is too long.
    """
    try:
        with file.open("rb") as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise UsageError(f"{file}, line {number}: it is longer than {LONGEST_LINE:,} bytes.")
                if number == 1:
                    line = line.removeprefix(BOM_UTF8)
                    if line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
                        raise UsageError(f"{file} is written in UTF-16; save it as UTF-8.")
                yield number, line
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def read_json(text: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        BadLine: if the text is not JSON, holds infinite numbers, or is nested too deeply.
    """
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise BadLine(f"it is not written in UTF-8 (byte {error.start + 1:,}); save it as UTF-8") from None
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise BadLine(f"it is no JSON ({error})") from None


def explained(error: BadLine | ValidationError) -> str:
    """Return what is wrong, without a full stop, in a form that is safe to show."""
    said = first_problem(error) if isinstance(error, ValidationError) else str(error)
    return printable(said).rstrip(".")
