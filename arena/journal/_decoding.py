"""Decoding the journal's rows into calls and events. JSON that many rows share is parsed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Any

from pydantic_core import from_json

from arena.annotations import AnnotationRow
from arena.episode.record import Call, Returned
from arena.forms import Status
from arena.journal._checking import Checks
from arena.seat.agent import NO_USAGE, AnsweredBy, Reply, RequestUsage, Stop, Tokens
from arena.seat.calls import ToolCall, ToolResult, ToolStatus, calls_from_record
from arena.seat.parts import parts_from_record
from arena.seat.transcript import Audience, Event, EventKind

_KINDS = {kind.value: kind for kind in EventKind}
_STATUSES = {status.value: status for status in Status}
_STOPS = {stop.value: stop for stop in Stop}
_NOTHING = None, "{}", "[]"
_STEP = itemgetter(2)
_PLACE = attrgetter("seat", "count")


def read_event(row: Sequence[Any], checks: Checks) -> Event:
    """Return the event of a row of `bulk.EVENTS`."""
    number, _, _, kind, seat, audience, text, payload, named, _ = row
    event = Event(_KINDS[kind], seat, _audience(audience), text, payload)
    if named is None:
        return event
    with checks.reading("pictures", number):
        return event._replace(pictures=checks.pictures.of(from_json(named)))


def read_call(row: Sequence[Any]) -> Call:
    """Return the call of a row of `bulk.CALL`, with its usage."""
    (
        seat, count, step, digest, seen, status, reason, parsed, seconds,
        text, reasoning, stop, usage, structured, model, cost, faults, tokens,
        reported_model, fingerprint, estimated_tokens, estimated_dollars, notes, sample,
        parts, tools,
    ) = row  # fmt: skip
    spent = NO_USAGE
    if cost is not None or usage not in _NOTHING or model or faults not in _NOTHING:
        spent = RequestUsage(from_json(usage or "{}"), model or "", tuple(from_json(faults or "[]")), cost)
    if estimated_tokens is not None or estimated_dollars is not None:
        spent = spent._replace(estimated_tokens=estimated_tokens or 0, estimated_dollars=estimated_dollars)
    noted = tuple(from_json(notes)) if notes else ()
    if noted:
        spent = spent._replace(notes=noted)
    reply = None
    if text is not None:
        kept = Tokens.from_record(from_json(tokens)) if tokens else None
        taken = spent.usage, bool(structured), spent.model, spent.faults, kept
        answered_by = AnsweredBy(reported_model or "", fingerprint or "")
        reply = Reply(text, reasoning, _STOPS[stop], *taken, answered_by=answered_by, notes=noted)
        if parts:
            reply = reply._replace(parts=parts_from_record(text, from_json(parts)))
        if tools:
            reply = reply._replace(calls=calls_from_record(from_json(tools)))
    place = seat, count, step, digest, seen
    return Call(*place, _STATUSES[status], reason, parsed, seconds, reply, spent, sample)


def read_returned(row: Sequence[Any]) -> Returned:
    """Return what came of a call of a tool, from a row of `bulk.RETURNED`."""
    _, seat, count, number, call, name, arguments, status, text, size, seconds, _ = row
    came = ToolResult(ToolCall(call, name, arguments), ToolStatus(status), text, size)
    return Returned(seat, count, number, came, seconds)


def read_annotations(rows: Iterable[Sequence[Any]]) -> tuple[AnnotationRow, ...]:
    """Return the annotations of rows of `bulk.ANNOTATIONS`."""
    return tuple([AnnotationRow(*row[:-1]) for row in rows])


def read_steps(rows: Iterable[Sequence[Any]], checks: Checks) -> Iterator[tuple[Event, ...]]:
    """Yield the events of an episode's rows, grouped by the step in which they were committed."""
    for _, step in groupby(rows, key=_STEP):
        yield tuple([read_event(row, checks) for row in step])


def read_tape(prefix: Sequence[Call], rows: Iterable[Sequence[Any]]) -> tuple[Call, ...]:
    """Return an episode's calls by seat and count: those of its prefix, and those of its own rows."""
    own = tuple([read_call(row[1:-1]) for row in rows])
    return tuple(sorted((*prefix, *own), key=_PLACE)) if prefix else own


@lru_cache(maxsize=1024)
def read_seats(seats: str) -> Mapping[str, str]:
    """Return the agents in an episode's seats."""
    return MappingProxyType(from_json(seats))


@lru_cache(maxsize=1024)
def _audience(seats: str) -> Audience:
    return frozenset(from_json(seats))
