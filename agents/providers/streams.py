"""Completions that come as server-sent events, put together as they would have come whole.

A stream is asked for only while somebody listens. What is put together has the form of the provider's answer
without a stream, and is read by the same code. So the record is the same, whether somebody listened or not.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from agents.providers.completion import json_object, part
from agents.providers.faults import Fault, FaultKind, without_secret
from arena.seat.writing import LiveReply

_STATUS = {
    "authentication_error": 401,
    "api_error": 500,
    "billing_error": 402,
    "not_found_error": 404,
    "overloaded_error": 529,
    "permission_error": 403,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "request_too_large": 413,
    "server_error": 500,
    "timeout_error": 504,
}
"""The HTTP statuses that errors of these types have if they come in place of a stream."""


class LiveWords:
    """Passes words on to a live reply, without the key if the server repeats it, even in pieces."""

    def __init__(self, live: LiveReply, key: str) -> None:
        self._live = live
        self._key = key
        self._held = ""
        self._are_thoughts = False

    def tell(self, text: str, *, is_thought: bool = False) -> None:
        """Pass on what is written. What may be the beginning of the key is held back."""
        if not text:
            return
        if is_thought != self._are_thoughts:
            self.end()
            self._are_thoughts = is_thought
        whole = without_secret(self._held + text, self._key)
        sizes = range(min(len(self._key) - 1, len(whole)), 0, -1)
        held = next((size for size in sizes if whole.endswith(self._key[:size])), 0)
        told = len(whole) - held
        self._live.more(whole[:told], is_thought=is_thought)
        self._held = whole[told:]

    def end(self) -> None:
        """Pass on what was held back."""
        self._live.more(self._held, is_thought=self._are_thoughts)
        self._held = ""


class EventStream(ABC):
    """One completion that comes as events.

    `began` says whether the server streams at all, `is_broken` whether the stream could not be read to its
    end. `size` counts the bytes that came.
    """

    parameters: ClassVar[Mapping[str, Any]] = {"stream": True}
    """What is added to the body of a request that asks for a stream."""

    def __init__(self, words: LiveWords) -> None:
        self.words = words
        self.began = False
        self.is_broken = False
        self.is_done = False
        self.size = 0
        self._line: list[bytes] = []
        self._data: list[bytes] = []
        self._error: Any = None
        self._fault: Fault | None = None

    def begin(self) -> None:
        """Take note that the server streams."""
        self.began = True

    def take(self, data: bytes) -> None:
        """Take the bytes that came next."""
        self.size += len(data)
        first, *others = data.split(b"\n")
        self._line.append(first)
        for after in others:
            self._read(b"".join(self._line).rstrip(b"\r"))
            self._line = [after]

    def whole(self) -> Mapping[str, Any]:
        """Return the completion as the server would have sent it whole, or its error.

        Raises:
            Fault: if the stream cannot be read, or has no end.
        """
        self._read(b"".join(self._line))
        self._read(b"")
        self.words.end()
        if self._error is not None:
            return {**self.completion(), "error": _with_status(self._error)}
        if self._fault is None and not self.size:
            self._fault = Fault(FaultKind.GARBLED, "the stream is empty")
        if self._fault is None and not self.is_done:
            self._fault = Fault(FaultKind.FAILED, "the stream ended before the completion did")
        if self._fault is not None:
            self.is_broken = True
            raise self._fault
        return self.completion()

    @abstractmethod
    def event(self, found: Mapping[str, Any]) -> None:
        """Take one event. Set `is_done` if it is the last one that matters."""

    @abstractmethod
    def completion(self) -> dict[str, Any]:
        """Return what has come so far, as one object."""

    def _read(self, line: bytes) -> None:
        """Read one line. An empty one ends an event; comments and the names of events say nothing new."""
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line and self._data:
            data, self._data = b"\n".join(self._data), []
            if data.strip() == b"[DONE]":
                self.is_done = True
            elif data.strip():
                self._take_event(data)

    def _take_event(self, data: bytes) -> None:
        try:
            found = json_object(data)
        except Fault as fault:
            self._fault = self._fault or fault
            return
        if error := found.get("error"):
            self._error = error
        else:
            self.event(found)


def text_of(pieces: list[Any]) -> Any:
    """Return the value whose pieces came one after the other: a text, or a list if one of them is one."""
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(pieces)
    if not any(isinstance(piece, list) for piece in pieces):
        return pieces[-1]
    whole: list[Any] = []
    for piece in pieces:
        whole += piece if isinstance(piece, list) else [{"type": "text", "text": piece}] if piece else []
    return whole


def _with_status(error: Any) -> Any:
    """Return an error with the HTTP status that it would have had before the stream began, if it is known."""
    status = _STATUS.get(str(part(error, "type")))
    return error if status is None or error.get("code") else {**error, "code": status}
