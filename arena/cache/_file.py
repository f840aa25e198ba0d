"""The file of a response cache: an SQLite table of replies, with a key made of everything that shaped them.

Several processes may use one file at the same time, and a kill at any moment does not damage it. Every method
blocks, so it must be called in a thread of its own.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pydantic_core import from_json, to_json

from arena.core.errors import CacheError, how_to_install
from arena.seat.agent import AnsweredBy, Reply, Tokens
from arena.seat.parts import parts_from_record, parts_record

SCHEMA = 4
BUSY_SECONDS = 20.0
_APPLICATION = 0x4172436B
_TABLES = (
    """
    CREATE TABLE replies (
        agent BLOB NOT NULL, seat TEXT NOT NULL, seed INTEGER NOT NULL, request BLOB NOT NULL,
        text TEXT NOT NULL, reasoning TEXT NOT NULL, structured INTEGER NOT NULL, model TEXT NOT NULL,
        tokens TEXT, UNIQUE (agent, seat, seed, request)
    )
    """,
    "CREATE INDEX replies_of_another_agent ON replies (request, seed, seat)",
    "CREATE INDEX replies_in_another_place ON replies (request, agent)",
    f"PRAGMA application_id = {_APPLICATION}",
)
_ADDED = {
    2: (
        "ALTER TABLE replies ADD COLUMN reported_model TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE replies ADD COLUMN fingerprint TEXT NOT NULL DEFAULT ''",
    ),
    3: ("ALTER TABLE replies ADD COLUMN notes TEXT",),
    4: ("ALTER TABLE replies ADD COLUMN parts TEXT",),
}
"""The statements that each later version of the schema adds to the first version."""
_FIND = """
    SELECT text, reasoning, structured, model, tokens, notes, parts, reported_model, fingerprint
    FROM replies
    WHERE agent = :agent AND seat = :seat AND seed = :seed AND request = :request
"""
_OTHERS = """
    SELECT EXISTS (SELECT 1 FROM replies WHERE agent = :agent AND seat = :seat AND seed = :seed),
    EXISTS (SELECT 1 FROM replies WHERE request = :request AND seed = :seed AND seat = :seat),
    EXISTS (SELECT 1 FROM replies WHERE request = :request AND agent = :agent)
"""
_KEEP = f"INSERT OR REPLACE INTO replies VALUES (?{', ?' * 12})"


class Key(NamedTuple):
    """The key of a reply: digests of the agent and of the request, and the place (a seat and a seed)."""

    agent: bytes
    seat: str
    seed: int
    request: bytes


class Others(NamedTuple):
    """Whether there are replies whose keys differ only in this one part."""

    request: bool
    agent: bool
    place: bool


class CacheFile:
    """The file of a cache at `path`. It must be opened first. All methods raise only `CacheError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the file, and make it if there is none."""
        try:
            with self._in_plain_words():
                self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # One transaction, because another process may be making the file at the same time.
        connection.execute("BEGIN")
        self._check(connection)
        connection.execute("COMMIT")
        # In this mode a commit does not wait for the disk. A kill loses nothing, and a power cut loses the
        # last few replies.
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        version = self._check(connection)
        added = (statement for since, made in _ADDED.items() if version < since for statement in made)
        for statement in (*(_TABLES if version == 0 else ()), *added):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")

    def find(self, key: Key) -> Reply | Others:
        """Return the reply that is kept under `key`. If there is none, say whether there are similar ones."""
        with self._in_plain_words():
            row = self._opened.execute(_FIND, key._asdict()).fetchone()
            if row is None:
                return Others(*map(bool, self._opened.execute(_OTHERS, key._asdict()).fetchone()))
        text, reasoning, structured, model, tokens, notes, parts, *said = row
        return Reply(
            text,
            reasoning,
            usage={"cache_hits": 1},
            structured=bool(structured),
            model=model,
            tokens=Tokens.from_record(from_json(tokens)) if tokens else None,
            answered_by=AnsweredBy(*said),
            notes=tuple(from_json(notes)) if notes else (),
            parts=parts_from_record(text, from_json(parts)) if parts else (),
        )

    def keep(self, key: Key, reply: Reply) -> None:
        """Keep a reply under `key`. It replaces an earlier one."""
        tokens = to_json(reply.tokens.record()).decode() if reply.tokens else None
        notes = to_json(reply.notes).decode() if reply.notes else None
        parts = to_json(parts_record(reply.parts)).decode() if reply.parts else None
        made = reply.text, reply.reasoning, int(reply.structured), reply.model, tokens
        with self._in_plain_words():
            self._opened.execute(_KEEP, (*key, *made, *reply.answered_by, notes, parts))

    def close(self) -> None:
        """Close the file if it is open."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with self._in_plain_words():
                connection.close()

    @property
    def _opened(self) -> sqlite3.Connection:
        assert self._connection is not None
        return self._connection

    def _check(self, connection: sqlite3.Connection) -> int:
        """Return the version of the file's schema. It is 0 if the file is empty.

        Raises:
            CacheError: if the file is not a response cache, or if a newer Arena has written it.
        """
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if application != _APPLICATION and (application or version or tables):
            raise CacheError(f"{self.path} is a database, but not a response cache; choose another file.")
        if version > SCHEMA:
            raise CacheError(
                f"The response cache {self.path} was written by a newer Arena: it has schema {version}, and "
                "this "
                f"Arena reads schemas up to {SCHEMA}; get the newer one: {how_to_install()}"
            )
        return int(version)

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise CacheError(_explained(self.path, error)) from error


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to SQLite's write-ahead log. SQLite does not wait for a lock in this case, so we do."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _explained(path: Path, error: Exception) -> str:
    said = str(error)
    if "not a database" in said:
        return (
            f"{path} is not a response cache, or it is damaged ({said}); choose another file, or remove it."
        )
    if "malformed" in said:
        return f"The response cache {path} is damaged ({said}); remove it, and a new one is made."
    if "disk is full" in said:
        return (
            f"The disk is full, so the response cache {path} takes no more replies; free some space. "
            "Nothing in the cache is lost."
        )
    if "readonly" in said:
        return f"The response cache {path} cannot be written; check the permissions of its folder."
    if "locked" in said:
        return f"The response cache {path} is locked by another program; try again when that program is done."
    if "unable to open" in said or isinstance(error, OSError):
        why = getattr(error, "strerror", None) or said
        return f"The response cache {path} cannot be opened ({why}); check that you may write it."
    return f"The response cache {path} failed: {said}."
