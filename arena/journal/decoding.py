"""From the journal's rows to calls and events. What many rows share is read from its JSON once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pydantic_core import from_json

from arena.agent import NOTHING_SPENT, Reply, Spent, Stop, Tokens
from arena.forms import Status
from arena.record import Call
from arena.transcript import Audience, Event, Kind

_KINDS = {kind.value: kind for kind in Kind}
_STATUSES = {status.value: status for status in Status}
_STOPS = {stop.value: stop for stop in Stop}
_NOTHING = None, "{}", "[]"


def read_event(row: Sequence[Any]) -> Event:
    """Return the event of a row: episode, step, kind, seat, audience, text, payload."""
    _, _, kind, seat, audience, text, payload = row
    return Event(_KINDS[kind], seat, _audience(audience), text, payload)


def read_call(row: Sequence[Any]) -> Call:
    """Return the call of a row, with what it took."""
    (
        seat, count, step, digest, seen, status, reason, parsed, seconds,
        text, reasoning, stop, usage, structured, model, cost, faults, tokens,
    ) = row  # fmt: skip
    spent = NOTHING_SPENT
    if cost is not None or usage not in _NOTHING or model or faults not in _NOTHING:
        spent = Spent(from_json(usage or "{}"), model or "", tuple(from_json(faults or "[]")), cost)
    reply = None
    if text is not None:
        kept = Tokens.retold(from_json(tokens)) if tokens else None
        taken = spent.usage, bool(structured), spent.model, spent.faults, kept
        reply = Reply(text, reasoning, _STOPS[stop], *taken)
    place = seat, count, step, digest, seen
    return Call(*place, _STATUSES[status], reason, parsed, seconds, reply, spent)


@lru_cache(maxsize=1024)
def read_seats(seats: str) -> Mapping[str, str]:
    """Return the agents in an episode's seats."""
    return MappingProxyType(from_json(seats))


@lru_cache(maxsize=1024)
def _audience(seats: str) -> Audience:
    return frozenset(from_json(seats))
