"""A journal that is open for reading: its connection, the checks of its rows, and its header."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Self

from arena.core.errors import JournalError, UsageError
from arena.journal._checking import Checks, missing
from arena.journal._facts import read_header
from arena.journal.schema import JOURNAL_FILE, connect, in_plain_words


def _as_it_is(raw: bytes) -> str:
    return raw.decode(errors="surrogateescape")


class OpenedJournal:
    """A journal that is read through one connection; close it, or use it as a context manager.

    Args:
        folder: the run's folder.

    Raises:
        UsageError: if there is no run there.
        JournalError: if its journal is damaged or newer than this version of Arena.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / JOURNAL_FILE
        if not self._path.exists():
            raise UsageError(f"There is no run in {folder}; `arena runs` lists all runs.")
        self._connection = connect(self._path, write=False)
        try:
            self._checks = Checks(folder, self._rows)
        except JournalError:
            self._connection.close()
            raise
        self._left_out: frozenset[int] = frozenset()
        self._judges_left_out: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def lacks_outcomes(self) -> bool:
        """Return whether outcomes are missing, so that an episode without one may have ended all the same."""
        return missing(self._rows, ["outcomes"]).get("outcomes", 0) > 0

    def structure(self) -> tuple[str, ...]:
        """Return in a sentence what SQLite finds wrong with the file, or nothing if it is sound."""
        found = [str(problem) for (problem,) in self._rows("PRAGMA integrity_check(1)")]
        return () if found == ["ok"] else (f"SQLite finds the file damaged: {' '.join(found[0].split())}.",)

    def header(self) -> dict[str, Any]:
        """Return the header: the run's configuration, seed, version and source."""
        header = read_header(self._rows, self._checks)
        if not header:
            raise JournalError(f"The run in {self.folder} never began; remove the folder.")
        return header

    def _rows(self, query: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        done = 0
        with in_plain_words(self._path):
            try:
                # A reader that stops early may outlive the connection: `yield from` would close its cursor.
                for row in self._connection.execute(query, parameters):
                    done += 1
                    yield row
            except sqlite3.OperationalError as error:
                if "decode" not in str(error) or self._connection.text_factory is not str:
                    raise
                # Damaged text is read with what cannot be decoded marked, so that it is told where it stands.
                self._connection.text_factory = _as_it_is
                yield from islice(self._connection.execute(query, parameters), done, None)
