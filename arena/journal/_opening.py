"""Opening a journal for writing: its lock, its preparation, and what has begun but not ended in it."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic_core import to_json

from arena.core.errors import JournalBusy, Unwritable, UsageError
from arena.core.files import why
from arena.journal._checksums import Begun, checksum
from arena.journal._migrations import COUNTED
from arena.journal._verdicts import KEY, VerdictKey
from arena.journal._writer import Writer
from arena.journal.schema import JOURNAL_FILE, connect, in_plain_words

Statement = tuple[str, Sequence[Any]]

_OPEN_CALLS = "SELECT episode, checksum FROM calls WHERE episode NOT IN (SELECT episode FROM outcomes)"
_CALLS_OF = "SELECT episode, checksum FROM calls WHERE episode IN (SELECT value FROM json_each(?))"
_OPEN_JUDGE_CALLS = f"""
    SELECT {KEY}, checksum FROM judge_calls WHERE kept AND ({KEY}) NOT IN (SELECT {KEY} FROM verdicts)
"""
_LAST = """
    SELECT (SELECT coalesce(max(number), 0) FROM states), (SELECT coalesce(max(number), 0) FROM acts)
"""

_LOCK = "journal.lock"
_TRIES, _SECONDS_BETWEEN = 5, 0.02


@dataclass(frozen=True, slots=True)
class Opened:
    """A journal that is open for writing: its own `number`, and what has `begun` but not ended in it.

    `states` and `acts` are the numbers of the last state and the last act in it.
    """

    lock: FileLock
    writer: Writer
    number: int
    begun: Begun
    states: int = 0
    acts: int = 0

    def close(self) -> None:
        """Commit what is queued, and release the lock."""
        self.writer.close()
        self.lock.release()


def open_journal(
    folder: Path,
    preparing: Sequence[Statement],
    counted: Mapping[str, str],
    new: bool,
    recounted: Sequence[str],
) -> Opened:
    """Open the journal in `folder`, run the statements that prepare it, and return it.

    Args:
        folder: its folder, which is made if the journal is `new`.
        preparing: statements with their parameters, run in one transaction.
        counted: the tables whose rows are counted, by the statement that writes them.
        new: whether a new journal is made. There must be none in the folder then.
        recounted: the tables whose number of rows is taken as correct from now on, because missing rows are
            made again.

    Raises:
        UsageError: if a new journal is requested and one exists, or an existing one and there is none.
        JournalBusy: if another process is writing it.
        JournalError: if it cannot be written.
    """
    path = folder / JOURNAL_FILE
    if new and path.exists():
        raise UsageError(
            f"There is a run in {folder} already; continue it with `arena resume {folder}`, or choose "
            "another folder."
        )
    if not new and not path.exists():
        raise UsageError(f"There is no run in {folder}; `arena runs` lists all runs.")
    is_new = not folder.exists()
    lock = _locked(folder)
    connection = None
    try:
        connection = connect(path, write=True, new=new)
        with in_plain_words(path):
            number, begun, states, acts = _prepared(connection, preparing, recounted)
    except BaseException:
        if connection is not None:
            connection.close()
        if new:
            for leftover in folder.glob(f"{JOURNAL_FILE}*"):
                leftover.unlink()
        lock.release()
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return Opened(lock, Writer(connection, path, counted), number, begun, states, acts)


def is_being_written(folder: Path) -> bool:
    """Return whether a process has the journal in `folder` open for writing. This writes nothing."""
    try:
        import fcntl

        with (folder / _LOCK).open("rb") as file:
            # A shared lock: two who look at the same time do not take each other for the writer.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):
        return False
    return False


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the journal in `folder` while the block runs, so that no process begins to write it.

    Raises:
        JournalBusy: if another process is writing it.
    """
    lock = _locked(folder)
    try:
        yield
    finally:
        lock.release()


def _locked(folder: Path) -> FileLock:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
        for left in reversed(range(_TRIES)):
            try:
                lock.acquire()
                break
            except Timeout:
                if not left:
                    raise JournalBusy(
                        f"Another process is writing the run in {folder}; wait for it or stop it."
                    ) from None
                time.sleep(_SECONDS_BETWEEN)  # It may be somebody who only looks whether it is written.
    except OSError as error:
        raise Unwritable(f"The folder {folder} cannot be written: {why(error)}.") from error
    return lock


def _prepared(
    connection: sqlite3.Connection, preparing: Sequence[Statement], recounted: Sequence[str]
) -> tuple[int, Begun, int, int]:
    """Run the statements in one transaction.

    Return the journal's number, what has begun, and the numbers of the last state and the last act.
    """
    connection.execute("BEGIN IMMEDIATE")
    (number,) = connection.execute("SELECT number FROM written WHERE name = 'journal'").fetchone()
    connection.create_function("checksum", -1, lambda *values: checksum(number, values), deterministic=True)
    prepare(connection, preparing, recounted)
    begun = begun_in(connection, number)
    states, acts = connection.execute(_LAST).fetchone()
    connection.execute("COMMIT")
    return number, begun, states, acts


def prepare(
    connection: sqlite3.Connection, preparing: Sequence[Statement], recounted: Sequence[str] = ()
) -> None:
    """Run the statements in the transaction that is open, and update the counts of rows."""
    before = _counts(connection)
    for statement, parameters in preparing:
        connection.execute(statement, parameters)
    for table, count in _counts(connection).items():
        if table in recounted:
            connection.execute("UPDATE written SET number = ? WHERE name = ?", (count, table))
        elif count != before[table]:
            connection.execute(
                "UPDATE written SET number = number + ? WHERE name = ?", (count - before[table], table)
            )


def begun_in(connection: sqlite3.Connection, number: int, only: Collection[int] | None = None) -> Begun:
    """Return what has begun but not ended in the journal of a number; `only` these episodes, if given."""
    begun = Begun(number)
    if only is not None:
        for episode, own in connection.execute(_CALLS_OF, (to_json(sorted(only)).decode(),)):
            begun[episode].call(own)
        return begun
    for episode, own in connection.execute(_OPEN_CALLS):
        begun[episode].call(own)
    for *key, own in connection.execute(_OPEN_JUDGE_CALLS):
        begun[VerdictKey(*key)].call(own)
    return begun


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    queries = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in COUNTED)
    return dict(connection.execute(queries).fetchall())
