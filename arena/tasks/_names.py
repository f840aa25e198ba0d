"""The ids of the tasks in a file."""

from __future__ import annotations

from pathlib import Path

from arena.core.jsonl import BadLine


class Names:
    """Ids for the tasks of a file, each used once: a line's own id, or the file's name and its number."""

    def __init__(self, file: Path) -> None:
        self._stem = file.stem
        self._taken: set[str] = set()

    def of(self, number: int, own: str | None) -> str:
        """Return the id of the task in a line.

        Raises:
            BadLine: if an earlier line has the same id.
        """
        name = own or f"{self._stem}-{number}"
        if name in self._taken:
            raise BadLine(f"an earlier line has the same id {name!r}")
        self._taken.add(name)
        return name
