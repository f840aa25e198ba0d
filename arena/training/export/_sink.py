"""The interface of a file of rows that is being written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic_core import to_json

from arena.training.export._row import Row


class Closed(NamedTuple):
    """A finished file: its number of lines or rows, and how many rows were left out for each reason."""

    lines: int
    left_out: Counter[str]


class Sink(ABC):
    """A file that is being written. It gets masked rows only if its format can mark them.

    It is a context manager. A file that is still open when the block ends is closed as it is.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    @abstractmethod
    def write(self, row: Row) -> str:
        """Take a row. Return the reason why it is left out or masked, or "" if it is neither."""

    @abstractmethod
    def close(self) -> Closed:
        """Write the remaining rows, close the file, and return its counts."""

    @abstractmethod
    def abandon(self) -> None:
        """Close the file as it is."""


class Lines(Sink):
    """JSON lines, one for each row. `record` returns the line, or the reason why there is none."""

    def __init__(self, file: Path, record: Any) -> None:
        self._stream = file.open("wb")
        self._record = record
        self._lines = 0

    def write(self, row: Row) -> str:
        """Write the row's line."""
        found = self._record(row)
        if isinstance(found, str):
            return found
        self._stream.write(to_json(found) + b"\n")
        self._lines += 1
        return ""

    def close(self) -> Closed:
        """Close the file."""
        self._stream.close()
        return Closed(self._lines, Counter())

    def abandon(self) -> None:
        """Close the file."""
        self._stream.close()
