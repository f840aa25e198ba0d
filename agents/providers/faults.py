"""The faults of a call, read from both clients' exceptions.

The clients' exceptions hold the request, and so the key. The ``repr`` of some of aiohttp's exceptions holds
it, too. So no such exception is kept, chained or quoted. A `Fault` holds a sentence of its own, and the text
of the provider's error without the key.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from agents.shared.refusals import LONGEST_ERROR, is_too_long, is_without_money, refuses_pictures

CONNECT_SECONDS = 10.0
"""The most seconds that it may take to open a connection."""
_NOT_CONNECTED = frozenset({"ConnectionTimeoutError", "ConnectTimeout"})  # aiohttp's, and httpx's
_QUOTED = 300
_HOPELESS_STATUS = frozenset({401, 402, 404})
_ERROR_STATUS = range(400, 600)
_HOPELESS_UNLESS_PROVEN = frozenset({400, 403, 405, 422})
_TOO_LARGE = 413
_TRANSIENT_STATUS = frozenset({408, 409, 425})
_HOPELESS_CODES = (
    "insufficient_quota",
    "spend_limit",
    "billing",
    "model_not_found",
    "invalid_api_key",
    "deactivated",
    "on_hold",
)
_CONTENT_CODES = frozenset({"content_filter", "content_policy_violation", "invalid_prompt"})
_MODEL_CODES = frozenset({"model_not_found", "not_found_error"})
_UNREPORTED = frozenset({"input", "ctx", "url", "headers"})
"""Parts of an error that may hold what was sent, or the key."""
_DEEPEST = 8
_MASK = "[key]"
_LEAST_SECRET = 16
"""A key with at least this many characters cannot be a word of some text."""


class FaultKind(Enum):
    """The kind of a fault, which decides what happens next."""

    REFUSED = auto()
    """The provider refused the call because there were too many. A later one may be accepted."""
    FAILED = auto()
    """No answer came. A later call may be answered."""
    TIMED_OUT = auto()
    """No answer came in time."""
    GARBLED = auto()
    """An answer came that the interface does not allow."""
    FILTERED = auto()
    """The provider's filter refused the request."""
    TOO_LONG = auto()
    """The prompt is longer than the model takes."""
    CHANGED = auto()
    """The server requires another form of the request, and will get it: see `agents.providers.dialect`."""
    REJECTED = auto()
    """This request will never be answered."""
    UNSUITABLE = auto()
    """This request will never be answered. If the model has never answered the agent, it never will."""
    HOPELESS = auto()
    """No request will be answered, because of the key, the money or the model."""


@dataclass(eq=False, repr=False)
class Fault(Exception):
    """A call failed, for a `reason` that may be shown.

    `retry_after` is the wait in seconds that the provider asks for, or 0. `usage` and `cost` are those of the
    failed call, if they were reported. `response` is the whole text of the provider's error. It is read to
    find the cause, and is not shown. `is_final` is true if the provider itself refused the key or knows no
    such model.
    """

    kind: FaultKind
    reason: str
    _: KW_ONLY
    retry_after: float = 0.0
    usage: Mapping[str, int] = field(default_factory=dict)
    cost: float | None = None
    response: str = ""
    is_final: bool = False

    def __str__(self) -> str:
        return self.reason


def read_error(error: Exception, sdk: Any, key: str) -> Fault:
    """Return the fault for an exception that a client raised.

    Args:
        error: the exception.
        sdk: the client's package, ``openai`` or ``anthropic``. Their exceptions have the same names.
        key: the key, which must not be quoted.
    """
    if isinstance(error, sdk.APIStatusError):
        status: int = error.status_code
        address = str(error.request.url) if status == 404 else ""
        return status_fault(status, error.body, error.response.headers, key, address)
    if isinstance(error, sdk.APIConnectionError):
        causes = _causes(error)
        if not _NOT_CONNECTED.isdisjoint(causes):
            server = f"{error.request.url.scheme}://{error.request.url.netloc.decode()}"
            return Fault(FaultKind.FAILED, f"no connection to {server} within {CONNECT_SECONDS:g} seconds")
        return Fault(FaultKind.FAILED, f"the connection failed ({causes[-1]})")
    if isinstance(error, OSError):
        return Fault(FaultKind.FAILED, f"the connection failed ({type(error).__name__})")
    # An error that no transport wraps, such as a malformed header. Its text may hold the key, so only its
    # name is quoted.
    return Fault(FaultKind.GARBLED, f"the response could not be read ({type(error).__name__})")


def status_fault(status: int, body: object, headers: Mapping[str, str], key: str, address: str = "") -> Fault:
    """Return the fault for a response with this body and an HTTP status other than 2xx.

    `address` is the request's address, if the fault is to name it.
    """
    said = _read(body)
    kind = _kind(status, said)
    if status == 401:
        # The body may quote the key.
        return Fault(FaultKind.HOPELESS, "the provider refuses the key (HTTP 401)", is_final=True)
    text = f"HTTP {status}" + (f" from {scrubbed(address, key)}" if address else "")
    if said.text:
        text += f": {scrubbed(said.text, key)[:_QUOTED]}"
    if kind is FaultKind.TOO_LONG:
        text = f"the prompt is longer than the model takes ({text})"
    is_final = bool(said.codes & _MODEL_CODES)
    return Fault(
        kind, text, retry_after=retry_after(headers), response=scrubbed(said.all, key), is_final=is_final
    )


def error_fault(error: object, usage: Mapping[str, int]) -> Fault:
    """Return the fault for an error that came in the place of a completion.

    OpenRouter and LM Studio send errors in this way, with HTTP 200. OpenRouter sends the status as the code.
    """
    code = error.get("code") if isinstance(error, Mapping) else None
    known = isinstance(code, int | str) and str(code).isdecimal() and int(str(code)[:4]) in _ERROR_STATUS
    fault = status_fault(int(str(code)) if known else 200, error, {}, "")
    reason = f"an error came in place of a completion: {fault.reason.removeprefix('HTTP 200: ')}"
    return Fault(fault.kind, reason, usage=usage, response=fault.response, is_final=fault.is_final)


def scrubbed(text: str, key: str) -> str:
    """Return a server's text without the key.

    A key that might be a word is masked where it is a whole word, and not inside of other words.
    """
    if not key or key not in text:
        return text
    if len(key) >= _LEAST_SECRET:
        return text.replace(key, _MASK)
    return re.sub(rf"(?<![^\W_]){re.escape(key)}(?![^\W_])", _MASK, text)


def without_secret(text: str, key: str) -> str:
    """Return an agent's text without the key, if the key is too long to be a word: words are never masked."""
    return text.replace(key, _MASK) if len(key) >= _LEAST_SECRET else text


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that ``retry-after-ms`` or ``retry-after`` (a number or a date) asks for, or 0."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / unit
        except ValueError:
            try:
                seconds = parsedate_to_datetime(value).timestamp() - time.time()
            except ValueError:
                continue
        return max(0.0, seconds) if seconds == seconds else 0.0
    return 0.0


class _Said(NamedTuple):
    """The content of an error: the `text` to show, `all` of its texts joined, and its codes."""

    text: str = ""
    all: str = ""
    codes: frozenset[str] = frozenset()


def _read(body: object) -> _Said:
    """Return the content of an error's body. Servers send an object, a list or a text."""
    if isinstance(body, list) and body:  # Gemini's
        body = body[0]
    inner = (body.get("error") or body) if isinstance(body, Mapping) else body
    if isinstance(inner, bytes):
        inner = inner.decode(errors="replace")
    every = " ".join(_texts(inner, _DEEPEST))[:LONGEST_ERROR]
    if not isinstance(inner, Mapping):
        return _Said(every, every)
    details = inner.get("details")
    named = [inner.get("code"), inner.get("type")]
    named.append(details.get("error_code") if isinstance(details, Mapping) else None)
    message = inner.get("message") or inner.get("detail")
    text = message if isinstance(message, str) else " ".join(_texts(message, _DEEPEST))[:LONGEST_ERROR]
    return _Said(text, every, frozenset(name for name in named if isinstance(name, str)))


def _texts(found: object, depth: int) -> Iterator[str]:
    """Yield the texts in a server's response, except for parts that may repeat our request."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping) and depth:
        for name, part in found.items():
            if name not in _UNREPORTED:
                yield from _texts(part, depth - 1)
    elif isinstance(found, list) and depth:
        for part in found:
            yield from _texts(part, depth - 1)


def _kind(status: int, said: _Said) -> FaultKind:
    if status in _HOPELESS_STATUS or any(part in code for code in said.codes for part in _HOPELESS_CODES):
        return FaultKind.HOPELESS
    if is_without_money(said.all):
        return FaultKind.HOPELESS
    if said.codes & _CONTENT_CODES:
        return FaultKind.FILTERED
    if status == _TOO_LARGE or is_too_long(said.all):
        return FaultKind.TOO_LONG
    if refuses_pictures(said.all):  # llama.cpp says so with the status 500
        return FaultKind.UNSUITABLE
    if status == 429:
        return FaultKind.REFUSED
    if status >= 500 or status in _TRANSIENT_STATUS:
        return FaultKind.FAILED
    if status not in _ERROR_STATUS:
        return FaultKind.GARBLED
    return FaultKind.UNSUITABLE if status in _HOPELESS_UNLESS_PROVEN else FaultKind.REJECTED


def _causes(error: BaseException | None) -> list[str]:
    """Return the names of the exceptions that led to an error. Its own is first, and the cause is last."""
    names = []
    while error is not None:
        names.append(type(error).__name__)
        # asyncio raises a TimeoutError from the cancellation with which it stopped the work.
        error = None if isinstance(error, TimeoutError) else error.__cause__
    return names
