"""The journal's file: its tables, their migrations, and its errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arena.core.errors import JournalError, JournalNewer, how_to_install
from arena.journal._migrating import annotate_old_episodes
from arena.journal._migrations import ANNOTATED_SINCE, MIGRATIONS

JOURNAL_FILE = "journal.sqlite"

_MOST_SAID = 200
"""The number of characters of SQLite's message that are shown. For a damaged file it may be very long."""
_LONGEST_MIGRATION = 600_000
"""How long a process waits for another one that migrates the same journal, in milliseconds."""


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the journal at `path` into one sentence each.

    Raises:
        JournalError: instead of any `sqlite3.Error`, or of a decoding error in its message.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        raise JournalError(_explained(path, sqlite3.DatabaseError("malformed text"))) from error
    except sqlite3.Error as error:
        raise JournalError(_explained(path, error)) from error


def _explained(path: Path, error: sqlite3.Error) -> str:
    said = " ".join(str(error).split())[:_MOST_SAID]
    if "disk is full" in said:
        return (
            f"The disk is full, so {path} takes no more; what it holds is whole. Free some space, then "
            f"continue with: arena resume {path.parent}"
        )
    if "malformed" in said or "not a database" in said:
        return (
            f"The journal {path} is damaged ({said}). Copy its folder before anything else; "
            f"`sqlite3 {path} .recover` then saves what can still be read."
        )
    if "unable to open" in said:
        return f"The journal {path} cannot be opened; check that it exists and may be read and written."
    if "readonly" in said:
        return f"The journal {path} may not be written; check the permissions of its folder."
    if "locked" in said:
        return f"The journal {path} is held by another program; try again when that is done."
    return f"The journal {path} failed: {said}."


def connect(path: Path, *, write: bool, new: bool = False) -> sqlite3.Connection:
    """Open the journal at `path`. For writing it is made durable (WAL, full sync) and migrated.

    Raises:
        JournalError: if it cannot be opened, or is damaged.
        JournalNewer: if a newer version of Arena wrote it.
    """
    if not new:
        _check_whole(path)
    with in_plain_words(path):
        mode = "rwc" if new else "rw" if write else "ro"
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        try:
            version = _version(connection)
            if version == 0 and not new:
                raise JournalError(f"The journal {path} is empty: its run never began; remove its folder.")
            if version > len(MIGRATIONS):
                raise JournalNewer(
                    f"The journal {path} has schema {version}, written by a newer Arena than this one, which "
                    f"knows up to {len(MIGRATIONS)}; get the newer one: {how_to_install()}"
                )
            if write:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                migrate(connection)
            elif version < len(MIGRATIONS):
                connection.close()
                connect(path, write=True).close()
                return connect(path, write=False)
        except BaseException:
            connection.close()
            raise
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Run the migrations that the journal has not had, all in one transaction.

    So an interrupted migration leaves the journal as it was. Of several that open an old journal at once, one
    migrates and the others wait for it.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {_LONGEST_MIGRATION}")
    connection.execute("BEGIN IMMEDIATE")
    first = _version(connection)
    for number, script in enumerate(MIGRATIONS[first:], start=first + 1):
        for statement in _statements(script):
            connection.execute(statement)
        if first and number == ANNOTATED_SINCE:
            annotate_old_episodes(connection)
        connection.execute(f"PRAGMA user_version = {number}")
    connection.execute("COMMIT")
    connection.execute(f"PRAGMA busy_timeout = {patience}")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script. Unlike sqlite3's ``executescript``, running them commits nothing."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _check_whole(path: Path) -> None:
    """Refuse a file that is shorter than its header says. SQLite may notice that late or never.

    While there is a write-ahead log, the file need not be complete, and only SQLite may open it: closing it
    would drop this process's locks, and with them the log of a process that is writing.
    """
    try:
        if path.with_name(f"{path.name}-wal").exists():
            return
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be read: {error.strerror}.") from error
    page = int.from_bytes(header[16:18], "big") or 1
    pages = int.from_bytes(header[28:32], "big")
    if 0 < len(header) < 100 or size < pages * (65536 if page == 1 else page):
        raise JournalError(_explained(path, sqlite3.DatabaseError("its end is missing; malformed")))
