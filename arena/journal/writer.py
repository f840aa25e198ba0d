"""The journal's writing thread: rows are queued on the event loop and committed in groups off it.

A row is durable (on the disk, not in a cache of ours) within `GROUP_SECONDS` and the time of one commit.
Everything queued at one moment is committed in one transaction, so that what a kill leaves behind is
always the state at some moment.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import deque
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

from arena.errors import JournalError
from arena.journal.schema import in_plain_words

GROUP_SECONDS = 0.02
ROWS_IN_FLIGHT = 4096
ROWS_A_STATEMENT = 32
SECONDS_BETWEEN_YIELDS = 0.001

Row = tuple[Any, ...]


class Writer:
    """Commits rows to a connection from a thread of its own."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._queue: deque[tuple[str, Row]] = deque()
        self._committing = False
        self._yielded = 0.0
        self._work = threading.Event()
        self._hurry = threading.Event()
        self._closing = False
        self._failure: JournalError | None = None
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._write, name="arena-journal", daemon=True)
        self._thread.start()

    def add(self, statement: str, row: Row) -> None:
        """Queue one row for `statement`, an INSERT that ends with its VALUES; returns at once."""
        self._queue.append((statement, row))
        if not self._work.is_set():
            self._work.set()

    async def room(self) -> None:
        """Let others run, and wait while more than `ROWS_IN_FLIGHT` rows are queued.

        Raises:
            JournalError: if the journal cannot be written; nothing queued since then is kept.
        """
        now = time.monotonic()
        if now - self._yielded > SECONDS_BETWEEN_YIELDS:
            self._yielded = now
            await asyncio.sleep(0)
        while len(self._queue) > ROWS_IN_FLIGHT and self._failure is None:
            await self._committed()
        self._check()

    async def flush(self) -> None:
        """Wait until all that was queued is durable. Raises as `room` does."""
        while (self._queue or self._committing) and self._failure is None:
            await self._committed()
        self._check()

    def close(self) -> None:
        """Commit what is queued, fold the log into the file, and end the thread."""
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
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        with self._lock:
            self._waiting.append((loop, done))
        self._hurry.set()
        self._work.set()
        await done

    def _write(self) -> None:
        while not (self._closing and not self._queue):
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
            if self._failure is not None:
                self._queue.clear()
            self._release()

    def _commit(self) -> None:
        rows: dict[str, list[Row]] = {}
        for _ in range(len(self._queue)):
            statement, row = self._queue.popleft()
            rows.setdefault(statement, []).append(row)
        if not rows:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for statement, group in rows.items():
                self._insert(statement, group)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _insert(self, statement: str, rows: list[Row]) -> None:
        """Insert the rows, many in a statement, which makes each cheaper."""
        whole = len(rows) - len(rows) % ROWS_A_STATEMENT
        if whole:
            several = statement + f", ({', '.join('?' * len(rows[0]))})" * (ROWS_A_STATEMENT - 1)
            batches = (rows[place : place + ROWS_A_STATEMENT] for place in range(0, whole, ROWS_A_STATEMENT))
            self._connection.executemany(several, (tuple(chain.from_iterable(batch)) for batch in batches))
        self._connection.executemany(statement, rows[whole:])

    def _release(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for loop, done in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_finish, done)


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
