"""What can go wrong in a call, read from both clients' exceptions.

The clients' exceptions hold the request, and with it the key; so does ``repr`` of some of aiohttp's. None
of them is kept, chained or quoted: a `Fault` holds a sentence of its own and what the provider's error
said, less the key.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any

CONNECT_SECONDS = 10.0
"""How many seconds a connection may take to be made."""
_NOT_CONNECTED = frozenset({"ConnectionTimeoutError", "ConnectTimeout"})  # aiohttp's, and httpx's
_QUOTED = 300
_HOPELESS_STATUS = frozenset({401, 402, 404})
_HOPELESS_UNLESS_PROVEN = frozenset({400, 403, 405, 422})
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
_LENGTH_CODES = frozenset({"context_length_exceeded", "string_above_max_length"})


class Kind(Enum):
    """What a fault means for what comes next."""

    REFUSED = auto()
    """One call too many; later it may go."""
    FAILED = auto()
    """No answer came; later one may."""
    TIMED_OUT = auto()
    """No answer came in time."""
    GARBLED = auto()
    """An answer came, but not one that the interface allows."""
    FILTERED = auto()
    """The provider's filter turned the request down."""
    REJECTED = auto()
    """This request will never be answered."""
    UNSUITABLE = auto()
    """This request will never be answered; if none of this agent ever was, none will be."""
    HOPELESS = auto()
    """No request will be answered: the key, the money, the model."""


class Fault(Exception):
    """One call came to nothing; `usage` and `cost` are what it took all the same, as far as was told.

    `is_final` says that the provider itself refused the key or knows no such model.
    """

    def __init__(
        self,
        kind: Kind,
        reason: str,
        *,
        retry_after: float = 0.0,
        usage: Mapping[str, int] | None = None,
        cost: float | None = None,
        is_final: bool = False,
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.retry_after = retry_after
        self.usage = usage or {}
        self.cost = cost
        self.is_final = is_final


def read_error(error: Exception, sdk: Any, key: str) -> Fault:
    """Return the fault behind what a client raised.

    Args:
        error: the exception.
        sdk: the client's package, ``openai`` or ``anthropic``, whose exceptions have the same names.
        key: what must not be quoted.
    """
    if isinstance(error, sdk.APIStatusError):
        status: int = error.status_code
        address = str(error.request.url) if status == 404 else ""
        return status_fault(status, error.body, error.response.headers, key, address)
    if isinstance(error, sdk.APIConnectionError):
        causes = _causes(error)
        if not _NOT_CONNECTED.isdisjoint(causes):
            server = f"{error.request.url.scheme}://{error.request.url.netloc.decode()}"
            return Fault(Kind.FAILED, f"no connection to {server} within {CONNECT_SECONDS:g} seconds")
        return Fault(Kind.FAILED, f"the connection failed ({causes[-1]})")
    if isinstance(error, OSError):
        return Fault(Kind.FAILED, f"the connection failed ({type(error).__name__})")
    # What a transport does not wrap, such as a malformed header; only its name, as its text may hold the key.
    return Fault(Kind.GARBLED, f"the response could not be read ({type(error).__name__})")


def status_fault(status: int, body: object, headers: Mapping[str, str], key: str, address: str = "") -> Fault:
    """Return the fault that an HTTP status other than 2xx, with this body, stands for.

    The `address` is what was asked, if it is to be named.
    """
    inner = body.get("error", body) if isinstance(body, Mapping) else body
    said, codes = _said(inner)
    kind = _kind(status, codes)
    if status == 401:
        return Fault(
            Kind.HOPELESS, "the provider refuses the key (HTTP 401)", is_final=True
        )  # what it says may quote the key
    text = f"HTTP {status}" + (f" from {scrubbed(address, key)}" if address else "")
    if said:
        text += f": {scrubbed(said, key)[:_QUOTED]}"
    return Fault(kind, text, retry_after=retry_after(headers), is_final=bool(codes & _MODEL_CODES))


def scrubbed(text: str, key: str) -> str:
    """Return `text` without the key."""
    return text.replace(key, "[key]") if key else text


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


def _said(inner: object) -> tuple[str, frozenset[str]]:
    if not isinstance(inner, Mapping):
        return "", frozenset()
    details = inner.get("details")
    code = details.get("error_code") if isinstance(details, Mapping) else None
    codes = frozenset(
        found for found in (inner.get("code"), inner.get("type"), code) if isinstance(found, str)
    )
    message = inner.get("message")
    return message if isinstance(message, str) else "", codes


def _kind(status: int, codes: frozenset[str]) -> Kind:
    if status in _HOPELESS_STATUS or any(part in code for code in codes for part in _HOPELESS_CODES):
        return Kind.HOPELESS
    if codes & _CONTENT_CODES:
        return Kind.FILTERED
    if codes & _LENGTH_CODES:
        return Kind.REJECTED
    if status == 429:
        return Kind.REFUSED
    if status >= 500 or status in _TRANSIENT_STATUS:
        return Kind.FAILED
    return Kind.UNSUITABLE if status in _HOPELESS_UNLESS_PROVEN else Kind.REJECTED


def _causes(error: BaseException | None) -> list[str]:
    """Return the names of the exceptions that led to an error, its own first and the reason last."""
    names = []
    while error is not None:
        names.append(type(error).__name__)
        # asyncio raises a TimeoutError from the cancellation by which it stopped the work.
        error = None if isinstance(error, TimeoutError) else error.__cause__
    return names
