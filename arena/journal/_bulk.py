"""Reading a whole run in the order of its episodes, in one pass over each table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from arena.annotations import COLUMNS

Row = tuple[Any, ...]

Read = Callable[..., Iterator[Row]]
"""Runs a query with its parameters."""

CALL = (
    "seat, count, step, digest, seen, status, reason, parsed, seconds, text, reasoning, stop, usage, "
    "structured, model, cost, faults, tokens, reported_model, fingerprint, estimated_tokens, "
    "estimated_dollars, notes, draft, parts, tools"
)
"""The columns of a call in the tables `calls` and `judge_calls`, in the order of `decoding.read_call`."""

PLAN = "number, task, seats, chance, match, match_size, round, condition, branch, briefs, tools, act"
OUTCOME = "ending, returns, offenders, reason, details, turns, seconds"
SEAL = (
    "outcomes.events, outcomes.calls, events_checksum, calls_checksum, outcomes.annotations, "
    "annotations_checksum"
)
FORGOTTEN = "episode, seat, usage, model, cost, seconds, faults, estimated_tokens, estimated_dollars"
MEASUREMENT = "name, condition, round, value"
RETURNED = "episode, seat, count, number, id, name, arguments, status, text, bytes, seconds"
EVENT = "episode, position, step, kind, seat, audience, text, payload, pictures"

EPISODES = f"""
    SELECT {PLAN}, episodes.checksum, {OUTCOME}, {SEAL}, outcomes.checksum, outcomes.episode
    FROM episodes LEFT JOIN outcomes ON outcomes.episode = number
"""
EVENTS = f"SELECT {EVENT}, checksum FROM events"
CALLS = f"SELECT episode, {CALL}, checksum FROM calls"
ANNOTATION = ", ".join(f'"{column}"' for column in COLUMNS)
ANNOTATIONS = f"SELECT {ANNOTATION}, checksum FROM annotations"

MOST = 2**62
"""A number larger than any episode's."""

_NUMBER = itemgetter(0)


class StoredEpisodeRow(NamedTuple):
    """A row of `EPISODES`: the plan, the outcome, and the checksums of both (None in old journals).

    `outcome` is empty if the episode has not ended. `seal` holds the numbers of events and calls, the
    checksums of both, and the number and the checksum of its annotations.
    """

    plan: Row
    begun: int | None
    outcome: Row
    seal: Row
    ended: int | None

    @classmethod
    def of(cls, row: Row) -> StoredEpisodeRow:
        """Return the fields of a row of `EPISODES`."""
        has_ended = row[27] is not None
        return cls(row[:12], row[12], row[13:20] if has_ended else (), row[20:26], row[26])


class EpisodeRows(NamedTuple):
    """An episode's rows of `EPISODES` (one), `EVENTS` (by position) and `CALLS` (by seat and count).

    `annotations` are those of `ANNOTATIONS` that were written while it was played, by number.
    """

    episode: StoredEpisodeRow
    events: list[Row]
    calls: list[Row]
    annotations: list[Row]


def rows_by_episode(
    read: Read, first: int = 0, end: int = MOST, *, events: bool = True
) -> Iterator[EpisodeRows]:
    """Yield the rows of the episodes from `first` to before `end`, by number. `read` runs a query.

    Only one episode's rows are in memory at a time. Without `events`, the largest table is not read.

    The tables are stored in the order in which they are read, so nothing is sorted. The queries are open at
    the same time, so they show the run at one moment.
    """
    within = "BETWEEN ? AND ? - 1"
    episodes = read(f"{EPISODES} WHERE number {within} ORDER BY number", first, end)
    one = next(episodes, None)
    if one is None:
        return
    in_order = f"{EVENTS} WHERE episode {within} ORDER BY episode, position"
    event_rows = _InOrder(read(in_order, first, end) if events else iter(()))
    calls = _InOrder(read(f"{CALLS} WHERE episode {within} ORDER BY episode, seat, count", first, end))
    by_number = f"{ANNOTATIONS} WHERE episode {within} AND judgement = 0 ORDER BY episode, judgement, number"
    found = _InOrder(read(by_number, first, end))
    for episode in chain([one], episodes):
        number = episode[0]
        rows = event_rows.of(number), calls.of(number), found.of(number)
        yield EpisodeRows(StoredEpisodeRow.of(episode), *rows)


class _InOrder:
    """The rows of a table that is read in the order of its first column."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = groupby(rows, key=_NUMBER)
        self._next = next(self._groups, None)

    def of(self, number: int) -> list[Row]:
        """Return the rows of a number. Each call must have a larger number than the one before."""
        while self._next is not None and self._next[0] < number:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] > number:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found
