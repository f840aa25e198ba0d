"""The pictures of the tasks in a file, each read once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic_core import from_json

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine
from arena.pictures import Picture, named_in
from arena.tasks._cells import text_of

MOST_BYTES_TOGETHER = 2**30
"""The largest number of bytes that the pictures of one file of tasks have together."""
MOST_OF_A_TASK = 100


class PicturesOfFile:
    """The pictures that the rows of a file name by paths from a folder, or by addresses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Picture] = {}
        self._seen: set[Picture] = set()
        self._size = 0

    def of(self, value: Any, part: str) -> tuple[Picture, ...]:
        """Return the pictures that a row names: a name, or a list of names, in CSV as JSON.

        Raises:
            BadLine: if one cannot be used, or there are too many.
        """
        if isinstance(value, str) and value.startswith("["):
            try:
                value = from_json(value)
            except ValueError as error:
                raise BadLine(f"the {part} are no JSON list ({error})") from None
        names = [text_of(one, part) for one in (value if isinstance(value, list) else [value])]
        named = [name for name in names if name]
        if len(named) > MOST_OF_A_TASK:
            raise BadLine(f"it has {len(named):,} {part}, and a task has at most {MOST_OF_A_TASK}")
        return tuple([self._named(name) for name in named])

    def _named(self, name: str) -> Picture:
        if name not in self._known:
            try:
                picture = named_in(name, self._folder)
            except UsageError as error:
                raise BadLine(str(error).removesuffix(".")) from None
            if picture not in self._seen:
                self._seen.add(picture)
                self._size += len(picture.content)
            self._known[name] = picture
            if self._size > MOST_BYTES_TOGETHER:
                raise BadLine(
                    f"the pictures up to here have more than {MOST_BYTES_TOGETHER:,} bytes together; make "
                    "them smaller, or split the file"
                )
        return self._known[name]
