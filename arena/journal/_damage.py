"""Finding what is damaged in a journal. Every row is read once, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter

from arena.core.errors import JournalDamaged
from arena.journal._acts import read_acts, read_states
from arena.journal._bulk import (
    CALL,
    CALLS,
    EPISODES,
    FORGOTTEN,
    RETURNED,
    EpisodeRows,
    Read,
    Row,
    StoredEpisodeRow,
    rows_by_episode,
)
from arena.journal._checking import WHAT, Checks, missing
from arena.journal._facts import read_criteria, read_measurements
from arena.journal._verdicts import KEY, read_verdict, verdict_rows

_FORGOTTEN = f"SELECT {FORGOTTEN}, checksum FROM forgotten"
_RETURNED = f"SELECT {RETURNED}, checksum FROM returned"
_JUDGE_CALLS = f"SELECT {KEY}, messages, {CALL}, checksum FROM judge_calls"
_VERDICTS = (
    "SELECT episode, found FROM verdicts NOT INDEXED",
    "SELECT episode FROM verdicts INDEXED BY verdicts_by_episode",
)
_OUTCOMES = "SELECT episode FROM outcomes"
_LEFT_WITHOUT = {
    "outcomes": "SELECT number FROM episodes WHERE number NOT IN (SELECT episode FROM outcomes)",
    "verdicts": f"""
        SELECT DISTINCT episode FROM judge_calls
        WHERE kept AND ({KEY}) NOT IN (SELECT {KEY} FROM verdicts)
    """,
}
"""The episodes that would be incomplete if a row of the table were missing."""
_OF_EPISODES = (
    "outcomes",
    "events",
    "calls",
    "returned",
    "annotations",
    "forgotten",
    "verdicts",
    "judge_calls",
)


@dataclass(frozen=True, slots=True)
class Damage:
    """The damage in a journal: of `episodes`, by number, and of the `run`, a sentence each.

    There are `count` episodes, of which `old` began before there were checksums. Damage in those is found
    only if they cannot be read at all.
    """

    episodes: Mapping[int, str]
    run: tuple[str, ...] = ()
    count: int = 0
    old: int = 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences about the run, then one for each damaged episode, by number."""
        sentences = (
            f"Episode {number} is damaged: {what}." for number, what in sorted(self.episodes.items())
        )
        return (*self.run, *sentences)


def find_damage(read: Read, checks: Checks, check: Callable[[EpisodeRows], None]) -> Damage:
    """Return the damage in a journal. `read` runs a query, and `check` checks an episode's rows."""
    found = _Found()
    count = 0
    in_order = checks.in_order("episodes", itemgetter(0))
    for rows in rows_by_episode(read):
        in_order(rows.episode.plan)
        count += 1
        with found.noting(rows.episode.plan[0]):
            check(rows)
    verdicts: Counter[int] = Counter()
    for said, calls in verdict_rows(read, checks, calls=True):
        verdicts[said[2]] += 1
        with found.noting(said[2]):
            read_verdict(checks, said, calls)
    # A verdict is not read if the table holds it and its index does not, or the other way round.
    held = [Counter(number for number, *_ in read(query)) for query in _VERDICTS]
    for number in {number for each in held for number in (each - verdicts) + (verdicts - each)}:
        found.note(number, WHAT["verdicts"])
    for row in read(_JUDGE_CALLS):
        with found.noting(row[2]):
            checks.judge_call(row)
    for row in read(_FORGOTTEN):
        with found.noting(row[0]):
            checks.forgotten(row)
    for row in read(_RETURNED):
        with found.noting(row[0]):
            checks.returned(row[0], [row])
    for table, number in _without_plan(read):
        found.note(number, WHAT["episodes"])
        found.note(number, WHAT[table])
    with found.noting(None):
        read_criteria(read, checks)
    for facts in (read_measurements, read_acts, read_states):
        with found.noting(None):
            facts(read, checks)
    for table, query in _LEFT_WITHOUT.items():
        # The row may be one that now stands elsewhere.
        if any(WHAT[table] in what for what in found.episodes.values()):
            found.note_missing(table, read(query))
    # Damage to a page may show one row twice in the place of another, so that their number is right.
    ended = [number for (number,) in read(_OUTCOMES)]
    if len(set(ended)) < len(ended):
        found.note_missing("outcomes", read(_LEFT_WITHOUT["outcomes"]))
    for table, count_off in missing(read).items():
        suspects = read(_LEFT_WITHOUT[table]) if count_off > 0 and table in _LEFT_WITHOUT else ()
        if not found.note_missing(table, suspects):
            _note_count(found, read, table, count_off)
    ((old,),) = read("SELECT count(*) FROM unchecked")
    episodes = {number: ", ".join(what) for number, what in found.episodes.items()}
    return Damage(episodes, tuple(found.run), count, old)


def check_calls(read: Read, checks: Checks, episode: int | None) -> None:
    """Check the recorded usage of the calls, of all episodes if `episode` is None.

    Raises:
        JournalDamaged: for the first row that differs from what was written.
    """
    if episode is None:
        for rows in rows_by_episode(read, events=False):
            checks.episode(rows.episode)
            checks.calls(rows.episode, rows.calls)
        for _, number in _without_plan(read):
            raise checks.damaged("episodes", number)
        of, only = "", tuple[int, ...]()
    else:
        of, only = "WHERE episode = ?", (episode,)
        for found in read(f"{EPISODES} WHERE number = ?", episode):
            row = StoredEpisodeRow.of(found)
            checks.episode(row)
            checks.calls(row, list(read(f"{CALLS} {of} ORDER BY seat, count", episode)))
    for call in read(f"{_JUDGE_CALLS} {of}", *only):
        checks.judge_call(call)
    for call in read(f"{_FORGOTTEN} {of}", *only):
        checks.forgotten(call)


def _without_plan(read: Read) -> Iterator[tuple[str, int]]:
    """Yield the tables that have rows of an episode without a plan, with its number."""
    for table in _OF_EPISODES:
        query = f"SELECT DISTINCT episode FROM {table} WHERE episode NOT IN (SELECT number FROM episodes)"
        yield from ((table, number) for (number,) in read(query))


def _note_count(found: _Found, read: Read, table: str, rows: int) -> None:
    """Note how many rows are missing from a table. A number below 0 counts rows too many."""
    what = "too many" if rows < 0 else "missing"
    has = f"{abs(rows):,} rows of {table} are {what}" if abs(rows) > 1 else f"a row of {table} is {what}"
    gaps = _gaps(read) if table == "episodes" else ""
    found.run[f"The journal is damaged: {has}{gaps}."] = None


def _gaps(read: Read) -> str:
    """Return the numbers of missing episodes that are lower than an existing one's."""
    query = "SELECT number FROM episodes WHERE number > 0 AND number - 1 NOT IN (SELECT number FROM episodes)"
    before = [str(number - 1) for (number,) in read(query)]
    return f", of or before the episodes {', '.join(before[:10])}" if before else ""


class _Found:
    """The damage that has been found so far."""

    def __init__(self) -> None:
        self.episodes: dict[int, dict[str, None]] = {}
        self.run: dict[str, None] = {}

    def note(self, number: int, what: str) -> None:
        """Note the damage of an episode, if there is one of that number."""
        if not isinstance(number, int):
            self.run["The journal is damaged: it has rows of no episode."] = None
            return
        self.episodes.setdefault(number, {})[what] = None

    def note_missing(self, table: str, numbers: Iterable[Row]) -> bool:
        """Note the episodes of which a row may be missing, and return whether there are any."""
        named = [number for (number,) in numbers]
        for number in named:
            self.note(number, f"{WHAT[table]} may be missing")
        return bool(named)

    @contextmanager
    def noting(self, number: int | None) -> Iterator[None]:
        """Note a `JournalDamaged` error."""
        try:
            yield
        except JournalDamaged as damaged:
            if number is None:
                self.run[f"The journal is damaged: {damaged.what}."] = None
            elif damaged.episode in (None, number):
                self.note(number, damaged.what)
            else:
                self.note(number, f"{damaged.what} in episode {damaged.episode} that it branches off")
