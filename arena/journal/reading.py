"""The reading side of a journal: a stored run, its episodes, and the tape from which it resumes.

A run may be read while it is being written; a reader sees what was committed when it looked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from pydantic_core import from_json

from arena.agent import Reply, Spent, Stop, Tokens
from arena.caps import Total
from arena.errors import JournalError, UsageError
from arena.forms import Status
from arena.journal.schema import FILE, connect, in_plain_words
from arena.journal.verdicts import (
    READ_CALLS,
    READ_FINISHED,
    READ_UNFINISHED,
    READ_VERDICTS,
    JudgeCall,
    StoredVerdict,
    VerdictKey,
    read_verdict,
)
from arena.messages import Message
from arena.outcome import Ending, Outcome
from arena.plan import Plan, Played
from arena.record import Call
from arena.task import Task
from arena.transcript import Event, Kind, Transcript

_TASKS_REMEMBERED = 10_000

_PLAYED = """
    SELECT number, task, seats, chance, match, match_size, round, condition,
           ending, returns, offenders, reason, details, turns, seconds
    FROM episodes JOIN outcomes ON episode = number
"""


_TOOK = """
    SELECT episode, seats, seat, count, seconds, usage, model, cost, faults
    FROM calls JOIN episodes ON number = episode WHERE usage <> '{{}}' {of} ORDER BY episode, seat, count
"""
_TOOK_FORGOTTEN = """
    SELECT episode, seats, seat, NULL, seconds, usage, model, cost, faults
    FROM forgotten JOIN episodes ON number = episode WHERE true {of} ORDER BY episode, seat
"""
_TOOK_JUDGING = """
    SELECT episode, json_object('judging', judge), 'judging', NULL, seconds, usage, model, cost, faults
    FROM judge_calls WHERE usage <> '{{}}' {of} ORDER BY episode, judge
"""
_UNTOLD = """
    SELECT seats, seat, coalesce(model, ''), count(*), count(cost), total(cost)
    FROM calls JOIN episodes ON number = episode WHERE (usage IS NULL OR usage = '{{}}') {of}
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT json_object('judging', judge), 'judging', coalesce(model, ''), count(*), count(cost), total(cost)
    FROM judge_calls WHERE (usage IS NULL OR usage = '{{}}') {of}
    GROUP BY 1, 2, 3
"""


_TOTAL = """
    SELECT total(calls), total(tokens), total(cost), total(iif(cost IS NULL, calls, 0)) FROM (
        SELECT cost, coalesce(
            json_extract(usage, '$.attempts'), json_extract(usage, '$.cache_hits') IS NULL
        ) AS calls, coalesce(
            json_extract(usage, '$.prompt_tokens'), 0
        ) + coalesce(json_extract(usage, '$.completion_tokens'), 0) AS tokens
        FROM (
            SELECT usage, model, cost FROM calls
            UNION ALL SELECT usage, model, cost FROM forgotten
            UNION ALL SELECT usage, model, cost FROM judge_calls
        )
        WHERE model IS NOT NULL AND usage <> '{}'
    )
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


class Took(NamedTuple):
    """What one request took; `count` is its place on the seat's tape, None if its reply is there no more."""

    episode: int
    agent: str
    seat: str
    count: int | None  # type: ignore[assignment]  # hides tuple's method, which nobody misses
    seconds: float
    spent: Spent


class Untold(NamedTuple):
    """How many requests of an agent in a seat told no usage, and the dollars of those whose cost is known."""

    agent: str
    seat: str
    model: str
    calls: int
    priced: int
    dollars: float


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
            SELECT number, task, seats, chance, match, match_size, round, condition, briefs
            FROM episodes WHERE number = ?
        """
        row = next(self._rows(query, number), None)
        if row is None:
            raise UsageError(f"The run in {self.folder} has no episode {number}.")
        plan = self._plan(row)
        briefs = {seat: self._text(digest) for seat, digest in from_json(row[8]).items()}
        played = next(self._rows(f"{_PLAYED} WHERE number = ?", number), None)
        return StoredEpisode(
            number,
            plan,
            briefs,
            self.steps(number),
            self.calls(number),
            self._played(played) if played else None,
        )

    def steps(self, number: int) -> tuple[tuple[Event, ...], ...]:
        """Return an episode's events by the step they were committed in."""
        events = self._rows(
            "SELECT step, kind, seat, audience, text, payload FROM events WHERE episode = ? "
            "ORDER BY position",
            number,
        )
        return tuple(tuple(_event(row[1:]) for row in step) for _, step in groupby(events, key=itemgetter(0)))

    def calls(self, number: int) -> tuple[Call, ...]:
        """Return an episode's tape: its calls by seat and count."""
        query = """
            SELECT seat, count, step, digest, seen, status, reason, parsed, seconds,
                   text, reasoning, stop, usage, structured, model, cost, faults, tokens
            FROM calls WHERE episode = ? ORDER BY seat, count
        """
        return tuple(_call(row) for row in self._rows(query, number))

    def total(self) -> Total:
        """Return what all calls to models took, those included whose replies are no longer on the tape."""
        calls, tokens, dollars, unpriced = next(self._rows(_TOTAL))
        return Total(int(calls), int(tokens), dollars, int(unpriced))

    def took(self, episode: int | None = None) -> Iterator[Took]:
        """Yield what each request took that told its usage: by episode, seat and count, the forgotten last.

        All of the run's, or one episode's. Judges who were asked afterwards are in the seat ``judging``.
        """
        of, parameters = ("", ()) if episode is None else ("AND episode = ?", (episode,))
        for query in (_TOOK, _TOOK_FORGOTTEN, _TOOK_JUDGING):
            for number, seats, seat, count, seconds, usage, model, cost, faults in self._rows(
                query.format(of=of), *parameters
            ):
                spent = Spent(from_json(usage), model or "", tuple(from_json(faults or "[]")), cost)
                yield Took(number, _seated(seats)[seat], seat, count, seconds, spent)

    def untold(self, episode: int | None = None) -> Iterator[Untold]:
        """Yield the requests that told no usage, by agent, seat and model: the run's, or one episode's."""
        of, parameters = ("", ()) if episode is None else ("AND episode = ?", (episode, episode))
        for seats, seat, *rest in self._rows(_UNTOLD.format(of=of), *parameters):
            yield Untold(_seated(seats)[seat], seat, *rest)

    def remembered(self, episode: int) -> set[tuple[str, int]]:
        """Return the requests, by seat and count, whose prompt stayed in the seat's view."""
        query = "SELECT seat, audience FROM events WHERE episode = ? AND kind = 'asked' ORDER BY position"
        found, asked = set(), Counter[str]()
        for seat, audience in self._rows(query, episode):
            if seat in from_json(audience):
                found.add((seat, asked[seat]))
            asked[seat] += 1
        return found

    def models(self) -> dict[str, set[str]]:
        """Return the models that answered for each seat, as price lists call them."""
        found: dict[str, set[str]] = {}
        for seat, model in self._rows("SELECT DISTINCT seat, model FROM calls WHERE model IS NOT NULL"):
            found.setdefault(seat, set()).add(model)
        return found

    def verdicts(self) -> Iterator[StoredVerdict]:
        """Yield what judges said afterwards, by episode and key, one at a time."""
        for row in self._rows(READ_VERDICTS):
            yield read_verdict(row, self.judge_calls(VerdictKey(*row[: len(VerdictKey._fields)])))

    def verdict_keys(self, *, finished: bool) -> set[VerdictKey]:
        """Return which verdicts there are, or which were begun and have not come to an end."""
        return {VerdictKey(*row) for row in self._rows(READ_FINISHED if finished else READ_UNFINISHED)}

    def judge_calls(self, key: VerdictKey) -> tuple[JudgeCall, ...]:
        """Return the requests that were made for a verdict, in order."""
        return tuple(
            JudgeCall(
                _call(row[:-1]),
                tuple(Message(role, self._text(digest)) for role, digest in from_json(row[-1])),
            )
            for row in self._rows(READ_CALLS, *key)
        )

    def criteria(self) -> dict[str, Any]:
        """Return by what the run was judged, as JSON-able values by name."""
        return {name: from_json(text) for name, text in self._rows("SELECT name, criterion FROM criteria")}

    def _rows(self, query: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        with in_plain_words(self._path):
            yield from self._connection.execute(query, parameters)

    def _text(self, digest: str) -> str:
        return next((text for (text,) in self._rows("SELECT text FROM texts WHERE digest = ?", digest)), "")

    def _plan(self, row: tuple[Any, ...]) -> Plan:
        number, task, seats, chance, match, match_size, round_, condition, *_ = row
        if task not in self._tasks:
            (stored,) = next(self._rows("SELECT task FROM tasks WHERE id = ?", task))
            if len(self._tasks) >= _TASKS_REMEMBERED:
                self._tasks.clear()
            self._tasks[task] = Task.model_validate_json(stored)
        place = round_, match, match_size, condition
        return Plan(number, self._tasks[task], from_json(seats), chance, *place)

    def _played(self, row: tuple[Any, ...]) -> Played:
        ending, returns, offenders, reason, details, turns, seconds = row[8:]
        outcome = Outcome(
            Ending(ending), from_json(returns), tuple(from_json(offenders)), reason, from_json(details)
        )
        return Played(self._plan(row), outcome, turns, seconds)


@lru_cache(maxsize=1024)
def _seated(seats: str) -> Mapping[str, str]:
    return MappingProxyType(from_json(seats))


def _event(row: tuple[Any, ...]) -> Event:
    kind, seat, audience, text, payload = row
    return Event(Kind(kind), seat, frozenset(from_json(audience)), text, payload)


def _call(row: tuple[Any, ...]) -> Call:
    seat, count, step, digest, seen, status, reason, parsed, seconds, text, *came, cost, faults, tokens = row
    reasoning, stop, usage, structured, model = came
    spent = Spent(from_json(usage or "{}"), model or "", tuple(from_json(faults or "[]")), cost)
    reply = None
    if text is not None:
        kept = Tokens.retold(from_json(tokens)) if tokens else None
        taken = spent.usage, bool(structured), spent.model, spent.faults, kept
        reply = Reply(text, reasoning, Stop(stop), *taken)
    return Call(seat, count, step, digest, seen, Status(status), reason, parsed, seconds, reply, spent)
