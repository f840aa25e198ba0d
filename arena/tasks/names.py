"""What the tasks of a file are called."""

from __future__ import annotations

from pathlib import Path

from arena.core.jsonl import BadLine


class Names:
    """Ids for the tasks of a file, each given once: a line's own, or else the file's name and its number."""

    def __init__(self, file: Path) -> None:
        self._stem = file.stem
        self._taken: set[str] = set()

    def of(self, number: int, own: str | None) -> str:
        """Return the id of the task in a line.

        Raises:
            BadLine: if an earlier line has it.
        """
        name = own or f"{self._stem}-{number}"
        if name in self._taken:
            raise BadLine(f"the id {name!r} was there before")
        self._taken.add(name)
        return name
