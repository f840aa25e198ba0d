"""The reading side of a journal: a stored run, its episodes, and the tape from which it resumes.

A run may be read while it is being written. A reader sees what had been committed when it read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

from pydantic_core import from_json

from arena.annotations import Answer
from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.episode.plan import Branch, Played
from arena.episode.record import Call, Returned
from arena.journal._acts import ActsOfRun
from arena.journal._bulk import (
    ANNOTATIONS,
    CALLS,
    EPISODES,
    EVENTS,
    MOST,
    RETURNED,
    EpisodeRows,
    StoredEpisodeRow,
    rows_by_episode,
)
from arena.journal._damage import Damage, find_damage
from arena.journal._decoding import read_annotations, read_event, read_returned, read_steps, read_tape
from arena.journal._facts import unlike
from arena.journal._found import SearchedRun
from arena.journal._plans import Plans
from arena.journal._recorded_usage import UsageOfRun
from arena.journal._stored import NOTHING_SHARED, Prefix, StoredEpisode, parent_folder, shared_with
from arena.seat.transcript import ASKING, Event

_EVENTS_OF = f"{EVENTS} WHERE episode = ? ORDER BY position"
_CALLS_OF = f"{CALLS} WHERE episode = ? ORDER BY seat, count"
_ANNOTATIONS_OF = f"{ANNOTATIONS} WHERE episode = ? AND judgement = 0 ORDER BY number"
_RETURNED_OF = f"SELECT {RETURNED}, checksum FROM returned WHERE episode = ? ORDER BY seat, count, number"
_EPISODE = f"{EPISODES} WHERE number = ?"


class StoredRun(UsageOfRun, SearchedRun, ActsOfRun):
    """A stored run, read through one connection; close it, or use it as a context manager.

    Everything that is read is checked. Reading a damaged episode raises `JournalDamaged`, unless damaged
    episodes are left out (`leave_out_damaged`).

    Args:
        folder: the run's folder.

    Raises:
        UsageError: if there is no run there.
        JournalError: if its journal is damaged or newer than this version of Arena.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._parent: StoredRun | None = None
        self._shared: tuple[tuple[int, int, str], Prefix] | None = None
        self._plans = Plans(self._rows, self._checks)

    def close(self) -> None:
        """Close the file, and that of the run that this one was forked from."""
        super().close()
        if self._parent is not None:
            self._parent.close()

    def part(self, numbers: Collection[int]) -> Self:
        """Return a reader of these episodes alone. What this one leaves out is left out there, too."""
        made = type(self)(self.folder)
        every = self.numbers(finished=True) | self.numbers(finished=False)
        made._left_out = self._left_out | (every - frozenset(numbers))
        return made

    def leave_out_damaged(self) -> Damage:
        """Read the whole journal, and return the damage. Damaged episodes are left out from now on.

        Raises:
            JournalDamaged: if the header is damaged, because nothing can be interpreted without it.
        """
        self.header()
        found = find_damage(self._rows, self._checks, self.check)
        self._left_out = frozenset(found.episodes)
        self._calls_are_checked = True
        return found

    def counts(self) -> dict[Ending, int]:
        """Return how many episodes ended in each way."""
        counts = Counter(row.outcome[0] for row in self._ended())
        return {Ending(ending): counts[ending] for ending in sorted(counts)}

    def finished(self, reads: Collection[str] = ()) -> Iterator[Played]:
        """Yield the episodes that have ended, by number, one at a time, with the answers of these names."""
        found: dict[int, dict[str, str]] = {}
        for name in reads:
            for episode, text in self.annotation_columns(("episode", "text"), Answer.kind, name):
                if text is not None:
                    found.setdefault(episode, {})[name] = text
        for row in self._ended():
            played = self._plans.played(row)
            yield replace(played, found=found.get(played.plan.number, {})) if reads else played

    def numbers(self, *, finished: bool) -> set[int]:
        """Return the numbers of the episodes that have ended, or of those that have begun but not ended."""
        ended = "SELECT episode FROM outcomes"
        begun = f"SELECT number FROM episodes WHERE number NOT IN ({ended})"
        return {number for (number,) in self._rows(ended if finished else begun)} - self._left_out

    def episodes(self, first: int = 0, end: int = MOST, *, events: bool = True) -> Iterator[StoredEpisode]:
        """Yield all episodes in full, or those from `first` to before `end`, by number, one at a time.

        Without `events`, their steps are empty. That is much faster, because events are most of the data.
        """
        for rows in rows_by_episode(self._rows, first, end, events=events):
            if rows.episode.plan[0] not in self._left_out:
                yield self._stored(rows, events=events)

    def episode(self, number: int) -> StoredEpisode:
        """Return one episode in full.

        Raises:
            UsageError: if the run has no episode of that number.
        """
        return self._stored(self._rows_of(number))

    def steps(self, number: int) -> tuple[tuple[Event, ...], ...]:
        """Return an episode's events, grouped by the step in which they were committed."""
        rows = self._rows_of(number, calls=False)
        self._checks.events(rows.episode, rows.events)
        prefix, _ = self._prefix(rows.episode)
        with self._checks.reading("events", number):
            return (*prefix, *read_steps(rows.events, self._checks))

    def spoken(self) -> Iterator[tuple[int, str, str, str, str]]:
        """Yield what was said, as episode, seat, audience, text and payload, by episode and position.

        What a fork shares with its parent is not among it. It is not checked: `leave_out_damaged` does.
        """
        query = """
            SELECT episode, seat, audience, text, payload FROM events WHERE kind = 'said'
            ORDER BY episode, position
        """
        return (row for row in self._rows(query) if row[0] not in self._left_out)

    def branches(self) -> dict[int, int]:
        """Return the episode of the parent that each episode branches off, by number; none of others."""
        query = "SELECT number, json_extract(branch, '$[0]') FROM episodes WHERE branch IS NOT NULL"
        return dict(self._rows(query))

    def calls(self, number: int) -> tuple[Call, ...]:
        """Return an episode's tape: its calls by seat and count."""
        rows = self._rows_of(number, events=False)
        self._checks.calls(rows.episode, rows.calls)
        _, prefix = self._prefix(rows.episode)
        with self._checks.reading("calls", number):
            return read_tape(prefix, rows.calls)

    def prefix(self, branch: Branch) -> Prefix:
        """Return the steps and the calls that a branch shares with the episode it branches off.

        The other seats that were asked in the same step answer as they did there.

        Raises:
            UsageError: if the run that this one was forked from is gone, or its episode has changed.
        """
        place = branch.episode, branch.step, branch.seat
        if self._shared is None or self._shared[0] != place:
            steps, calls = self.parent.steps(branch.episode), self.parent.calls(branch.episode)
            found = shared_with(branch, steps, calls)
            if found is None:
                raise UsageError(
                    f"Episode {branch.episode} of the run in {self.parent.folder} is not, or not yet again, "
                    f"what it was when that in {self.folder} branched off; if it was interrupted, resume it."
                )
            self._shared = place, found
        return self._shared[1]

    def returned(self, number: int, branch: Branch | None = None) -> tuple[Returned, ...]:
        """Return what tools returned in an episode: in the prefix that it shares, and in its own part."""
        rows = list(self._rows(_RETURNED_OF, number))
        self._checks.returned(number, rows)
        with self._checks.reading("returned", number):
            own = tuple(map(read_returned, rows))
        if branch is None:
            return own
        shared = {(call.seat, call.count) for call in self.prefix(branch)[1]}
        before = self.parent.returned(branch.episode, self.parent.branch_of(branch.episode))
        return (*(one for one in before if (one.seat, one.count) in shared), *own)

    def branch_of(self, number: int) -> Branch | None:
        """Return where an episode branches off, or None if it is no branch."""
        (found,) = next(self._rows("SELECT branch FROM episodes WHERE number = ?", number), (None,))
        return None if found is None else Branch(*from_json(found))

    @property
    def parent(self) -> StoredRun:
        """The run that this one was forked from.

        Raises:
            UsageError: if it is gone, or this run is not a fork.
        """
        if self._parent is None:
            config = self.header()["config"]
            self._parent = StoredRun(parent_folder(self.folder, self.header()))
            if unlike(self._parent.header()["config"], config["original"]):
                raise UsageError(
                    f"The run in {self._parent.folder} is not the one from which that in {self.folder} was "
                    "forked."
                )
        return self._parent

    def remembered(self, episode: int) -> set[tuple[str, int]]:
        """Return the requests, by seat and count, whose prompt stayed in the seat's view."""
        asked: Counter[str] = Counter()
        found = set()
        for event in (event for step in self.steps(episode) for event in step if event.kind in ASKING):
            seat = event.seat or ""
            if seat in event.audience:
                found.add((seat, asked[seat]))
            asked[seat] += 1
        return found

    def check(self, rows: EpisodeRows) -> None:
        """Check all rows of an episode, and the rows they refer to: its task, its briefs, its branch.

        Raises:
            JournalDamaged: if a row differs from what was written.
        """
        row = rows.episode
        self._checks.episode(row)
        self._checks.events(row, rows.events)
        self._checks.calls(row, rows.calls)
        self._checks.answered(row, rows.events, rows.calls)
        self._checks.annotations(row, rows.annotations)
        if row.plan[8] is not None or None in (row.begun, row.ended if row.outcome else row.begun):
            self._stored(rows)
        else:
            self._plans.plan(row.plan)
            self._plans.briefs(row.plan)
            self._plans.offered(row.plan)
            for event in rows.events:
                if event[-2] is not None:
                    read_event(event, self._checks)

    def _ended(self) -> Iterator[StoredEpisodeRow]:
        """Yield the checked rows of the episodes that have ended, by number."""
        for found in self._rows(f"{EPISODES} ORDER BY number"):
            row = StoredEpisodeRow.of(found)
            if row.outcome and row.plan[0] not in self._left_out:
                self._checks.episode(row)
                yield row

    def _rows_of(self, number: int, *, events: bool = True, calls: bool = True) -> EpisodeRows:
        """Return an episode's rows. Those of its plan and outcome are checked."""
        found = next(self._rows(_EPISODE, number), None)
        if found is None:
            raise UsageError(f"The run in {self.folder} has no episode {number}.")
        row = StoredEpisodeRow.of(found)
        self._checks.episode(row)
        event_rows = list(self._rows(_EVENTS_OF, number)) if events else []
        call_rows = list(self._rows(_CALLS_OF, number)) if calls else []
        return EpisodeRows(row, event_rows, call_rows, list(self._rows(_ANNOTATIONS_OF, number)))

    def _prefix(self, row: StoredEpisodeRow) -> Prefix:
        """Return what an episode shares with the one that it branches off, if it is a branch."""
        branch = row.plan[8]
        if branch is None:
            return NOTHING_SHARED
        with self._checks.reading("episodes", row.plan[0]):
            place = Branch(*from_json(branch))
        return self.prefix(place)

    def _stored(self, rows: EpisodeRows, *, events: bool = True) -> StoredEpisode:
        """Return an episode from its rows, which are checked. Without `events` it has no steps."""
        row = rows.episode
        self._checks.episode(row)
        if events:
            self._checks.events(row, rows.events)
            self._checks.answered(row, rows.events, rows.calls)
        self._checks.calls(row, rows.calls)
        self._checks.annotations(row, rows.annotations)
        plan, number = self._plans.plan(row.plan), row.plan[0]
        steps, tape = self.prefix(plan.branch) if plan.branch else NOTHING_SHARED
        played = self._plans.played(row, plan) if row.outcome else None
        with self._checks.reading("events", number):
            all_steps = (*steps, *read_steps(rows.events, self._checks)) if events else ()
        with self._checks.reading("calls", number):
            calls = read_tape(tape, rows.calls)
        found = read_annotations(rows.annotations)
        told = self._plans.briefs(row.plan), self._plans.offered(row.plan)
        return StoredEpisode(number, plan, told[0], all_steps, calls, played, found, told[1])
