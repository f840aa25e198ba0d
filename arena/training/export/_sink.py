"""Where rows go: a file that is being written in some format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic_core import to_json

from arena.training.export.rows import Row


class Closed(NamedTuple):
    """What a file came to: how many lines or rows it has, and why rows that it was given are not in it."""

    lines: int
    left_out: Counter[str]


class Sink(ABC):
    """A file that is being written. Rows that are masked come only if the format can say so of them.

    It is a context manager: what is still open when the block ends is closed as it is.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    @abstractmethod
    def write(self, row: Row) -> str:
        """Take a row; return why it cannot be in the file, or is masked there, if either is so, else ""."""

    @abstractmethod
    def close(self) -> Closed:
        """Write what is left, close the file, and say what it came to."""

    @abstractmethod
    def abandon(self) -> None:
        """Let go of the file as it is."""


class Lines(Sink):
    """JSON lines, one for each row of which `record` makes something; it returns why not otherwise."""

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
