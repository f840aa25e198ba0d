"""What people asked of a run while it was played, and the states that it was in: the rows of both.

`arena.steering` says what they mean. An act is written by whoever asks, beside the process that plays the
run, which alone writes states.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from arena.journal._bulk import Read
from arena.journal._checking import Checks
from arena.journal._checksums import checksum
from arena.journal._opened import OpenedJournal
from arena.journal._reopening import FAILED_LAST
from arena.journal.schema import JOURNAL_FILE, connect, in_plain_words

_ACTS = "SELECT number, at, author, kind, asked, checksum FROM acts WHERE number > ? ORDER BY number"
_STATES = "SELECT number, at, state, act, more, checksum FROM states WHERE number > ? ORDER BY number"
_ANSWERS = """
    SELECT number, at, state, act, more, checksum FROM states WHERE act IS NOT NULL AND number > ?
    ORDER BY number
"""
_BEGUN = """
    SELECT number, coalesce(act, 0) FROM episodes
    WHERE number NOT IN (SELECT episode FROM outcomes) AND number IN (SELECT DISTINCT episode FROM calls)
"""
_MATCHES_BEGUN = """
    SELECT match, min(coalesce(act, 0)) FROM episodes LEFT JOIN outcomes ON episode = number
    WHERE match_size > 1 AND (episode IS NOT NULL OR number IN (SELECT DISTINCT episode FROM calls))
    GROUP BY match HAVING count(episode) < match_size
"""
_LAST_STATE = "SELECT coalesce(max(number), 0) FROM states"
_NUMBER = itemgetter(slice(1))
_PATIENCE = 10.0
"""How long an act waits for the run's process to end a commit, in seconds."""


class StateKind(StrEnum):
    """The state of a run."""

    LIVE = "live"
    HELD_UP = "held up"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"

    @property
    def is_over(self) -> bool:
        """Whether no process plays the run any more."""
        return self in (StateKind.STOPPED, StateKind.ENDED)


class ActRow(NamedTuple):
    """What `author` asked of a run, `at` a time in seconds since 1970. `asked` are the details of the act."""

    number: int
    at: float
    author: str
    kind: str
    asked: Mapping[str, Any]


class StateRow(NamedTuple):
    """A state that a run was in from a time on. `act` is the act that this answers, or None.

    `more` says why.
    """

    number: int
    at: float
    state: str
    act: int | None
    more: Mapping[str, Any]


class ActsOfRun(OpenedJournal):
    """The acts and the states that a journal records."""

    def acts(self, after: int = 0) -> list[ActRow]:
        """Return what was asked of the run, by number, after the act of a number."""
        return read_acts(self._rows, self._checks, after)

    def states(self, after: int = 0) -> list[StateRow]:
        """Return the states that the run was in, by number, after the state of a number."""
        return read_states(self._rows, self._checks, after)

    def answers(self) -> list[StateRow]:
        """Return the states that answer acts, by number."""
        return read_states(self._rows, self._checks, query=_ANSWERS)

    def begun_after(self) -> dict[int, int]:
        """Return after which act each episode that has an answer, and no end, began; 0 is after none."""
        return dict(self._rows(_BEGUN))

    def last_round(self) -> int:
        """Return the number of the last round of which an episode has begun; 0 if none has."""
        ((last,),) = self._rows("SELECT coalesce(max(round), 0) FROM episodes")
        return int(last)

    def failed_last(self) -> set[int]:
        """Return the numbers of the episodes that failed in the last round."""
        return {episode for (episode,) in self._rows(FAILED_LAST)}

    def matches_begun_after(self) -> dict[int, int]:
        """Return after which act each match began that is not whole yet; 0 is after none.

        A match of several episodes has begun if one of them has an answer or an end.
        """
        return dict(self._rows(_MATCHES_BEGUN))

    def last_states(self, most: int) -> list[StateRow]:
        """Return the last states that the run was in, at most so many, by number."""
        ((last,),) = self._rows(_LAST_STATE)
        return self.states(after=last - most)


def read_acts(read: Read, checks: Checks, after: int = 0) -> list[ActRow]:
    """Return the acts after the one of a number.

    Raises:
        JournalDamaged: if one differs from what was written.
    """
    return [
        ActRow._make((*row[:-1], from_json(row[-1]))) for row in _checked(read, checks, "acts", _ACTS, after)
    ]


def read_states(read: Read, checks: Checks, after: int = 0, query: str = _STATES) -> list[StateRow]:
    """Return the states after the one of a number.

    Raises:
        JournalDamaged: if one differs from what was written.
    """
    rows = _checked(read, checks, "states", query, after)
    return [StateRow._make((*row[:-1], from_json(row[-1]))) for row in rows]


def _checked(read: Read, checks: Checks, table: str, query: str, after: int) -> Iterator[Any]:
    in_order = checks.in_order(table, _NUMBER)
    for row in read(query, after):
        with checks.reading(table):
            checks.fact(table, in_order(row))
        yield row[:-1]


def add_act(
    folder: Path, author: str, kind: str, asked: Mapping[str, Any], *, to_player: bool = False
) -> int:
    """Write an act into the journal in `folder`, which another process may be writing. Return its number.

    With `to_player`, nothing is written if the journal says that the run is over, and 0 is returned.

    Raises:
        JournalError: if the journal cannot be written.
    """
    path = folder / JOURNAL_FILE
    connect(path, write=False).close()  # An older journal gets the table so.
    with in_plain_words(path), closing(_beside(path)) as journal:
        journal.execute("BEGIN IMMEDIATE")
        now = journal.execute("SELECT state FROM states ORDER BY number DESC LIMIT 1").fetchone()
        if to_player and now is not None and StateKind(now[0]).is_over:
            return 0
        (own,) = journal.execute("SELECT number FROM written WHERE name = 'journal'").fetchone()
        (last,) = journal.execute("SELECT coalesce(max(number), 0) FROM acts").fetchone()
        values = (last + 1, time.time(), author, kind, to_json(asked).decode())
        journal.execute("INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?)", (*values, checksum(own, values)))
        journal.execute("COMMIT")
    return int(last + 1)


def _beside(path: Path) -> sqlite3.Connection:
    """Return a connection that writes beside the run's process, and leaves the file's mode as it is."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=_PATIENCE
    )
