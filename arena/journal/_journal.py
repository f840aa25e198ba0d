"""What is written to a journal: the rows of the episodes, measurements and verdicts of one run."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from pydantic_core import to_json

from arena.annotations import COLUMNS, AnnotationRow
from arena.episode.measurement import Measurement
from arena.episode.plan import Plan, Played
from arena.episode.record import NOTHING_OFFERED, Call, Returned
from arena.journal._bulk import ANNOTATION, CALL, EVENT, MEASUREMENT, OUTCOME, PLAN, RETURNED
from arena.journal._checksums import checksum, event_values, text_digest
from arena.journal._opening import Opened, begun_in, prepare
from arena.journal._reopening import reopening
from arena.journal._verdicts import (
    ADD_CALL,
    ADD_VERDICT,
    StoredVerdict,
    VerdictKey,
    verdict_row,
)
from arena.pictures import Picture
from arena.seat.agent import NOT_SAID
from arena.seat.calls import calls_record
from arena.seat.messages import Message
from arena.seat.parts import parts_record
from arena.seat.transcript import Audience, Event

_TASK = "INSERT OR REPLACE INTO tasks (id, task, checksum) VALUES (?, ?, ?)"
_TEXT = "INSERT OR REPLACE INTO texts VALUES (?, ?)"
_PICTURE = "INSERT OR REPLACE INTO pictures (digest, media_type, content) VALUES (?, ?, ?)"
_EPISODE = f"INSERT OR REPLACE INTO episodes ({PLAN}, checksum) VALUES (?{', ?' * 12})"
_CALL = f"INSERT OR REPLACE INTO calls (episode, {CALL}, checksum) VALUES (?{', ?' * 27})"
_RETURNED = f"INSERT OR REPLACE INTO returned ({RETURNED}, checksum) VALUES (?{', ?' * 11})"
_EVENT = f"INSERT OR REPLACE INTO events ({EVENT}, checksum) VALUES (?{', ?' * 9})"
_MEASUREMENT = f"INSERT OR REPLACE INTO measures ({MEASUREMENT}, checksum) VALUES (?, ?, ?, ?, ?)"
_ANNOTATION = f"INSERT OR REPLACE INTO annotations ({ANNOTATION}, checksum) VALUES (?{', ?' * len(COLUMNS)})"
_HEADER = "INSERT OR REPLACE INTO header (name, value, checksum) VALUES (?, ?, ?)"
_STATE = "INSERT OR REPLACE INTO states (number, at, state, act, more, checksum) VALUES (?, ?, ?, ?, ?, ?)"
_OUTCOME = f"""
    INSERT OR REPLACE INTO outcomes
        (episode, {OUTCOME}, events, calls, events_checksum, calls_checksum, annotations,
        annotations_checksum, checksum)
    VALUES (?{", ?" * 14})
"""
COUNTED = {
    _HEADER: "header",
    _EPISODE: "episodes",
    _OUTCOME: "outcomes",
    _MEASUREMENT: "measures",
    ADD_CALL: "judge_calls",
    ADD_VERDICT: "verdicts",
}
"""The tables whose rows are counted as they are written."""

_TEXTS_REMEMBERED = 10_000
_ANNOTATION_BYTES = 1024
"""About how much memory an annotation's values take, its free texts aside."""


class Journal:
    """Records a run's episodes as they are played (an `arena.episode.record.Recorder`).

    `last_act` is the number of the last act that it held when it was opened, or 0.
    """

    def __init__(self, opened: Opened) -> None:
        self.last_act = opened.acts
        self._writer = opened.writer
        self._number = opened.number
        self._begun = opened.begun
        self._states = opened.states
        self._digests: dict[str, str] = {}
        self._tasks: dict[str, None] = {}
        self._pictures: dict[str, None] = {}
        self._audiences: dict[Audience, str] = {}

    def begin(
        self, plan: Plan, briefs: Mapping[str, str], offered: Mapping[str, str] = NOTHING_OFFERED
    ) -> None:
        """Record that an episode is about to be played."""
        task = plan.task
        if task.id not in self._tasks:
            _bound(self._tasks)[task.id] = None
            self._keep(task.all_pictures)
            self._add(_TASK, [task.id, task.model_dump_json()])
        seats = as_json(plan.seats)
        digests = as_json({seat: self._text(brief) for seat, brief in briefs.items()})
        tools = as_json({seat: self._text(text) for seat, text in offered.items()}) if offered else None
        branch = None if plan.branch is None else as_json(plan.branch)
        place = (plan.match, plan.match_size, plan.round, plan.condition, branch)
        values = [plan.number, task.id, seats, plan.chance, *place, digests, tools, plan.act or None]
        self._begun[plan.number].begun = self._add(_EPISODE, values)

    def call(self, episode: int, call: Call) -> None:
        """Record a call that has just been answered."""
        self._begun[episode].call(self._add(_CALL, [episode, *_call_values(call)]))

    def tool(self, episode: int, came: Returned) -> None:
        """Record what a tool has just returned."""
        seat, count, number, (call, status, *rest), seconds = came
        self._add(_RETURNED, [episode, seat, count, number, *call, str(status), *rest, seconds + 0.0])

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Record the events of a step. The first is at `position` in the transcript."""
        values: list[Any] = []
        covered: list[Any] = []
        for at, (kind, seat, audience, text, payload, pictures) in enumerate(events, position):
            row = (episode, at, step, str(kind), seat, self._seats(audience), text, payload)
            seen = self._keep(pictures) if pictures else None
            values += (*row, seen, None)
            covered += event_values(row, seen)
        written = self._begun[episode]
        written.events += len(events)
        written.events_checksum = values[-1] = checksum(written.events_checksum, covered)
        self._writer.add(_EVENT, values, len(events))

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        """Record what was found out."""
        written, values = self._begun[episode], list[Any]()
        size = 0
        for row in found:
            # A plain tuple is encoded as it is, and one with names value by value.
            own = checksum(self._number, tuple(row))
            written.annotation(own)
            values += (*row, own)
            size += _ANNOTATION_BYTES + 4 * (len(row.text or "") + len(row.reason) + len(row.more))
        self._writer.add(_ANNOTATION, values, len(found), size)

    def end(self, played: Played) -> None:
        """Record how an episode ended."""
        outcome = played.outcome
        offenders = as_json(outcome.offenders) if outcome.offenders else "[]"
        row = (played.plan.number, outcome.ending.value, as_json(outcome.returns), offenders)
        details = as_json(outcome.details) if outcome.details else "{}"
        came = (outcome.reason, details, played.turns, played.seconds + 0.0)
        written = self._begun.end(played.plan.number)
        self._add(_OUTCOME, [*row, *came, *written.seal], written.begun)

    def measurement(self, measurement: Measurement) -> None:
        """Record a measurement between rounds."""
        name, number, value, condition = measurement
        self._add(_MEASUREMENT, [name, condition, number, float(value) + 0.0])

    def together(self) -> AbstractContextManager[None]:
        """Return a block. All that is recorded in it is durable at the same moment, or is lost together."""
        return self._writer.together()

    def reopen(self, numbers: Collection[int]) -> None:
        """Let failed episodes of these numbers count as not ended, and cut their tapes where they failed.

        They may be played again when this is durable (`flush`).
        """
        self._writer.alter(partial(self._reopen, numbers))

    def _reopen(self, numbers: Collection[int], connection: sqlite3.Connection) -> None:
        prepare(connection, reopening(numbers))
        self._begun.update(begun_in(connection, self._number, numbers))

    def fact(self, name: str, value: Any) -> None:
        """Record a fact about the run in its header. It replaces an earlier one of its name."""
        self._add(_HEADER, [name, as_json(value)])

    def state(self, state: str, act: int | None, more: Mapping[str, Any]) -> None:
        """Record the state that the run is in from now on. `act` is the act that this answers, if it does."""
        self._states += 1
        self._add(_STATE, [self._states, time.time(), str(state), act, as_json(dict(more))])

    def judge_call(self, key: VerdictKey, call: Call, messages: Sequence[Message]) -> None:
        """Record a judge's answer and the messages that it was sent."""
        sent = [self._message(message) for message in messages]
        self._begun[key].call(self._add(ADD_CALL, [*key, as_json(sent), *_call_values(call)]))

    def _message(self, message: Message) -> tuple[Any, ...]:
        """Return what names a message: its role, the digest of its text, and its pictures if it has any."""
        role, text, _, _, placed = message
        if not placed:
            return role, self._text(text)
        self._keep(tuple([one.picture for one in placed]))
        return role, self._text(text), [(at, picture.record()) for at, picture in placed]

    def verdict(self, verdict: StoredVerdict) -> None:
        """Record a verdict. It replaces any other verdict with its key."""
        written = self._begun.end(verdict.key)
        self._add(ADD_VERDICT, [*verdict_row(verdict), written.calls, written.calls_checksum])

    async def room(self) -> None:
        """Let other tasks run, and wait while too much is queued.

        Raises:
            JournalError: if the journal can no longer be written.
        """
        await self._writer.room()

    async def flush(self) -> None:
        """Wait until everything recorded is durable.

        Raises:
            JournalError: if the journal can no longer be written.
        """
        await self._writer.flush()

    def _seats(self, audience: Audience) -> str:
        seats = self._audiences.get(audience)
        if seats is None:
            seats = _bound(self._audiences)[audience] = as_json(sorted(audience))
        return seats

    def _text(self, text: str) -> str:
        digest = self._digests.get(text)
        if digest is None:
            digest = _bound(self._digests)[text] = text_digest(text)
            self._writer.add(_TEXT, (digest, text))
        return digest

    def _keep(self, pictures: tuple[Picture, ...]) -> str:
        """Record pictures that are not recorded yet, and return the JSON that names them."""
        for picture in pictures:
            if picture.content and picture.digest not in self._pictures:
                _bound(self._pictures)[picture.digest] = None
                self._writer.add(_PICTURE, (picture.digest, picture.media_type, picture.content))
        return as_json([picture.record() for picture in pictures])

    def _add(self, statement: str, values: list[Any], before: int | None = None) -> int:
        """Queue a row with its checksum, and return that.

        It continues from `before` or the journal's number.
        """
        own = checksum(self._number if before is None else before, values)
        values.append(own)
        self._writer.add(statement, values)
        return own


def _call_values(call: Call) -> tuple[str | int | float | None, ...]:
    seat, count, step, digest, seen, status, reason, parsed, seconds, reply, spent, sample = call
    made = (seat, count, step, digest, seen, str(status), reason, parsed, seconds + 0.0)
    tokens, parts, tools, answered_by = None, None, None, NOT_SAID
    usage = as_json(spent.usage) if spent.usage else "{}"
    if reply is None:
        came: tuple[str | int | None, ...] = (None, None, None, usage, None)
    else:
        came = (reply.text, reply.reasoning, str(reply.stop), usage, int(reply.structured))
        tokens = reply.tokens and as_json(reply.tokens.record())
        parts = as_json(parts_record(reply.parts)) if reply.parts else None
        tools = as_json(calls_record(reply.calls)) if reply.calls else None
        answered_by = reply.answered_by
    faults = as_json(spent.faults) if spent.faults else None
    said = answered_by.model or None, answered_by.fingerprint or None
    estimated = spent.estimated_tokens or None, _real(spent.estimated_dollars)
    notes = as_json(spent.notes) if spent.notes else None
    return (
        *made, *came, spent.model or None, _real(spent.cost), faults, tokens, *said, *estimated, notes,
        sample, parts, tools,
    )  # fmt: skip


def _real(number: float | None) -> float | None:
    """Return a number as SQLite stores it in a column of reals, where -0.0 is 0.0."""
    return None if number is None else number + 0.0


def as_json(value: Any) -> str:
    """Return a value as the journal stores it in a column of JSON."""
    return to_json(value).decode()


def _bound(remembered: dict[Any, Any]) -> dict[Any, Any]:
    if len(remembered) >= _TEXTS_REMEMBERED:
        remembered.clear()
    return remembered
