"""Forgetting a person: their words are blanked everywhere in a run's journal, and their episodes marked.

All of it is one transaction, and what was there is overwritten in the file. The checksums are made anew, so
that the journal is whole afterwards.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from arena.annotations import COLUMNS
from arena.core.errors import UnknownName, there_are
from arena.core.files import write_whole
from arena.journal._bulk import CALL, EPISODES, EVENTS, StoredEpisodeRow
from arena.journal._checksums import checksum, event_values
from arena.journal._opening import held
from arena.journal._people import people_of
from arena.journal._rows_blanked import CALL_COLUMNS, RowsBlanked
from arena.journal.blanking import PersonsWords, all_blank, in_json, texts_in
from arena.journal.schema import JOURNAL_FILE, connect, in_plain_words

FORGOTTEN = "forgotten_people"
"""The entry of a header that says whose words were blanked, and in which episodes."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was blanked: the person's `episodes`, those that the person `judged`, and how many rows changed.

    `elsewhere` are other files in the run's folder, which may hold the person's words and are as they were.
    """

    person: str
    episodes: tuple[int, ...]
    judged: tuple[int, ...]
    rows: int
    elsewhere: tuple[Path, ...]


def forget_person(folder: Path, person: str) -> Forgotten:
    """Blank a person's words in the journal and the log of a run, and mark the person's episodes.

    The person's replies are blanked whole: what they wrote, and what was published of it. What they chose (a
    move, a side, a number) stays, and so does the name, which may be a pseudonym. In what others wrote and
    were sent, five words in a row that the person wrote, or a short line, are blanked.

    Raises:
        UnknownName: if no person of that name played in the run or judged it.
        JournalBusy: if another process is writing it.
    """
    path = folder / JOURNAL_FILE
    with held(folder), in_plain_words(path), closing(connect(path, write=True)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        work = _Forgetting(connection, person)
        work.check(folder)
        connection.execute("BEGIN IMMEDIATE")
        try:
            work.do()
            # Afterwards the journal no longer holds the words that are looked for in the log.
            _blank_log(folder / "log.jsonl", work.words)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA journal_mode = DELETE")
    known = {JOURNAL_FILE, "log.jsonl", "journal.lock"}
    others = [one for one in sorted(folder.rglob("*")) if one.is_file() and one.name not in known]
    return Forgotten(person, tuple(work.numbers), tuple(work.judged), work.rows, tuple(others))


def _blank_log(log: Path, words: PersonsWords) -> None:
    if log.exists():
        lines = log.read_text(encoding="utf-8").splitlines()
        write_whole(log, "".join(f"{in_json(line, words.blanked)}\n" for line in lines if line.strip()))


class _Forgetting(RowsBlanked):
    def __init__(self, connection: sqlite3.Connection, person: str) -> None:
        super().__init__(connection, person)
        self._seats: dict[int, set[str]] = {}
        for number, seats in connection.execute("SELECT number, seats FROM episodes"):
            own = {seat for seat, name in from_json(seats).items() if name == person}
            if own:
                self._seats[number] = own
        judged = connection.execute("SELECT DISTINCT episode FROM judge_calls WHERE judge = ?", (person,))
        self.numbers, self.judged = sorted(self._seats), sorted(number for (number,) in judged)

    def check(self, folder: Path) -> None:
        header = dict(self.connection.execute("SELECT name, value FROM header"))
        people = people_of({name: from_json(value) for name, value in header.items()})
        if self.person not in people:
            known = there_are(self.person, people) if people else " Nobody but programs played in it."
            raise UnknownName(f"No person called {self.person!r} is in the run in {folder}.{known}")

    def do(self) -> None:
        written, public = list(self._written()), list(self._public())
        self.words = PersonsWords(written, public)
        for number in [row for (row,) in self.connection.execute("SELECT number FROM episodes")]:
            self._episode(number)
        self.judge_calls()
        self._mark()

    def _written(self) -> Iterator[str]:
        """Yield all that the person wrote."""
        for number, seats in self._seats.items():
            for seat in seats:
                of_seat = (number, seat)
                query = "SELECT text, reasoning, parsed FROM calls WHERE episode = ? AND seat = ?"
                yield from self._replies(query, of_seat)
                said = "SELECT text FROM events WHERE episode = ? AND seat = ? AND kind IN ('said', 'failed')"
                yield from (text for (text,) in self.connection.execute(said, of_seat))
        query = "SELECT text, reasoning, parsed FROM judge_calls WHERE judge = ?"
        yield from self._replies(query, (self.person,))

    def _replies(self, query: str, place: Sequence[Any]) -> Iterator[str]:
        for text, reasoning, parsed in self.connection.execute(query, place):
            yield from filter(None, (text, reasoning))
            yield from texts_in(from_json(parsed)) if parsed else ()

    def _public(self) -> Iterator[str]:
        for (task,) in self.connection.execute("SELECT task FROM tasks"):
            yield from texts_in(from_json(task))

    def _episode(self, number: int) -> None:
        row = next(self.connection.execute(f"{EPISODES} WHERE number = ?", (number,)))
        episode = StoredEpisodeRow.of(row)
        before = self.rows
        calls = self._calls(number)
        events = self._events(number)
        found = self._annotations(number)
        outcome = list(episode.outcome)
        if outcome:
            outcome[3] = self.words.blanked(outcome[3])
            outcome[4] = in_json(outcome[4], self.words.blanked)
        if not outcome or (self.rows == before and tuple(outcome) == episode.outcome):
            return
        changes = {"reason": outcome[3], "details": outcome[4]}
        if episode.ended is not None:
            seal = list(episode.seal)
            seal[2:4] = events, calls
            if seal[4] is not None:
                seal[5] = found
            begun = self.journal if episode.begun is None else episode.begun
            sums = {"events_checksum": seal[2], "calls_checksum": seal[3], "annotations_checksum": seal[5]}
            changes |= {**sums, "checksum": checksum(begun, (number, *outcome, *seal))}
        self.change("outcomes", changes, {"episode": number})

    def _calls(self, number: int) -> int:
        """Blank an episode's calls, and return what their checksums come to."""
        total = 0
        rows = self.connection.execute(f"SELECT {CALL}, checksum FROM calls WHERE episode = ?", (number,))
        for *values, own in rows.fetchall():
            call = dict(zip(CALL_COLUMNS, values, strict=True))
            changes = self.blanked_call(call, own=call["seat"] in self._seats.get(number, ()))
            if changes:
                self.rows += 1
                call |= changes
                if own is not None:
                    own = changes["checksum"] = checksum(self.journal, (number, *call.values()))
                key = {"episode": number, "seat": call["seat"], "count": call["count"]}
                self.change("calls", changes, key)
            total ^= own or 0
        return total

    def _events(self, number: int) -> int:
        """Blank an episode's events, and return the checksum of the last step."""
        before: int = self.journal
        step, reason = list[Any](), ""
        rows = self.connection.execute(f"{EVENTS} WHERE episode = ? ORDER BY position", (number,))
        for *values, pictures, own in rows.fetchall():
            _, position, _, kind, seat, _, text, payload = values
            is_own = seat in self._seats.get(number, ())
            blanking = self.words.blanked
            if is_own and kind == "failed":
                reason = from_json(payload)["reason"]
            if is_own and kind in ("said", "failed", "called"):
                blanking = all_blank
            elif is_own and reason:
                text = text.replace(reason, all_blank(reason))
            changed: dict[str, Any] = {"text": blanking(text), "payload": in_json(payload, blanking)}
            is_changed = [*values[:6], *changed.values()] != values
            values[6:] = changed.values()
            step += event_values(tuple(values), pictures)
            if own is not None:
                before, step = checksum(before, step), []
                is_changed = is_changed or before != own
                changed["checksum"] = before
            if is_changed:
                self.rows += 1
                self.change("events", changed, {"episode": number, "position": position})
        return before

    def _annotations(self, number: int) -> int:
        total = 0
        columns = ", ".join(f'"{column}"' for column in COLUMNS)
        query = f"SELECT {columns}, checksum FROM annotations WHERE episode = ? AND judgement = 0"
        for *values, own in self.connection.execute(query, (number,)).fetchall():
            row = dict(zip(COLUMNS, values, strict=True))
            is_own = row["author"] in self._seats.get(number, ())
            blanking = all_blank if is_own else self.words.blanked
            changes: dict[str, Any] = {
                "reason": blanking(row["reason"]),
                "more": in_json(row["more"], self.words.blanked),
            }
            if row["text"]:
                changes["text"] = self.words.blanked(row["text"])
            changes = {name: value for name, value in changes.items() if value != row[name]}
            if changes:
                self.rows += 1
                row |= changes
                if own is not None:
                    own = changes["checksum"] = checksum(self.journal, tuple(row.values()))
                self.change(
                    "annotations", changes, {"episode": number, "judgement": 0, "number": row["number"]}
                )
            total ^= own or 0
        return total

    def _mark(self) -> None:
        """Say in the header whose words were blanked, and where."""
        stored = self.connection.execute("SELECT value FROM header WHERE name = ?", (FORGOTTEN,)).fetchone()
        people = from_json(stored[0]) if stored else {}
        people[self.person] = sorted({*self.numbers, *self.judged})
        value = to_json(people).decode()
        row = (FORGOTTEN, value, checksum(self.journal, (FORGOTTEN, value)))
        self.connection.execute("INSERT OR REPLACE INTO header (name, value, checksum) VALUES (?, ?, ?)", row)
        if not stored:
            self.connection.execute("UPDATE written SET number = number + 1 WHERE name = 'header'")
