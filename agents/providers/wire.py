"""The HTTP client under both official clients: aiohttp, with as few layers above it as the clients allow.

The clients take any ``httpx2.AsyncClient``. Their own client on aiohttp spends more time on headers, cookies,
redirects and streams than on the call itself, and a call here needs none of these. If the environment names a
proxy, Anthropic's own client is used nevertheless, because it can choose among proxies. OpenAI's is not used,
because its version 2 is made for another httpx.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import cached_property, lru_cache
from io import BytesIO
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from urllib.request import getproxies

import aiohttp
import httpx2
import yarl
from multidict import CIMultiDict
from pydantic_core import to_json

from agents.providers.faults import CONNECT_SECONDS
from arena.seat.transcript import LONG

_NO_LIMIT = aiohttp.ClientTimeout(total=None)
_KEEPALIVE_SECONDS = 15.0
_EVENTS = "text/event-stream"


def http_client(concurrency: int) -> httpx2.AsyncClient:
    """Return a client with one connection for each call. The caller must bound how long a call takes.

    Args:
        concurrency: the most calls at the same time.
    """
    if getproxies():
        from anthropic import DefaultAioHttpClient

        limits = httpx2.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
        timeout = httpx2.Timeout(None, connect=CONNECT_SECONDS)
        return DefaultAioHttpClient(limits=limits, timeout=timeout, follow_redirects=False)
    return Wire(concurrency)


class Wire(httpx2.AsyncClient):
    """A client of plain calls. A request is bytes, and the answer is read whole.

    There are no redirects, no cookies and no proxies.
    """

    def __init__(self, concurrency: int) -> None:
        self._connections = _Connections(concurrency)
        super().__init__(transport=self._connections, timeout=None, trust_env=False)

    def build_request(self, method: str, url: httpx2.URL | str, **parts: Any) -> httpx2.Request:
        """Return the request. httpx makes the requests that are not plain calls."""
        headers, content = parts.pop("headers", None), parts.pop("content", None)
        parts.pop("timeout", None)
        if any(part is not None for part in parts.values()):
            return super().build_request(method, url, headers=headers, content=content, **parts)
        # The headers are passed on as they came, because reading them back costs as much as a call.
        extensions = {"written": _Written(self._connections, method, str(url), headers)}
        return httpx2.Request(
            method, _parsed(str(url)), headers=headers, content=content, extensions=extensions
        )

    async def send(self, request: httpx2.Request, **_: Any) -> httpx2.Response:
        """Send the request if it has not been answered yet, and read the answer whole."""
        answer = _ANSWER.get()
        if answer is None:
            written = request.extensions.get("written") or _Written(
                self._connections, request.method, str(request.url), request.headers.multi_items()
            )
            answer = await written.send(_CONTENT.get() or await request.aread(), _STREAM.get())
        if isinstance(answer.broken, _NETWORK):
            raise httpx2.NetworkError(type(answer.broken).__name__, request=request) from answer.broken
        if answer.broken is not None:
            raise answer.broken
        headers = [(name, value) for name, value in answer.headers.items() if name not in _DECODED]
        return httpx2.Response(answer.status, headers=headers, content=answer.body, request=request)


class Stream(Protocol):
    """Takes an answer as it comes."""

    def begin(self) -> None:
        """The answer is a stream of events, so its bytes are passed on and not returned."""

    def take(self, data: bytes) -> None:
        """More bytes of the answer have come. It raises nothing."""


class Posts:
    """Requests to one address. An official client writes the first of them and reads every failure.

    The client's work on a request costs several times as much as sending it, and gives the same result each
    time. So the request that it wrote is sent again with other bodies. An answer that is not a success is
    handed to the client as the answer to its own request, so that it raises its own error. After this the
    client writes the next request again.
    """

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url
        self._written: _Written | None = None
        self._is_ours = isinstance(getattr(client, "_client", None), Wire)

    @property
    def can_stream(self) -> bool:
        """Whether answers can be taken as they come. Through another transport they come whole."""
        return self._is_ours

    async def post(self, body: Mapping[str, Any], characters: int = 0, stream: Stream | None = None) -> bytes:
        """Return the body of the answer, or raise the client's error. The body is empty if it was streamed.

        Args:
            body: the body of the request, as an object of JSON.
            characters: the length of its messages. Long ones are written in a thread, and the client gets the
                rest.
            stream: takes the answer as it comes, if it is a stream of events.
        """
        content: BytesIO | None = None
        if characters > LONG and self._is_ours:
            content = await asyncio.to_thread(_in_parts, body)
            body = {**body, "messages": []}
        if self._written is None:
            return await self._by_client(body, content, stream)
        answer = await self._written.send(content or to_json(body), stream)
        if answer.is_success:
            return answer.body
        self._written = None
        handed = _ANSWER.set(answer)
        try:
            return await self._by_client(body)
        finally:
            _ANSWER.reset(handed)

    async def _by_client(
        self, body: Mapping[str, Any], content: BytesIO | None = None, stream: Stream | None = None
    ) -> bytes:
        given, taken = _CONTENT.set(content), _STREAM.set(stream)
        try:
            response: httpx2.Response = await self._client.post(self._url, cast_to=httpx2.Response, body=body)
        finally:
            _CONTENT.reset(given)
            _STREAM.reset(taken)
        self._written = response.request.extensions.get("written")  # missing with another transport
        return response.content


class _Answer(NamedTuple):
    """The answer to a request, or `broken`, the error because of which there is no answer."""

    status: int = 0
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""
    broken: Exception | None = None

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


_ANSWER: ContextVar[_Answer | None] = ContextVar("answer", default=None)
"""The answer that is already here for the request that the official client is about to send."""


_CONTENT: ContextVar[BytesIO | None] = ContextVar("content", default=None)
"""The body to send in place of the official client's, if the client writes only a part of it."""

_STREAM: ContextVar[Stream | None] = ContextVar("stream", default=None)
"""What takes the answer to the request that the official client is about to send, as it comes."""


def _in_parts(body: Mapping[str, Any]) -> BytesIO:
    """Return the JSON of a body. It is written in many parts, so that other threads run between them."""
    written = BytesIO()
    _write(body, written)
    written.seek(0)
    return written


def _write(value: object, to: BytesIO) -> None:
    if isinstance(value, Mapping):
        for at, (name, part) in enumerate(value.items()):
            to.write((b"," if at else b"{") + to_json(name) + b":")
            _write(part, to)
        to.write(b"}" if value else b"{}")
    elif isinstance(value, list | tuple):
        to.write(b"[")
        for at, part in enumerate(value):
            if at:
                to.write(b",")
            _write(part, to)
        to.write(b"]")
    elif isinstance(value, str) and len(value) > LONG:
        to.write(b'"')
        for start in range(0, len(value), LONG):
            to.write(to_json(value[start : start + LONG])[1:-1])
        to.write(b'"')
    else:
        to.write(to_json(value))


class _Written:
    """A request as the official client wrote it, without its body. Its ``repr`` does not show the key."""

    def __init__(
        self, connections: _Connections, method: str, url: str, headers: Sequence[tuple[str, str]] | None
    ) -> None:
        self._connections = connections
        self._method = method
        self._url = yarl.URL(url)
        self._headers = CIMultiDict(headers or ())

    async def send(self, content: bytes | BytesIO, stream: Stream | None = None) -> _Answer:
        """Send the request with a body and read the answer whole, or let `stream` take it as it comes."""
        connecting = asyncio.timeout(None)
        try:
            async with (
                connecting,
                self._connections.session.request(
                    self._method,
                    self._url,
                    headers=self._headers,
                    data=content,
                    allow_redirects=False,
                    timeout=_NO_LIMIT,
                    trace_request_ctx=connecting,
                ) as answer,
            ):
                if stream is not None and answer.status == 200 and answer.content_type == _EVENTS:
                    stream.begin()
                    async for data in answer.content.iter_any():
                        stream.take(data)
                    return _Answer(answer.status, answer.headers)
                return _Answer(answer.status, answer.headers, await answer.read())
        except Exception as error:
            return _Answer(broken=aiohttp.ConnectionTimeoutError() if connecting.expired() else error)


async def _connection_begins(_session: Any, context: Any, _params: Any) -> None:
    """Start the clock of a connection. Its slot in the pool is free, and its name is looked up next."""
    now = asyncio.get_running_loop().time()
    context.trace_request_ctx.reschedule(now + CONNECT_SECONDS)


async def _connection_is_made(_session: Any, context: Any, _params: Any) -> None:
    context.trace_request_ctx.reschedule(None)


def _timing_connections() -> aiohttp.TraceConfig:
    """Return the tracing that bounds how long it takes to open a connection.

    aiohttp's own bounds count waits for the pool, or do not count the look-up of names.
    """
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_start.append(_connection_begins)
    trace.on_connection_create_end.append(_connection_is_made)
    return trace


_NETWORK = aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError
_DECODED = aiohttp.hdrs.CONTENT_ENCODING, aiohttp.hdrs.CONTENT_LENGTH, aiohttp.hdrs.TRANSFER_ENCODING


class _Connections(httpx2.AsyncBaseTransport):
    """The connections, in place of httpx's own, which are not used. They are closed with the client."""

    def __init__(self, most: int) -> None:
        self._most = most

    @cached_property
    def session(self) -> aiohttp.ClientSession:
        """The session. It belongs to the event loop on which it is first used."""
        connector = aiohttp.TCPConnector(limit=self._most, keepalive_timeout=_KEEPALIVE_SECONDS)
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[_timing_connections()],
        )

    async def aclose(self) -> None:
        """Close the connections, if there are any."""
        if "session" in vars(self):
            await self.session.close()


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx2.URL:
    return httpx2.URL(url)
