"""The reading side of a journal: a stored run, its episodes, and the tape from which it resumes.

A run may be read while it is being written; a reader sees what was committed when it looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from pydantic_core import from_json

from arena.agent import Reply, Spent, Stop, Tokens
from arena.errors import JournalError, UsageError
from arena.forms import Status
from arena.journal.schema import FILE, connect, in_plain_words
from arena.outcome import Ending, Outcome
from arena.plan import Plan, Played
from arena.record import Call
from arena.task import Task
from arena.transcript import Event, Kind, Transcript

_TASKS_REMEMBERED = 10_000

_PLAYED = """
    SELECT number, task, seats, chance, match, match_size, round,
           ending, returns, offenders, reason, details, turns, seconds
    FROM episodes JOIN outcomes ON episode = number
"""


@dataclass(frozen=True, slots=True)
class StoredEpisode:
    """An episode as the journal holds it; `played` is None while it has not ended.

    `steps` holds its events by the step they were committed in, and `calls` the requests in the order of
    seat and count.
    """

    number: int
    plan: Plan
    briefs: Mapping[str, str]
    steps: tuple[tuple[Event, ...], ...]
    calls: tuple[Call, ...]
    played: Played | None

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order."""
        return tuple(event for step in self.steps for event in step)

    def transcript(self) -> Transcript:
        """Return the transcript with every seat's view, as it stood when the episode ended."""
        return Transcript.rebuild(dict(self.briefs), self.steps)


class Run:
    """A stored run, read through one connection; close it, or use it as a context manager.

    Args:
        folder: where its journal is.

    Raises:
        UsageError: if there is no run there.
        JournalError: if its journal is damaged or newer than this version of Arena.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE
        if not self._path.exists():
            raise UsageError(f"There is no run in {folder}; `arena runs` lists those there are.")
        self._connection = connect(self._path, write=False)
        self._tasks: dict[str, Task] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def header(self) -> dict[str, Any]:
        """Return what the run is: its configuration, seed, version and source."""
        header = {name: from_json(value) for name, value in self._rows("SELECT name, value FROM header")}
        if not header:
            raise JournalError(f"The run in {self.folder} was never begun; remove the folder.")
        return header

    def counts(self) -> dict[Ending, int]:
        """Return how many episodes ended in each way."""
        rows = self._rows("SELECT ending, count(*) FROM outcomes GROUP BY ending")
        return {Ending(ending): count for ending, count in rows}

    def finished(self) -> Iterator[Played]:
        """Yield the episodes that have ended, by number, one at a time."""
        for row in self._rows(f"{_PLAYED} ORDER BY number"):
            yield self._played(row)

    def numbers(self, *, finished: bool) -> set[int]:
        """Return the numbers of the episodes that have ended, or of those that have begun and not ended."""
        ended = "SELECT episode FROM outcomes"
        begun = f"SELECT number FROM episodes WHERE number NOT IN ({ended})"
        return {number for (number,) in self._rows(ended if finished else begun)}

    def episodes(self) -> Iterator[StoredEpisode]:
        """Yield all episodes in full, by number, one at a time."""
        for (number,) in self._rows("SELECT number FROM episodes ORDER BY number"):
            yield self.episode(number)

    def episode(self, number: int) -> StoredEpisode:
        """Return one episode in full.

        Raises:
            UsageError: if the run has no episode of that number.
        """
        query = """
            SELECT number, task, seats, chance, match, match_size, round, briefs
            FROM episodes WHERE number = ?
        """
        row = next(self._rows(query, number), None)
        if row is None:
            raise UsageError(f"The run in {self.folder} has no episode {number}.")
        plan = self._plan(row)
        briefs = {seat: self._text(digest) for seat, digest in from_json(row[7]).items()}
        played = next(self._rows(f"{_PLAYED} WHERE number = ?", number), None)
        events = self._rows(
            "SELECT step, kind, seat, audience, text, payload FROM events WHERE episode = ? "
            "ORDER BY position",
            number,
        )
        steps = tuple(
            tuple(_event(row[1:]) for row in step) for _, step in groupby(events, key=itemgetter(0))
        )
        return StoredEpisode(
            number, plan, briefs, steps, self.calls(number), self._played(played) if played else None
        )

    def calls(self, number: int) -> tuple[Call, ...]:
        """Return an episode's tape: its calls by seat and count."""
        query = """
            SELECT seat, count, step, digest, seen, status, reason, parsed, seconds,
                   text, reasoning, stop, usage, structured, model, cost, faults, tokens
            FROM calls WHERE episode = ? ORDER BY seat, count
        """
        return tuple(_call(row) for row in self._rows(query, number))

    def _rows(self, query: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        with in_plain_words(self._path):
            yield from self._connection.execute(query, parameters)

    def _text(self, digest: str) -> str:
        return next((text for (text,) in self._rows("SELECT text FROM texts WHERE digest = ?", digest)), "")

    def _plan(self, row: tuple[Any, ...]) -> Plan:
        number, task, seats, chance, match, match_size, round_, *_ = row
        if task not in self._tasks:
            (stored,) = next(self._rows("SELECT task FROM tasks WHERE id = ?", task))
            if len(self._tasks) >= _TASKS_REMEMBERED:
                self._tasks.clear()
            self._tasks[task] = Task.model_validate_json(stored)
        return Plan(number, self._tasks[task], from_json(seats), chance, round_, match, match_size)

    def _played(self, row: tuple[Any, ...]) -> Played:
        ending, returns, offenders, reason, details, turns, seconds = row[7:]
        outcome = Outcome(
            Ending(ending), from_json(returns), tuple(from_json(offenders)), reason, from_json(details)
        )
        return Played(self._plan(row), outcome, turns, seconds)


def _event(row: tuple[Any, ...]) -> Event:
    kind, seat, audience, text, payload = row
    return Event(Kind(kind), seat, frozenset(from_json(audience)), text, payload)


def _call(row: tuple[Any, ...]) -> Call:
    seat, count, step, digest, seen, status, reason, parsed, seconds, text, *came, cost, faults, tokens = row
    reasoning, stop, usage, structured, model = came
    spent = Spent(from_json(usage or "{}"), model or "", tuple(from_json(faults or "[]")), cost)
    reply = None
    if text is not None:
        kept = Tokens(**from_json(tokens)) if tokens else None
        taken = spent.usage, bool(structured), spent.model, spent.faults, kept
        reply = Reply(text, reasoning, Stop(stop), *taken)
    return Call(seat, count, step, digest, seen, Status(status), reason, parsed, seconds, reply, spent)
