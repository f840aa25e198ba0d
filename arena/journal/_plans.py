"""The plans and outcomes of stored episodes, with the tasks and briefs that their rows only name."""

from __future__ import annotations

from pydantic_core import from_json

from arena.core.errors import JournalDamaged
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Branch, Plan, Played
from arena.journal._bulk import Read, Row, StoredEpisodeRow
from arena.journal._checking import Checks
from arena.journal._checksums import text_digest
from arena.journal._decoding import read_seats
from arena.tasks.task import Task

_TASKS_REMEMBERED = 10_000
_BRIEFS_REMEMBERED = 100


class Plans:
    """Reads plans and outcomes from rows, and remembers tasks and briefs, which many episodes share.

    Its methods raise `JournalDamaged` if what a row names is not what was written.
    """

    def __init__(self, read: Read, checks: Checks) -> None:
        self._read = read
        self._checks = checks
        self._tasks: dict[str, Task] = {}
        self._briefs: dict[str, dict[str, str]] = {}

    def briefs(self, plan: Row) -> dict[str, str]:
        """Return a plan's briefs by seat. The plan holds their digests."""
        return self._texts(plan[0], plan[9])

    def offered(self, plan: Row) -> dict[str, str]:
        """Return the tools that a plan's seats are offered, as JSON by seat."""
        return {} if plan[10] is None else self._texts(plan[0], plan[10])

    def _texts(self, number: int, digests: str) -> dict[str, str]:
        if digests not in self._briefs:
            if len(self._briefs) >= _BRIEFS_REMEMBERED:
                self._briefs.clear()
            with self._checks.reading("episodes", number):
                named = dict(from_json(digests))
            self._briefs[digests] = {seat: self._text(digest, number) for seat, digest in named.items()}
        return dict(self._briefs[digests])

    def _text(self, digest: str, episode: int) -> str:
        with self._checks.reading("texts", episode):
            (text,) = next(self._read("SELECT text FROM texts WHERE digest = ?", digest))
            if text_digest(text) == digest:
                return str(text)
        raise self._checks.damaged("texts", episode)

    def plan(self, plan: Row) -> Plan:
        """Return the plan of an episode from its row."""
        number, task, seats, chance, match, match_size, round_, condition, branch, *_, act = plan
        if task not in self._tasks:
            if len(self._tasks) >= _TASKS_REMEMBERED:
                self._tasks.clear()
            self._tasks[task] = self._task(task, number)
        with self._checks.reading("episodes", number):
            place = round_, match, match_size, condition, Branch(*from_json(branch)) if branch else None
            return Plan(number, self._tasks[task], dict(read_seats(seats)), chance, *place, act=act or 0)

    def _task(self, task: str, episode: int) -> Task:
        row = next(self._read("SELECT id, task, checksum FROM tasks WHERE id = ?", task), None)
        if row is None:
            raise self._checks.damaged("tasks", episode)
        try:
            self._checks.fact("tasks", row)
        except JournalDamaged:
            raise self._checks.damaged("tasks", episode) from None
        # The row is what was written, so what cannot be read now is a picture that it names.
        with self._checks.reading("pictures" if '"digest":"' in row[1] else "tasks", episode):
            return Task.model_validate_json(row[1], context={"pictures": self._checks.pictures.find})

    def played(self, row: StoredEpisodeRow, plan: Plan | None = None) -> Played:
        """Return how an episode ended, from its row, which has an outcome; `plan` if it is known already."""
        plan = plan or self.plan(row.plan)
        ending, returns, offenders, reason, details, turns, seconds = row.outcome
        with self._checks.reading("outcomes", plan.number):
            offended = tuple(from_json(offenders))
            outcome = Outcome(Ending(ending), from_json(returns), offended, reason, from_json(details))
            return Played(plan, outcome, turns, seconds)
