"""The reading side of a journal: a stored run, its episodes, and the tape from which it resumes.

A run may be read while it is being written; a reader sees what was committed when it looked.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from pydantic_core import from_json

from arena.agent import AnsweredBy
from arena.caps import Total
from arena.errors import JournalError, UsageError
from arena.journal.bulk import CALLS, EPISODES, EVENTS, MOST, Row, rows_by_episode
from arena.journal.decoding import read_seats, read_steps, read_tape
from arena.journal.schema import FILE, connect, in_plain_words
from arena.journal.spending import Noted, Took, Untold, read_noted, read_took, read_total, read_untold
from arena.journal.stored import NOTHING_SHARED, Prefix, StoredEpisode
from arena.journal.verdicts import (
    JudgeCall,
    Rule,
    StoredVerdict,
    VerdictKey,
    read_judge_calls,
    read_rules,
    read_verdict_keys,
    read_verdicts,
)
from arena.measure import Measure
from arena.outcome import Ending, Outcome
from arena.plan import Branch, Plan, Played
from arena.record import Call
from arena.task import Task
from arena.transcript import Event, Kind

_TASKS_REMEMBERED = 10_000
_BRIEFS_REMEMBERED = 100

_EVENTS_OF = f"{EVENTS} WHERE episode = ? ORDER BY position"
_CALLS_OF = f"{CALLS} WHERE episode = ? ORDER BY seat, count"
_ANSWERED_BY = """
    SELECT model, reported, print, count(*) FROM (
        SELECT coalesce(model, '') AS model, coalesce(reported_model, '') AS reported,
            coalesce(fingerprint, '') AS print
        FROM calls WHERE reported_model IS NOT NULL OR fingerprint IS NOT NULL
        UNION ALL
        SELECT coalesce(model, ''), coalesce(reported_model, ''), coalesce(fingerprint, '')
        FROM judge_calls WHERE reported_model IS NOT NULL OR fingerprint IS NOT NULL
    ) GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2, 3
"""
_PLAYED = f"{EPISODES} WHERE ending IS NOT NULL"


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
        return (*prefix, *read_steps(self._rows(_EVENTS_OF, number)))

    def calls(self, number: int) -> tuple[Call, ...]:
        """Return an episode's tape: its calls by seat and count."""
        _, prefix = self._prefix(number)
        return read_tape(prefix, self._rows(_CALLS_OF, number))

    def prefix(self, branch: Branch) -> Prefix:
        """Return the steps and the calls that a branch shares with the episode it branches off.

        The other seats that were asked in the step in which it branches off answer as they did.

        Raises:
            UsageError: if the run that this one was forked from is no longer where it was, or its episode was
                played again and is not, or not yet, what it was.
        """
        place = branch.episode, branch.step, branch.seat
        if self._shared is None or self._shared[0] != place:
            steps, calls = self.parent.steps(branch.episode), self.parent.calls(branch.episode)
            at = (call.digest for call in calls if (call.step, call.seat) == (branch.step, branch.seat))
            if len(steps) < branch.step or next(at, branch.digest) != branch.digest:
                raise UsageError(
                    f"Episode {branch.episode} of the run in {self.parent.folder} is not, or not yet again, "
                    f"what it was when that in {self.folder} branched off; if it was interrupted, resume it."
                )
            kept = (
                call
                for call in calls
                if call.step < branch.step or (call.step == branch.step and call.seat != branch.seat)
            )
            self._shared = place, Prefix(steps[: branch.step], tuple(kept))
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
            return NOTHING_SHARED
        stored = next(self._rows("SELECT branch FROM episodes WHERE number = ?", number), (None,))[0]
        return self.prefix(Branch(*from_json(stored))) if stored else NOTHING_SHARED

    def total(self) -> Total:
        """Return what all calls to models took, those included whose replies are no longer on the tape."""
        return read_total(self._rows)

    def took(self, episode: int | None = None) -> Iterator[Took]:
        """Yield what each request took that told its usage: by episode, seat and count, the forgotten last.

        All of the run's, or one episode's. Judges who were asked afterwards are in the seat ``judging``.
        """
        return read_took(self._rows, episode)

    def noted(self) -> list[Noted]:
        """Return how requests were changed to suit servers and how replies were mended, by model."""
        return read_noted(self._rows)

    def untold(self, episode: int | None = None) -> Iterator[Untold]:
        """Yield the requests that told no usage, by agent, seat and model: the run's, or one episode's."""
        return read_untold(self._rows, episode)

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

    def answered_by(self) -> dict[str, dict[AnsweredBy, int]]:
        """Return what the servers say answered, and how many calls, by the model as price lists call it."""
        found: dict[str, dict[AnsweredBy, int]] = {}
        for model, reported, fingerprint, count in self._rows(_ANSWERED_BY):
            found.setdefault(model, {})[AnsweredBy(reported, fingerprint)] = count
        return found

    def verdicts(self, *, calls: bool = True) -> Iterator[StoredVerdict]:
        """Yield what judges said afterwards, by episode and key, one at a time; if so told, without calls."""
        return read_verdicts(self._rows, calls=calls)

    def measures(self) -> list[Measure]:
        """Return what the scenario measured between its rounds, by name, condition and round."""
        query = "SELECT name, round, value, condition FROM measures ORDER BY name, condition, round"
        return [Measure(*row) for row in self._rows(query)]

    def verdict_keys(self, *, finished: bool) -> set[VerdictKey]:
        """Return which verdicts there are, or which were begun and have not come to an end."""
        return read_verdict_keys(self._rows, finished=finished)

    def judge_calls(self, key: VerdictKey) -> tuple[JudgeCall, ...]:
        """Return the requests that were made for a verdict, in order."""
        return read_judge_calls(self._rows, key)

    def criteria(self) -> dict[str, Any]:
        """Return by what the run was judged, as JSON-able values by name."""
        return {name: from_json(text) for name, text in self._rows("SELECT name, criterion FROM criteria")}

    def rules(self) -> dict[str, Rule]:
        """Return how the verdicts by each criterion are read."""
        return read_rules(self._rows)

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
        steps, tape = self.prefix(plan.branch) if plan.branch else NOTHING_SHARED
        played = self._played(row, plan) if ending else None
        all_steps = () if events is None else (*steps, *read_steps(events))
        return StoredEpisode(number, plan, self._told(row[-1]), all_steps, read_tape(tape, calls), played)

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
