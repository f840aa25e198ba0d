"""What happened to the batches of a run, as JSON lines in its folder. A line that a kill tore is left out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from arena.core.errors import JournalError, Unwritable
from arena.core.files import why

BATCH_FILE = "batches.jsonl"


class BatchFile:
    """The file ``batches.jsonl`` in a run's folder. Each record is on the disk before anything goes on."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / BATCH_FILE

    def read(self) -> list[Mapping[str, Any]]:
        """Return all records, in order. What follows the last whole line is removed from the file.

        Raises:
            JournalError: if a whole line is no record.
        """
        if not self._path.exists():
            return []
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.truncate(self._path, len(whole))
        return [self._record(line, number) for number, line in enumerate(whole.splitlines(), 1)]

    def _record(self, line: bytes, number: int) -> Mapping[str, Any]:
        try:
            record = from_json(line)
        except ValueError:
            record = None
        if not isinstance(record, dict) or not isinstance(record.get("token"), str):
            raise JournalError(
                f"{self._path} has no record of a batch in line {number}; remove that line if you wrote it, "
                "or judge with append and without batch."
            )
        return record

    def add(self, record: Mapping[str, Any]) -> None:
        """Add a record, and wait until it is on the disk.

        Raises:
            Unwritable: if it cannot be written.
        """
        try:
            with self._path.open("ab") as file:
                file.write(to_json(record) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unwritable(f"{self._path} cannot be written: {why(error)}.") from None
