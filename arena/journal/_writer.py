"""The journal's writing thread: rows are queued on the event loop and committed in groups off it.

The queue holds one flat list of values for each statement, and not a tuple for each row. So few objects stay
alive until the commit, and SQLite takes a slice of the list for many rows at once.

A row is durable (on the disk, not in a cache) within `GROUP_SECONDS` and the time of one commit. Everything
queued at one moment is committed in one transaction, so that after a kill the file always holds the state of
one moment.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from sys import getsizeof
from types import MappingProxyType
from typing import Any

from arena.core.errors import JournalError
from arena.journal.schema import in_plain_words

GROUP_SECONDS = 0.02
ROWS_IN_FLIGHT = 4096
BYTES_IN_FLIGHT = 64 * 2**20
"""The memory of uncommitted rows, in bytes, above which recording waits."""
ROWS_A_STATEMENT = 32
SECONDS_BETWEEN_YIELDS = 0.001


class Writer:
    """Commits rows to a connection in its own thread.

    `counted` names the tables whose rows are counted in `written`, by the statement that writes them.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, counted: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._connection = connection
        self._path = path
        self._counted = counted
        self._queue: defaultdict[str, list[Any]] = defaultdict(list)
        self._changes: list[Callable[[sqlite3.Connection], None]] = []
        self._rows = 0
        self._bytes = 0
        self._bytes_committing = 0
        self._committing = False
        self._yielded = 0.0
        self._work = threading.Event()
        self._hurry = threading.Event()
        self._closing = False
        self._failure: JournalError | None = None
        self._awaited: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._lock = threading.RLock()
        self._thread = threading.Thread(target=self._write, name="arena-journal", daemon=True)
        self._thread.start()

    def add(self, statement: str, values: Sequence[Any], rows: int = 1, size: int = 0) -> None:
        """Queue the values of some rows for `statement`, an INSERT with a ``?`` per value.

        It returns at once. Rows that are queued by one call are committed together. `size` is about how many
        bytes of memory the values take; it is found out if it is 0.
        """
        size = size or sum(map(getsizeof, values))
        with self._lock:
            self._queue[statement] += values
            self._rows += rows
            self._bytes += size
        if not self._work.is_set():
            self._work.set()

    def alter(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """Queue a change of rows. It is called in the thread, after all that is queued has been inserted."""
        with self._lock:
            self._changes.append(change)
            self._rows += 1
        self._work.set()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit all that is queued in the block in one transaction. The block must not wait for anything."""
        with self._lock:
            yield

    async def room(self) -> None:
        """Let other tasks run, and wait while more than `ROWS_IN_FLIGHT` or `BYTES_IN_FLIGHT` are queued.

        Raises:
            JournalError: if the journal cannot be written; nothing queued since then is kept.
        """
        now = time.monotonic()
        if now - self._yielded > SECONDS_BETWEEN_YIELDS:
            self._yielded = now
            await asyncio.sleep(0)
        while self._failure is None and (
            self._rows > ROWS_IN_FLIGHT or self._bytes + self._bytes_committing > BYTES_IN_FLIGHT
        ):
            await self._committed()
        self._check()

    async def flush(self) -> None:
        """Wait until everything that was queued is durable.

        Raises:
            JournalError: if the journal cannot be written.
        """
        while (self._rows or self._committing) and self._failure is None:
            await self._committed()
        self._check()

    def close(self) -> None:
        """Commit what is queued, merge the log into the file, and end the thread."""
        self._closing = True
        self._hurry.set()
        self._work.set()
        self._thread.join()
        # A file of its own, without WAL, can be copied and read anywhere; a reader at work prevents it.
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode=DELETE")
        self._connection.close()

    def _check(self) -> None:
        if self._failure is not None:
            raise JournalError(str(self._failure)) from self._failure

    async def _committed(self) -> None:
        """Wait for the end of the next commit. All waiters share one future."""
        with self._lock:
            if self._awaited is None:
                self._awaited = asyncio.get_running_loop(), asyncio.Event()
            _, done = self._awaited
        self._hurry.set()
        self._work.set()
        await done.wait()

    def _write(self) -> None:
        while not (self._closing and not self._rows):
            self._work.wait()
            self._hurry.wait(GROUP_SECONDS)
            self._hurry.clear()
            self._work.clear()
            self._committing = True
            if self._failure is None:
                try:
                    with in_plain_words(self._path):
                        self._commit()
                except JournalError as failure:
                    self._failure = failure
                except Exception as error:
                    self._failure = JournalError(f"The journal {self._path} cannot take a record: {error}.")
            self._committing = False
            self._bytes_committing = 0
            if self._failure is not None:
                self._take()
                self._bytes_committing = 0
            self._release()

    def _commit(self) -> None:
        queue, changes = self._take()
        if not queue and not changes:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in queue.items():
                table = self._counted.get(statement)
                if table is None:
                    self._insert(statement, values)
                else:
                    self._insert_counted(statement, values, table)
            for change in changes:
                change(self._connection)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _take(self) -> tuple[dict[str, list[Any]], list[Callable[[sqlite3.Connection], None]]]:
        """Return all rows and changes that are queued, and begin a new queue."""
        with self._lock:
            queue, self._queue, self._rows = self._queue, defaultdict(list), 0
            changes, self._changes = self._changes, []
            self._bytes_committing, self._bytes = self._bytes, 0
        return queue, changes

    def _insert_counted(self, statement: str, values: list[Any], table: str) -> None:
        """Insert rows and count the new ones, then replace the rows that exist already."""
        new = self._insert(statement.replace("OR REPLACE", "OR IGNORE"), values)
        if new < len(values) // statement.count("?"):
            self._insert(statement, values)
        self._connection.execute("UPDATE written SET number = number + ? WHERE name = ?", (new, table))

    def _insert(self, statement: str, values: list[Any]) -> int:
        """Insert many rows in one statement, which is faster, and return how many were new."""
        columns = statement.count("?")
        several = statement + f", ({', '.join('?' * columns)})" * (ROWS_A_STATEMENT - 1)
        width = columns * ROWS_A_STATEMENT
        whole = len(values) - len(values) % width
        execute = self._connection.executemany
        many = execute(several, (values[at : at + width] for at in range(0, whole, width)))
        rest = range(whole, len(values), columns)
        one_by_one = execute(statement, (values[at : at + columns] for at in rest))
        return max(0, many.rowcount) + max(0, one_by_one.rowcount)

    def _release(self) -> None:
        """Wake all who wait for a commit, with a single call to their loop."""
        with self._lock:
            awaited, self._awaited = self._awaited, None
        if awaited is not None:
            loop, done = awaited
            if not loop.is_closed():
                loop.call_soon_threadsafe(done.set)
