"""Changing requests to suit a server, which is learned from what the server refuses.

A request is first written in the form of the provider's interface. If the server refuses a part of it, this
part is changed, one after another. The changes are remembered for the account and the model. So each change
is learned once, by the first request or by the first few that are in flight together. A change is never made
twice, so a request is rewritten at most as often as there are changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from agents.providers.faults import Fault, FaultKind
from agents.shared.refusals import (
    context_length,
    most_tokens,
    names_parameter,
    refused_parameter,
    refuses_stream,
    refuses_system,
)
from arena.seat.messages import SYSTEM_FOLDED
from arena.spending.rate_limits import RateLimiter

_KEPT = frozenset({"model", "messages", "system", "stream", "stream_options", "tools"})
_LIMITS = ("max_completion_tokens", "max_tokens")
_NEEDED_BY = {"logprobs": ("top_logprobs",), "stream": ("stream_options",)}
_MENDED = frozenset(
    {FaultKind.UNSUITABLE, FaultKind.REJECTED, FaultKind.TOO_LONG, FaultKind.FAILED, FaultKind.GARBLED}
)


class Adjustment(Enum):
    """The way in which a request is changed."""

    FOLD = auto()
    """The system's message becomes the beginning of the first user message."""
    LEAVE_OUT = auto()
    RENAME = auto()
    LOWER = auto()


class Change(NamedTuple):
    """A change to a request: to its roles, or to a `parameter`, whose name or value becomes `to`."""

    how: Adjustment
    parameter: str = ""
    to: str | int = ""

    def __str__(self) -> str:
        """Return the change as a note on the requests in which it was made."""
        match self.how:
            case Adjustment.FOLD:
                return SYSTEM_FOLDED
            case Adjustment.LEAVE_OUT if self.parameter == "stream":
                return "the reply is not streamed, as the server does not stream it with its usage"
            case Adjustment.LEAVE_OUT:
                return f"{self.parameter} is left out, as the server refuses it"
            case Adjustment.RENAME:
                return f"{self.parameter} is sent as {self.to}"
            case Adjustment.LOWER:
                return f"{self.parameter} is lowered to {self.to}, the most that the server allows"


FOLD_SYSTEM = Change(Adjustment.FOLD)
NO_STREAM = Change(Adjustment.LEAVE_OUT, "stream")


@dataclass(slots=True)
class Dialect:
    """The changes that an account's server requires in requests to one model, in order."""

    changes: tuple[Change, ...] = ()

    def learn(self, change: Change) -> bool:
        """Remember a change; return whether it is new."""
        if change in self.changes:
            return False
        self.changes = (*self.changes, change)
        return True


_dialects: WeakKeyDictionary[RateLimiter, dict[str, Dialect]] = WeakKeyDictionary()


def dialect_of(limiter: RateLimiter, model: str) -> Dialect:
    """Return the changes that are known for an account and a model."""
    return _dialects.setdefault(limiter, {}).setdefault(model, Dialect())


def rewritten(body: Mapping[str, Any], changes: tuple[Change, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a request's body with its parameters changed, and a note on each change."""
    changed, notes = dict(body), []
    for change in changes:
        name = change.parameter
        if name not in changed:
            continue
        value = changed.pop(name)
        if change.how is Adjustment.LEAVE_OUT:
            for other in _NEEDED_BY.get(name, ()):
                changed.pop(other, None)
        elif change.how is Adjustment.RENAME:
            changed[str(change.to)] = value
        elif value > change.to:
            changed[name] = change.to
        else:
            changed[name] = value
            continue
        notes.append(str(change))
    return changed, tuple(notes)


def wanted(
    fault: Fault,
    body: Mapping[str, Any],
    changes: tuple[Change, ...] = (),
    needed: frozenset[str] = frozenset(),
) -> Change | None:
    """Return the change with which the server might accept a request; None if its form was not the cause.

    Args:
        fault: how the request ended.
        body: the request as it was sent.
        changes: the changes that were made to it.
        needed: the parameters that the interface requires.
    """
    response = fault.response
    if fault.kind not in _MENDED or not response:
        return None
    if _has_system(body) and refuses_system(response):
        return FOLD_SYSTEM
    if "stream" in body and refuses_stream(response):
        return NO_STREAM
    limit = next((name for name in _LIMITS if name in body), None)
    if limit is not None and (change := _lowered(fault, limit, body[limit], limit in needed)) is not None:
        return change
    if fault.kind is FaultKind.TOO_LONG:
        return None
    name = refused_parameter(response, [name for name in body if name not in _KEPT | needed])
    if name is None:
        return None
    if name in _LIMITS and not any(change.how is Adjustment.RENAME for change in changes):
        (other,) = set(_LIMITS) - {name}
        return Change(Adjustment.RENAME, name, other)
    return Change(Adjustment.LEAVE_OUT, name)


def _lowered(fault: Fault, limit: str, value: object, is_needed: bool) -> Change | None:
    """Return the change of a reply's limit that is above what the server or the model allows."""
    if not isinstance(value, int):
        return None
    most = most_tokens(fault.response)
    if most and most < value and any(names_parameter(fault.response, name) for name in _LIMITS):
        return Change(Adjustment.LOWER, limit, most)
    context = context_length(fault.response) if fault.kind is FaultKind.TOO_LONG else None
    if context is None or value < context:
        return None
    return Change(Adjustment.LOWER, limit, context // 2) if is_needed else Change(Adjustment.LEAVE_OUT, limit)


def _has_system(body: Mapping[str, Any]) -> bool:
    spoken = body.get("messages") or [{}]
    return "system" in body or spoken[0].get("role") == "system"
