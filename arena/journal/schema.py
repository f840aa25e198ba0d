"""The journal's file: its tables, their migrations, and its errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from arena.core.errors import JournalError, JournalNewer, how_to_install
from arena.journal._migrating import annotate_old_episodes

JOURNAL_FILE = "journal.sqlite"

MIGRATIONS: Sequence[str] = (
    """
    -- What the run is: its configuration, seed, code version and source, as JSON by name.
    CREATE TABLE header (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE tasks (id TEXT PRIMARY KEY, task TEXT NOT NULL) WITHOUT ROWID;
    -- Long texts that many episodes share, such as briefs, by their digest.
    CREATE TABLE texts (digest TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE episodes (
        number INTEGER PRIMARY KEY, task TEXT NOT NULL, seats TEXT NOT NULL, chance INTEGER NOT NULL,
        match INTEGER NOT NULL, match_size INTEGER NOT NULL, round INTEGER NOT NULL, briefs TEXT NOT NULL
    );
    CREATE TABLE outcomes (
        episode INTEGER PRIMARY KEY, ending TEXT NOT NULL, returns TEXT NOT NULL, offenders TEXT NOT NULL,
        reason TEXT NOT NULL, details TEXT NOT NULL, turns INTEGER NOT NULL, seconds REAL NOT NULL
    );
    -- The tape. A request is the seat's brief, the first `seen` events of its view, and the count-th event
    -- in which the seat is asked.
    CREATE TABLE calls (
        episode INTEGER NOT NULL, seat TEXT NOT NULL, count INTEGER NOT NULL, step INTEGER NOT NULL,
        digest TEXT NOT NULL, seen INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
        parsed TEXT, seconds REAL NOT NULL, text TEXT, reasoning TEXT, stop TEXT, usage TEXT,
        structured INTEGER,
        PRIMARY KEY (episode, seat, count)
    ) WITHOUT ROWID;
    CREATE TABLE events (
        episode INTEGER NOT NULL, position INTEGER NOT NULL, step INTEGER NOT NULL, kind TEXT NOT NULL,
        seat TEXT, audience TEXT NOT NULL, text TEXT NOT NULL, payload TEXT NOT NULL,
        PRIMARY KEY (episode, position)
    ) WITHOUT ROWID;
    """,
    """
    -- `cost` is in dollars, null if unknown; `faults` are the attempts that came to nothing.
    ALTER TABLE calls ADD COLUMN model TEXT;
    ALTER TABLE calls ADD COLUMN cost REAL;
    ALTER TABLE calls ADD COLUMN faults TEXT;
    ALTER TABLE calls ADD COLUMN tokens TEXT;
    -- What calls took whose replies are no longer on the tape, as their episode was played again.
    CREATE TABLE forgotten (
        episode INTEGER NOT NULL, seat TEXT NOT NULL, usage TEXT NOT NULL, model TEXT, cost REAL,
        seconds REAL NOT NULL
    );
    """,
    "ALTER TABLE forgotten ADD COLUMN faults TEXT;",
    """
    -- What judges said afterwards: of an episode or of one seat in it, with the sides in some order.
    CREATE TABLE verdicts (
        judge TEXT NOT NULL, criterion TEXT NOT NULL, episode INTEGER NOT NULL, subject TEXT NOT NULL,
        ordering INTEGER NOT NULL, sample INTEGER NOT NULL, speakers TEXT NOT NULL, status TEXT NOT NULL,
        reason TEXT NOT NULL, found TEXT NOT NULL,
        PRIMARY KEY (judge, criterion, episode, subject, ordering, sample)
    ) WITHOUT ROWID;
    -- What the judges were asked, with every text of the messages by its digest; those not `kept` only count.
    CREATE TABLE judge_calls (
        judge TEXT NOT NULL, criterion TEXT NOT NULL, episode INTEGER NOT NULL, subject TEXT NOT NULL,
        ordering INTEGER NOT NULL, sample INTEGER NOT NULL, kept INTEGER NOT NULL DEFAULT 1,
        seat TEXT NOT NULL, count INTEGER NOT NULL, step INTEGER NOT NULL, digest TEXT NOT NULL,
        seen INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, parsed TEXT, seconds REAL NOT NULL,
        text TEXT, reasoning TEXT, stop TEXT, usage TEXT, structured INTEGER, model TEXT, cost REAL,
        faults TEXT, tokens TEXT, messages TEXT NOT NULL
    );
    CREATE INDEX judge_calls_by_verdict
        ON judge_calls (judge, criterion, episode, subject, ordering, sample, count);
    CREATE TABLE criteria (name TEXT PRIMARY KEY, criterion TEXT NOT NULL) WITHOUT ROWID;
    """,
    # Under which condition an episode is played, in a run that compares several.
    "ALTER TABLE episodes ADD COLUMN condition TEXT NOT NULL DEFAULT '';",
    # Where an episode branches off one of the run that this one was forked from, as JSON, or null.
    "ALTER TABLE episodes ADD COLUMN branch TEXT;",
    """
    -- How verdicts by a criterion are read, which are all kept as they came; a null quorum is more than half.
    ALTER TABLE criteria ADD COLUMN combine TEXT NOT NULL DEFAULT 'two-game';
    ALTER TABLE criteria ADD COLUMN quorum INTEGER;
    CREATE UNIQUE INDEX verdicts_by_episode
        ON verdicts (episode, judge, criterion, subject, ordering, sample);
    """,
    """
    -- What the scenario measured when so many rounds had been played.
    CREATE TABLE measures (
        name TEXT NOT NULL, condition TEXT NOT NULL, round INTEGER NOT NULL, value REAL NOT NULL,
        PRIMARY KEY (name, condition, round)
    ) WITHOUT ROWID;
    """,
    """
    -- What the server says answered; and what counts as spent where the server did not say what was.
    ALTER TABLE calls ADD COLUMN reported_model TEXT;
    ALTER TABLE calls ADD COLUMN fingerprint TEXT;
    ALTER TABLE calls ADD COLUMN estimated_tokens INTEGER;
    ALTER TABLE calls ADD COLUMN estimated_dollars REAL;
    ALTER TABLE judge_calls ADD COLUMN reported_model TEXT;
    ALTER TABLE judge_calls ADD COLUMN fingerprint TEXT;
    ALTER TABLE judge_calls ADD COLUMN estimated_tokens INTEGER;
    ALTER TABLE judge_calls ADD COLUMN estimated_dollars REAL;
    ALTER TABLE forgotten ADD COLUMN estimated_tokens INTEGER;
    ALTER TABLE forgotten ADD COLUMN estimated_dollars REAL;
    """,
    """
    -- How requests were changed to suit the server and replies were mended, as a JSON list, or null.
    ALTER TABLE calls ADD COLUMN notes TEXT;
    ALTER TABLE judge_calls ADD COLUMN notes TEXT;
    """,
    """
    -- Checksums (`arena.journal._checksums`); rows that were written before there were any have none. That in
    -- the last event of a step is of the whole step. An ending or a verdict says how many rows went before.
    ALTER TABLE header ADD COLUMN checksum INTEGER;
    ALTER TABLE tasks ADD COLUMN checksum INTEGER;
    ALTER TABLE episodes ADD COLUMN checksum INTEGER;
    ALTER TABLE calls ADD COLUMN checksum INTEGER;
    ALTER TABLE events ADD COLUMN checksum INTEGER;
    ALTER TABLE forgotten ADD COLUMN checksum INTEGER;
    ALTER TABLE judge_calls ADD COLUMN checksum INTEGER;
    ALTER TABLE criteria ADD COLUMN checksum INTEGER;
    ALTER TABLE measures ADD COLUMN checksum INTEGER;
    ALTER TABLE outcomes ADD COLUMN events INTEGER;
    ALTER TABLE outcomes ADD COLUMN calls INTEGER;
    ALTER TABLE outcomes ADD COLUMN events_checksum INTEGER;
    ALTER TABLE outcomes ADD COLUMN calls_checksum INTEGER;
    ALTER TABLE outcomes ADD COLUMN checksum INTEGER;
    ALTER TABLE verdicts ADD COLUMN calls INTEGER;
    ALTER TABLE verdicts ADD COLUMN calls_checksum INTEGER;
    ALTER TABLE verdicts ADD COLUMN checksum INTEGER;
    -- The episodes that had begun before there were checksums.
    CREATE TABLE unchecked (episode INTEGER PRIMARY KEY);
    INSERT INTO unchecked SELECT number FROM episodes;
    -- How many rows a table was given, which shows that one is missing. 'journal' is this journal's own
    -- number, with which its checksums begin, and 'unchecked' counts the facts in the header without any.
    CREATE TABLE written (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO written SELECT 'journal', abs(random() % 4294967296);
    INSERT INTO written SELECT 'unchecked', count(*) FROM header;
    INSERT INTO written SELECT 'header', count(*) FROM header;
    INSERT INTO written SELECT 'episodes', count(*) FROM episodes;
    INSERT INTO written SELECT 'outcomes', count(*) FROM outcomes;
    INSERT INTO written SELECT 'forgotten', count(*) FROM forgotten;
    INSERT INTO written SELECT 'verdicts', count(*) FROM verdicts;
    INSERT INTO written SELECT 'judge_calls', count(*) FROM judge_calls;
    INSERT INTO written SELECT 'criteria', count(*) FROM criteria;
    INSERT INTO written SELECT 'measures', count(*) FROM measures;
    """,
    """
    -- What was found out (`arena.annotations.AnnotationRow`). What was written while an episode was played
    -- has the judgement 0.
    CREATE TABLE annotations (
        episode INTEGER NOT NULL, judgement INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
        name TEXT NOT NULL, author TEXT NOT NULL, "by" TEXT NOT NULL, said INTEGER, seat TEXT NOT NULL,
        step INTEGER, sample INTEGER, unit INTEGER, part TEXT NOT NULL, "start" INTEGER, "end" INTEGER,
        turn INTEGER, moment TEXT NOT NULL, grp TEXT NOT NULL, ordering INTEGER, repeat INTEGER,
        status TEXT NOT NULL, reason TEXT NOT NULL, revises INTEGER, value REAL, low REAL, high REAL,
        correct REAL, confidence REAL, text TEXT, key INTEGER, truth TEXT, method TEXT NOT NULL,
        more TEXT NOT NULL, checksum INTEGER,
        PRIMARY KEY (episode, judgement, number)
    ) WITHOUT ROWID;
    ALTER TABLE outcomes ADD COLUMN annotations INTEGER;
    ALTER TABLE outcomes ADD COLUMN annotations_checksum INTEGER;
    -- Which of several drafts of a turn a call is for, from 0, or null.
    ALTER TABLE calls ADD COLUMN draft INTEGER;
    ALTER TABLE judge_calls ADD COLUMN draft INTEGER;
    """,
)
"""One script per schema version. The journal's ``user_version`` counts those that have run.

A column that is added to a table with checksums is null in existing rows. It must come last: a checksum
ignores nulls at the end of a row, so the old checksums still hold.
"""

ANNOTATED_SINCE = 12
"""The first schema that has annotations. Those of earlier episodes are made of the details of outcomes."""

COUNTED = (
    "header", "episodes", "outcomes", "forgotten", "verdicts", "judge_calls", "criteria", "measures",
)  # fmt: skip
"""The tables whose numbers of rows are kept in `written`."""


_MOST_SAID = 200
"""The number of characters of SQLite's message that are shown. For a damaged file it may be very long."""


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
            (version,) = connection.execute("PRAGMA user_version").fetchone()
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
    """Run the migrations that the journal has not had, each in its own transaction."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN; {script} PRAGMA user_version = {number};")
        if number == ANNOTATED_SINCE and version:
            annotate_old_episodes(connection)
        connection.execute("COMMIT")


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
