"""Who may read the pages: whoever has the token, in a browser that asks this address itself.

The token is the beginning of every address. The headers ``Host`` and ``Origin`` are compared with the
server's own address, so that no page of another site can read or send anything, whatever name it gives to
this machine. Forms have a field that only our own pages know.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer says: nothing is kept, nothing is loaded from elsewhere, and no page may frame it."""

_CSRF = "csrf"
_MOST_POSTED = 2**22
_MOST_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Access:
    """The token of a server, and the hosts by which it may be called, such as ``127.0.0.1:8000``.

    An address that `is_sent_around` may be opened by a link on another site. Such a page reads nothing of it.
    """

    hosts: frozenset[str]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    is_sent_around: bool = False

    @property
    def root(self) -> str:
        """What every address of a page begins with."""
        return f"/{self.token}"

    @property
    def form_field(self) -> str:
        """The value of the field ``csrf`` in every form."""
        return hmac.new(self.token.encode(), _CSRF.encode(), hashlib.sha256).hexdigest()

    def opens(self, path: str) -> bool:
        """Return whether a path begins with the token."""
        given = path.split("/", 2)[1] if path.startswith("/") else ""
        return hmac.compare_digest(given.encode(), self.token.encode())

    def why_not(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """Return a status and a sentence if a request is refused, and None if it may pass."""
        if headers.get("host", "").lower() not in self.hosts:
            return 421, "This server does not answer under that name. Use the address that arena printed."
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        # A browser that may not say where it comes from sends `null` with a form of our own pages.
        is_own = (
            site == "same-origin" if origin == "null" else origin in {f"http://{host}" for host in self.hosts}
        )
        if origin is not None and not is_own:
            return 403, "This page may be read and steered only from its own address."
        is_opened = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
        is_opened = is_opened and headers.get("sec-fetch-dest") == "document"
        if site not in ("none", "same-origin") and not (self.is_sent_around and is_opened):
            return 403, "This page may be opened only from its own address. Copy it into the address bar."
        if method not in ("GET", "HEAD") and origin is None:
            return 403, "A form can be sent only from a page of this server."
        if not self.opens(path):
            return 404, "There is nothing here. Use the whole address that arena printed, with its token."
        return None


class Guard:
    """Middleware that refuses what `Access` refuses, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower().encode() for name in HEADERS}
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in own]
                added = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        request = Request(scope)
        refused = self._access.why_not(request.method, scope["path"], request.headers)
        if refused is None:
            await self._app(scope, receive, sent)
        else:
            status, sentence = refused
            await PlainTextResponse(sentence, status)(scope, receive, sent)


async def posted(request: Request, access: Access) -> dict[str, list[str]] | None:
    """Return the fields of a form that one of our pages sent; None if another page did, or if it is too long.

    A field has several values if it was filled in several times.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_POSTED:
            return None
    try:
        pairs = await run_in_threadpool(_pairs, body)
    except ValueError:
        return None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    own = fields.pop(_CSRF, [""])[-1]
    return fields if hmac.compare_digest(own.encode(), access.form_field.encode()) else None


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)


def hosts_of(host: str, port: int, others: Iterable[str] = ()) -> frozenset[str]:
    """Return the hosts by which a server at this address may be called. Loopback has several names."""
    names = {host, *others}
    if host in ("127.0.0.1", "localhost", "::1"):
        names |= {"127.0.0.1", "localhost", "[::1]"}
    return frozenset(f"{name.lower()}:{port}" for name in names)
