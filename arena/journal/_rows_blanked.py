"""Rows of a journal in which a person's words are blanked: calls, and what judges were asked and said."""

from __future__ import annotations

import sqlite3
from typing import Any

from pydantic_core import from_json, to_json

from arena.journal._bulk import CALL, Row
from arena.journal._checksums import checksum, text_digest
from arena.journal._verdicts import KEY
from arena.journal.blanking import PersonsWords, all_blank, in_json

CALL_COLUMNS = CALL.split(", ")
"""The columns of a call."""
_TEXTS = ("reason", "text", "reasoning")
_JSON = ("parsed", "parts", "tools", "notes", "faults")


class RowsBlanked:
    """The rows of a journal that is open for writing, in which `words` of a person are blanked.

    Attributes:
        journal: the journal's own number, with which its checksums begin.
        rows: how many rows have changed.
    """

    def __init__(self, connection: sqlite3.Connection, person: str) -> None:
        self.connection = connection
        self.person = person
        self.words = PersonsWords((), ())
        self.rows = 0
        number = "SELECT number FROM written WHERE name = 'journal'"
        (self.journal,) = connection.execute(number).fetchone()

    def change(self, table: str, changes: dict[str, Any], key: dict[str, Any]) -> None:
        """Change some columns of the row with a key."""
        sets = ", ".join(f'"{column}" = ?' for column in changes)
        where = " AND ".join(f"{column} = ?" for column in key)
        self.connection.execute(
            f"UPDATE {table} SET {sets} WHERE {where}", (*changes.values(), *key.values())
        )

    def blanked_call(self, call: dict[str, Any], *, own: bool) -> dict[str, Any]:
        """Return what changes in a call, which is the person's `own` or another's."""
        blanking = all_blank if own else self.words.blanked
        changed: dict[str, Any] = {name: blanking(call[name]) for name in _TEXTS if call[name]}
        for name in _JSON:
            if call[name]:
                theirs = all_blank if own and name == "parsed" else self.words.blanked
                changed[name] = in_json(call[name], theirs)
        if own:
            changed |= {"parts": None, "tokens": None}
        return {name: value for name, value in changed.items() if value != call[name]}

    def judge_calls(self) -> None:
        """Blank what judges were asked and what they said, and make the checksums of their verdicts anew."""
        renamed = self.texts()
        sums: dict[Row, int] = {}
        keys = KEY.split(", ")
        query = f"SELECT rowid, kept, {KEY}, messages, {CALL}, checksum FROM judge_calls"
        for rowid, kept, *values, own in self.connection.execute(query).fetchall():
            key, messages = tuple(values[:6]), values[6]
            call = dict(zip(CALL_COLUMNS, values[7:], strict=True))
            changes = self.blanked_call(call, own=key[0] == self.person)
            named = [[one[0], renamed.get(one[1], one[1]), *one[2:]] for one in from_json(messages)]
            if named != from_json(messages):
                changes["messages"] = messages = to_json(named).decode()
            if changes:
                self.rows += 1
                call |= {name: value for name, value in changes.items() if name != "messages"}
                if own is not None:
                    own = changes["checksum"] = checksum(self.journal, (*key, messages, *call.values()))
                self.change("judge_calls", changes, {"rowid": rowid})
            if kept:
                sums[key] = sums.get(key, 0) ^ (own or 0)
        columns = f"{KEY}, speakers, status, reason, found, calls, calls_checksum, checksum"
        for *values, own in self.connection.execute(f"SELECT {columns} FROM verdicts").fetchall():
            key = tuple(values[:6])
            blanking = all_blank if key[0] == self.person else self.words.blanked
            changed = [*values[:8], blanking(values[8]), in_json(values[9], blanking), *values[10:]]
            if changed[11] is not None:
                changed[11] = sums.get(key, 0)
            if changed == values:
                continue
            self.rows += 1
            changes = {"reason": changed[8], "found": changed[9], "calls_checksum": changed[11]}
            if own is not None:
                changes["checksum"] = checksum(self.journal, changed)
            self.change("verdicts", changes, dict(zip(keys, key, strict=True)))

    def texts(self) -> dict[str, str]:
        """Blank the texts that judges were sent, and return their new digests by the earlier ones."""
        renamed, briefs = {}, self._briefs()
        for digest, text in self.connection.execute("SELECT digest, text FROM texts").fetchall():
            changed = self.words.blanked(text)
            if changed != text and digest not in briefs:
                renamed[digest] = text_digest(changed)
                new = (renamed[digest], changed)
                self.connection.execute("INSERT OR IGNORE INTO texts (digest, text) VALUES (?, ?)", new)
                self.connection.execute("DELETE FROM texts WHERE digest = ?", (digest,))
        return renamed

    def _briefs(self) -> set[str]:
        """Return the digests of what seats were told and offered before their episodes began."""
        told = self.connection.execute("SELECT briefs FROM episodes UNION SELECT tools FROM episodes")
        return {digest for (named,) in told if named is not None for digest in from_json(named).values()}
