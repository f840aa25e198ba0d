"""The HTTP client under both official clients: aiohttp, with as little in between as they allow.

The clients take any ``httpx2.AsyncClient``. Their own aiohttp one spends more on merging headers, cookies,
redirects and streams, none of which a call here has, than on the call itself. Where the environment names a
proxy, theirs is used all the same, as it knows how to choose among proxies.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any
from urllib.request import getproxies

import aiohttp
import httpx2

_CONNECT_SECONDS = 60.0
_TIME_OUT = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS)
_KEEPALIVE_SECONDS = 15.0


def http_client(sdk: Any, concurrency: int) -> httpx2.AsyncClient:
    """Return a client with as many connections as calls; how long a call takes is for its caller to bound.

    Args:
        sdk: the official client's package, ``openai`` or ``anthropic``.
        concurrency: how many calls there may be at once.
    """
    if getproxies():
        limits = httpx2.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
        timeout = httpx2.Timeout(None, connect=_CONNECT_SECONDS)
        theirs: httpx2.AsyncClient = sdk.DefaultAioHttpClient(limits=limits, timeout=timeout)
        return theirs
    return Wire(concurrency)


class Wire(httpx2.AsyncClient):
    """A client of plain calls: a request of bytes, an answer read whole, no redirect, no cookie, no proxy."""

    def __init__(self, concurrency: int) -> None:
        self._connections = _Connections(concurrency)
        super().__init__(transport=self._connections, timeout=None, trust_env=False)

    def build_request(self, method: str, url: httpx2.URL | str, **parts: Any) -> httpx2.Request:
        """Return the request; what a plain call does not have is left to httpx."""
        headers, content = parts.pop("headers", None), parts.pop("content", None)
        parts.pop("timeout", None)
        if any(part is not None for part in parts.values()):
            return super().build_request(method, url, headers=headers, content=content, **parts)
        extensions = {"sent": (str(url), headers)}  # as they came: reading them back costs as much as a call
        return httpx2.Request(
            method, _parsed(str(url)), headers=headers, content=content, extensions=extensions
        )

    async def send(self, request: httpx2.Request, **_: Any) -> httpx2.Response:
        """Send the request and read the answer whole."""
        url, sent = request.extensions.get("sent") or (str(request.url), request.headers.multi_items())
        try:
            async with self._connections.session.request(
                request.method,
                url,
                headers=sent,
                data=request.content,
                allow_redirects=False,
                timeout=_TIME_OUT,
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError) as error:
            raise httpx2.NetworkError(type(error).__name__, request=request) from error
        headers = [(name, value) for name, value in answer.headers.items() if name not in _DECODED]
        return httpx2.Response(answer.status, headers=headers, content=body, request=request)


_DECODED = aiohttp.hdrs.CONTENT_ENCODING, aiohttp.hdrs.CONTENT_LENGTH, aiohttp.hdrs.TRANSFER_ENCODING


class _Connections(httpx2.AsyncBaseTransport):
    """The connections, in the place of httpx's own, which are not used; closed when the client is."""

    def __init__(self, most: int) -> None:
        self._most = most

    @cached_property
    def session(self) -> aiohttp.ClientSession:
        """The session, which belongs to the loop it is first used on."""
        connector = aiohttp.TCPConnector(limit=self._most, keepalive_timeout=_KEEPALIVE_SECONDS)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def aclose(self) -> None:
        """Close the connections, if there are any."""
        if "session" in vars(self):
            await self.session.close()


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx2.URL:
    return httpx2.URL(url)
