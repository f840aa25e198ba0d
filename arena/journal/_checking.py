"""Checking rows against their checksums as they are read. Damage is reported by episode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from arena.core.errors import JournalDamaged
from arena.journal._bulk import Read, Row, StoredEpisodeRow
from arena.journal._checksums import Written, checksum, event_values
from arena.journal._migrations import COUNTED
from arena.journal._pictures import StoredPictures
from arena.seat.transcript import ASKING

WHAT = {
    "header": "its header",
    "criteria": "its criteria",
    "measures": "its measures",
    "tasks": "its task",
    "texts": "a text",
    "pictures": "a picture",
    "episodes": "its plan",
    "outcomes": "its outcome",
    "events": "its events",
    "calls": "its calls",
    "returned": "what a tool returned in it",
    "annotations": "what was found out in it",
    "forgotten": "what its calls took",
    "verdicts": "a verdict on it",
    "judge_calls": "what a judge was asked about it",
    "acts": "what was asked of it",
    "states": "its states",
}
"""What each table holds, of the run or of an episode."""

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, StopIteration)
_SEAT = itemgetter(1)
_COUNT = itemgetter(2)
_PLACE = itemgetter(1, 2)


class Checks:
    """Checks what is read from the journal in `folder`. `read` runs a query.

    Each check raises `JournalDamaged` if a row differs from what was written, or is missing. Rows that were
    written before there were checksums pass. `pictures` reads the pictures that rows name.
    """

    def __init__(self, folder: Path, read: Read) -> None:
        self._folder = folder
        self._read = read
        self.pictures = StoredPictures(read)
        facts: dict[str, int] = dict(
            read("SELECT name, number FROM written WHERE typeof(number) = 'integer'")
        )
        self.journal: int = facts.get("journal", 0)
        self._has_old_facts = facts.get("unchecked", 0) > 0

    def is_old(self, episode: int) -> bool:
        """Return whether an episode began before there were checksums."""
        return next(self._read("SELECT 1 FROM unchecked WHERE episode = ?", episode), None) is not None

    def damaged(self, table: str, episode: int | None = None) -> JournalDamaged:
        """Return the exception for rows of a table that differ from what was written."""
        what = WHAT[table]
        if episode is None:
            return JournalDamaged(
                f"The journal of the run in {self._folder} is damaged: {what} cannot be what was written; "
                f"`arena check {self._folder}` says what is whole.",
                what,
            )
        return JournalDamaged(
            f"Episode {episode} of the run in {self._folder} is damaged: {what} cannot be what was written. "
            f"`arena check {self._folder}` says what is whole; exports and reports leave the episode out.",
            what,
            episode,
        )

    def fact(self, table: str, row: Row) -> None:
        """Check a row of the run, or a task, whose last value is its checksum."""
        *values, own = row
        if own is None:
            if not self._has_old_facts:
                raise self.damaged(table)
        elif own != checksum(self.journal, values):
            raise self.damaged(table)

    def count(self, table: str) -> None:
        """Check that one of the run's tables has the right number of rows."""
        if missing(self._read, [table]):
            raise self.damaged(table)

    def in_order(self, table: str, key: Callable[[Row], Any]) -> Callable[[Row], Row]:
        """Return a function that passes the rows of a table on. Their keys must rise."""
        before: Any = None

        def passed(row: Row) -> Row:
            nonlocal before
            with self.reading(table):
                if before is not None and not before < key(row):
                    raise self.damaged(table)
            before = key(row)
            return row

        return passed

    def episode(self, row: StoredEpisodeRow) -> None:
        """Check an episode's plan and, if it has ended, its outcome."""
        number = row.plan[0]
        begun = row.begun
        if begun is None:
            self._old(number, "episodes")
            begun = self.journal
        elif begun != checksum(self.journal, row.plan):
            raise self.damaged("episodes", number)
        if row.outcome and row.ended is None:
            self._old(number, "outcomes")
        elif row.outcome and row.ended != checksum(begun, (number, *row.outcome, *row.seal)):
            raise self.damaged("outcomes", number)

    def events(self, row: StoredEpisodeRow, events: Sequence[Row]) -> None:
        """Check an episode's events, which are in the order of their positions."""
        number = row.plan[0]
        last, is_whole = self._chained(number, self.journal, events)
        if not is_whole:
            self._old(number, "events")
        elif row.ended is not None and (row.seal[0], row.seal[2]) != (len(events), last):
            raise self.damaged("events", number)

    def events_after(self, number: int, last: int | None, events: Sequence[Row]) -> None:
        """Check events that follow others, the checksum of which is `last`; None if they are the first."""
        _, is_whole = self._chained(number, self.journal if last is None else last, events)
        if not is_whole:
            self._old(number, "events")

    def _chained(self, number: int, last: int, events: Sequence[Row]) -> tuple[int, bool]:
        """Return the checksum of the last step, and whether every step has one."""
        step = list[Any]()
        for event in events:
            step += event_values(event[:-2], event[-2])
            if (own := event[-1]) is not None:
                if checksum(last, step) != own:
                    raise self.damaged("events", number)
                last, step = own, []
        return last, not step

    def calls(self, row: StoredEpisodeRow, calls: Sequence[Row]) -> None:
        """Check an episode's calls, which are in the order of seat and count."""
        number = row.plan[0]
        recomputed = self._check_calls(number, "calls", calls)
        if not _rise(map(_PLACE, calls)):
            raise self.damaged("calls", number)
        if row.outcome:
            if row.ended is not None and (row.seal[1], row.seal[3]) != (
                recomputed.calls,
                recomputed.calls_checksum,
            ):
                raise self.damaged("calls", number)
            return
        is_branch = row.plan[8] is not None
        for _, of_seat in groupby(calls, key=_SEAT):
            counts = list(map(_COUNT, of_seat))
            first = counts[0] if is_branch else 0
            if counts != list(range(first, first + len(counts))):
                raise self.damaged("calls", number)

    def annotations(self, row: StoredEpisodeRow, found: Sequence[Row]) -> None:
        """Check an episode's annotations, which are in the order of their numbers.

        Those that were made of an old episode's details have no checksums, and its outcome does not count
        them.
        """
        number, recomputed = row.plan[0], Written(self.journal)
        is_translated = bool(row.outcome) and row.seal[4] is None
        for one in found:
            own = one[-1]
            if own is None and is_translated:
                continue
            if own is None:
                self._old(number, "annotations")
            elif own != checksum(self.journal, one[:-1]):
                raise self.damaged("annotations", number)
            recomputed.annotation(own)
        if row.outcome and row.seal[4] is not None and row.seal[4:] != recomputed.seal[4:]:
            raise self.damaged("annotations", number)

    def answered(self, row: StoredEpisodeRow, events: Sequence[Row], calls: Sequence[Row]) -> None:
        """Check that an episode that has not ended has a call for each question to a seat.

        The calls of a branch may be those of another run. In an episode that has ended, the calls were
        counted.
        """
        if not row.outcome and row.plan[8] is None:
            asked = Counter(seat for _, _, _, kind, seat, *_ in events if kind in ASKING)
            if asked - Counter(map(_SEAT, calls)):
                raise self.damaged("calls", row.plan[0])

    def verdict(self, said: Row, calls: Sequence[Row] | None) -> None:
        """Check a verdict's row, and its calls with their keys if they are given."""
        *values, own = said
        number = said[2]
        if own is None:
            self._old(number, "verdicts")
        elif own != checksum(self.journal, values):
            raise self.damaged("verdicts", number)
        if calls is not None:
            recomputed = self._check_calls(number, "judge_calls", calls)
            if not _rise(call[8] for call in calls):
                raise self.damaged("judge_calls", number)
            if own is not None and said[10:12] != (recomputed.calls, recomputed.calls_checksum):
                raise self.damaged("judge_calls", number)

    def judge_calls(self, number: int, calls: Sequence[Row]) -> None:
        """Check the calls for a verdict, with their keys. They are in the order of count, from 0."""
        self._check_calls(number, "judge_calls", calls)
        if [call[8] for call in calls] != list(range(len(calls))):
            raise self.damaged("judge_calls", number)

    def judge_call(self, row: Row) -> None:
        """Check one judge's call with its key."""
        self._check_calls(row[2], "judge_calls", [row])

    def forgotten(self, row: Row) -> None:
        """Check the recorded usage of a call whose reply is no longer on the tape."""
        self._check_calls(row[0], "forgotten", [row])

    def returned(self, number: int, rows: Sequence[Row]) -> None:
        """Check what tools returned in an episode."""
        self._check_calls(number, "returned", rows)

    def reading(self, table: str, episode: int | None = None) -> _Reading:
        """Turn errors about invalid values into damage of an episode, or of the run.

        Raises:
            JournalDamaged: instead of the error that Python raises for such a value.
        """
        return _Reading(self, table, episode)

    def _check_calls(self, number: int, table: str, calls: Sequence[Row]) -> Written:
        """Check rows with their checksums, and return their number."""
        recomputed, journal = Written(self.journal), self.journal
        for call in calls:
            own = call[-1]
            if own is None:
                self._old(number, table)
            elif own != checksum(journal, call[:-1]):
                raise self.damaged(table, number)
            recomputed.call(own)
        return recomputed

    def _old(self, number: int, table: str) -> None:
        if not self.is_old(number):
            raise self.damaged(table, number)


def _rise(keys: Iterable[Any]) -> bool:
    """Return whether keys are in order, without repetition."""
    try:
        return all(one < two for one, two in pairwise(keys))
    except TypeError:
        return False


class _Reading:
    __slots__ = ("_checks", "_episode", "_table")

    def __init__(self, checks: Checks, table: str, episode: int | None) -> None:
        self._checks, self._table, self._episode = checks, table, episode

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, _UNREADABLE):
            raise self._checks.damaged(self._table, self._episode) from error


def missing(read: Read, tables: Sequence[str] = COUNTED) -> dict[str, int]:
    """Return how many rows are missing, by table. A number below 0 counts rows too many."""
    queries = [
        f"SELECT '{table}', coalesce((SELECT number FROM written "
        f"WHERE name = '{table}' AND typeof(number) = 'integer'), -1), "
        f"(SELECT count(*) FROM {table})"
        for table in tables
    ]
    counts = read(" UNION ALL ".join(queries))
    return {table: number - count for table, number, count in counts if number != count}
