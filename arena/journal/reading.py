"""The reading side of a journal: a stored run, its episodes, and the tape from which it resumes.

A run may be read while it is being written; a reader sees what was committed when it looked.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic_core import from_json

from arena.agent import Spent
from arena.caps import Total
from arena.errors import JournalError, UsageError
from arena.journal.bulk import CALLS, EPISODES, EVENTS, MOST, Row, rows_by_episode
from arena.journal.decoding import read_call, read_event, read_seats
from arena.journal.schema import FILE, connect, in_plain_words
from arena.journal.verdicts import (
    READ_CALLS,
    READ_FINISHED,
    READ_RULES,
    READ_UNFINISHED,
    READ_VERDICTS,
    READ_VERDICTS_ALONE,
    JudgeCall,
    Rule,
    StoredVerdict,
    VerdictKey,
    read_verdict,
)
from arena.measure import Measure
from arena.messages import Message
from arena.outcome import Ending, Outcome
from arena.plan import Branch, Plan, Played
from arena.record import Call
from arena.task import Task
from arena.transcript import Event, Kind, Transcript

_TASKS_REMEMBERED = 10_000
_BRIEFS_REMEMBERED = 100
_PLACE = attrgetter("seat", "count")
_VERDICT = itemgetter(slice(len(VerdictKey._fields) + 4))

_EVENTS_OF = f"{EVENTS} WHERE episode = ? ORDER BY position"
_CALLS_OF = f"{CALLS} WHERE episode = ? ORDER BY seat, count"
_PLAYED = f"{EPISODES} WHERE ending IS NOT NULL"


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


Prefix = tuple[tuple[tuple[Event, ...], ...], tuple[Call, ...]]
"""The steps and the calls that an episode shares with the one it branches off."""


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
        self._briefs: dict[str, dict[str, str]] = {}
        self._parent: Run | None = None
        self._is_fork: bool | None = None
        self._shared: tuple[tuple[int, int, str], Prefix] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        if self._parent is not None:
            self._parent.close()

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

    def episodes(self, first: int = 0, end: int = MOST, *, events: bool = True) -> Iterator[StoredEpisode]:
        """Yield all episodes in full, or those from `first` to before `end`, by number, one at a time.

        Without `events`, most of what there is to read, their steps are empty.
        """
        for row, told, calls in rows_by_episode(self._rows, first, end, events=events):
            yield self._stored(row, told if events else None, calls)

    def episode(self, number: int) -> StoredEpisode:
        """Return one episode in full.

        Raises:
            UsageError: if the run has no episode of that number.
        """
        row = next(self._rows(f"{EPISODES} WHERE number = ?", number), None)
        if row is None:
            raise UsageError(f"The run in {self.folder} has no episode {number}.")
        return self._stored(row, self._rows(_EVENTS_OF, number), self._rows(_CALLS_OF, number))

    def steps(self, number: int) -> tuple[tuple[Event, ...], ...]:
        """Return an episode's events by the step they were committed in."""
        prefix, _ = self._prefix(number)
        return (*prefix, *_steps(self._rows(_EVENTS_OF, number)))

    def calls(self, number: int) -> tuple[Call, ...]:
        """Return an episode's tape: its calls by seat and count."""
        _, prefix = self._prefix(number)
        return _tape(prefix, self._rows(_CALLS_OF, number))

    def prefix(self, branch: Branch) -> Prefix:
        """Return the steps and the calls that a branch shares with the episode it branches off.

        The other seats that were asked in the step in which it branches off answer as they did.

        Raises:
            UsageError: if the run that this one was forked from is no longer where it was.
        """
        place = branch.episode, branch.step, branch.seat
        if self._shared is None or self._shared[0] != place:
            steps, calls = self.parent.steps(branch.episode), self.parent.calls(branch.episode)
            kept = (
                call
                for call in calls
                if call.step < branch.step or (call.step == branch.step and call.seat != branch.seat)
            )
            self._shared = place, (steps[: branch.step], tuple(kept))
        return self._shared[1]

    @property
    def parent(self) -> Run:
        """The run that this one was forked from.

        Raises:
            UsageError: if it is no longer where it was, or was forked from none.
        """
        if self._parent is None:
            header = self.header()
            if "parent" not in header:
                raise UsageError(f"The run in {self.folder} was not forked from another one.")
            where = Path(os.path.normpath(self.folder / header["parent"]))
            if not (where / FILE).exists():
                raise UsageError(
                    f"The run in {self.folder} was forked from the one in {where}, which is no longer there."
                )
            self._parent = Run(where)
            if self._parent.header()["config"] != header["config"]["original"]:
                raise UsageError(
                    f"The run in {where} is not the one from which that in {self.folder} was forked."
                )
        return self._parent

    def _prefix(self, number: int) -> Prefix:
        if self._is_fork is None:
            self._is_fork = bool(next(self._rows("SELECT 1 FROM header WHERE name = 'parent'"), None))
        if not self._is_fork:
            return (), ()
        stored = next(self._rows("SELECT branch FROM episodes WHERE number = ?", number), (None,))[0]
        return self.prefix(Branch(*from_json(stored))) if stored else ((), ())

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
                yield Took(number, read_seats(seats)[seat], seat, count, seconds, spent)

    def untold(self, episode: int | None = None) -> Iterator[Untold]:
        """Yield the requests that told no usage, by agent, seat and model: the run's, or one episode's."""
        of, parameters = ("", ()) if episode is None else ("AND episode = ?", (episode, episode))
        for seats, seat, *rest in self._rows(_UNTOLD.format(of=of), *parameters):
            yield Untold(read_seats(seats)[seat], seat, *rest)

    def remembered(self, episode: int) -> set[tuple[str, int]]:
        """Return the requests, by seat and count, whose prompt stayed in the seat's view."""
        query = "SELECT seat, audience FROM events WHERE episode = ? AND kind = 'asked' ORDER BY position"
        steps, _ = self._prefix(episode)
        asked = Counter(event.seat or "" for step in steps for event in step if event.kind is Kind.ASKED)
        found = set()
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

    def verdicts(self, *, calls: bool = True) -> Iterator[StoredVerdict]:
        """Yield what judges said afterwards, by episode and key, one at a time; if so told, without calls."""
        if not calls:
            yield from (read_verdict(row, ()) for row in self._rows(READ_VERDICTS_ALONE))
            return
        for said, rows in groupby(self._rows(READ_VERDICTS), key=_VERDICT):
            made = (row[len(said) :] for row in rows)
            yield read_verdict(said, tuple(_judge_call(call) for call in made if call[0] is not None))

    def measures(self) -> list[Measure]:
        """Return what the scenario measured between its rounds, by name, condition and round."""
        query = "SELECT name, round, value, condition FROM measures ORDER BY name, condition, round"
        return [Measure(*row) for row in self._rows(query)]

    def verdict_keys(self, *, finished: bool) -> set[VerdictKey]:
        """Return which verdicts there are, or which were begun and have not come to an end."""
        return {VerdictKey(*row) for row in self._rows(READ_FINISHED if finished else READ_UNFINISHED)}

    def judge_calls(self, key: VerdictKey) -> tuple[JudgeCall, ...]:
        """Return the requests that were made for a verdict, in order."""
        return tuple(map(_judge_call, self._rows(READ_CALLS, *key)))

    def criteria(self) -> dict[str, Any]:
        """Return by what the run was judged, as JSON-able values by name."""
        return {name: from_json(text) for name, text in self._rows("SELECT name, criterion FROM criteria")}

    def rules(self) -> dict[str, Rule]:
        """Return how the verdicts by each criterion are read."""
        return {name: Rule(*rule) for name, *rule in self._rows(READ_RULES)}

    def _rows(self, query: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        with in_plain_words(self._path):
            # A reader that stops early may outlive the connection: `yield from` would close its cursor then.
            for row in self._connection.execute(query, parameters):  # noqa: UP028
                yield row

    def _text(self, digest: str) -> str:
        return next((text for (text,) in self._rows("SELECT text FROM texts WHERE digest = ?", digest)), "")

    def _stored(self, row: Row, events: Iterable[Row] | None, calls: Iterable[Row]) -> StoredEpisode:
        """Return an episode from its rows of `EPISODES`, `EVENTS` (None: it has no steps) and `CALLS`."""
        number, *_, ending = row[:10]
        plan = self._plan(row)
        steps, tape = self.prefix(plan.branch) if plan.branch else ((), ())
        played = self._played(row, plan) if ending else None
        all_steps = () if events is None else (*steps, *_steps(events))
        return StoredEpisode(number, plan, self._told(row[-1]), all_steps, _tape(tape, calls), played)

    def _told(self, digests: str) -> dict[str, str]:
        """Return the briefs of which there are the `digests`, as JSON by seat."""
        if digests not in self._briefs:
            if len(self._briefs) >= _BRIEFS_REMEMBERED:
                self._briefs.clear()
            self._briefs[digests] = {seat: self._text(digest) for seat, digest in from_json(digests).items()}
        return dict(self._briefs[digests])

    def _plan(self, row: Row) -> Plan:
        number, task, seats, chance, match, match_size, round_, condition, branch, *_ = row
        if task not in self._tasks:
            (stored,) = next(self._rows("SELECT task FROM tasks WHERE id = ?", task))
            if len(self._tasks) >= _TASKS_REMEMBERED:
                self._tasks.clear()
            self._tasks[task] = Task.model_validate_json(stored)
        place = round_, match, match_size, condition, Branch(*from_json(branch)) if branch else None
        return Plan(number, self._tasks[task], dict(read_seats(seats)), chance, *place)

    def _played(self, row: Row, plan: Plan | None = None) -> Played:
        ending, returns, offenders, reason, details, turns, seconds = row[9:16]
        outcome = Outcome(
            Ending(ending), from_json(returns), tuple(from_json(offenders)), reason, from_json(details)
        )
        return Played(plan or self._plan(row), outcome, turns, seconds)


def _steps(rows: Iterable[Row]) -> Iterator[tuple[Event, ...]]:
    for _, step in groupby(rows, key=itemgetter(1)):
        yield tuple([read_event(row) for row in step])


def _tape(prefix: Sequence[Call], rows: Iterable[Row]) -> tuple[Call, ...]:
    own = tuple([read_call(row[1:]) for row in rows])
    return tuple(sorted((*prefix, *own), key=_PLACE)) if prefix else own


def _judge_call(row: Sequence[Any]) -> JudgeCall:
    return JudgeCall(read_call(row[:-1]), tuple(Message(role, text) for role, text in from_json(row[-1])))
