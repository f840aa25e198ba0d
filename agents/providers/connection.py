"""An open connection to a provider: the official client, the key, and the limits of the account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

from pydantic_core import to_json

from agents.providers.address import Address
from agents.providers.completion import json_object
from agents.providers.faults import Fault, FaultKind, read_error
from agents.providers.streams import EventStream
from arena.spending.rate_limits import RateLimiter

_BATCH_SECONDS = 600.0
"""How long the provider may take to take or give the file of a batch."""


class Connection:
    """An open client, and what its calls need.

    It is not a tuple, because the ``repr`` of a tuple would show the key.

    Args:
        sdk: the client's package, ``openai`` or ``anthropic``.
        client: the client.
        key: the key of the account.
        limiter: admits the calls of the account.
        address: the server's address.
        path: where completions are requested, below the address.
    """

    def __init__(
        self, sdk: Any, client: Any, key: str, limiter: RateLimiter, address: Address, path: str
    ) -> None:
        from httpx2 import Response

        from agents.providers.wire import Posts

        self.client = client
        self.key = key
        self.limiter = limiter
        self.address = address
        self.posts = Posts(client, address.to(path))
        self._sdk = sdk
        self._response_type = Response

    async def get(self, path: str, seconds: float) -> tuple[Any, Fault | None]:
        """Return the response to a GET request for `path`, or the fault; wait at most `seconds`."""
        asked = self.client.get(self.address.to(path), cast_to=self._response_type)
        return await self._within(seconds, asked)

    async def post(
        self, body: Any, characters: int, seconds: float, stream: EventStream | None = None
    ) -> tuple[Any, Fault | None]:
        """Return the bytes of the response to a request for a completion, or the fault.

        Args:
            body: the request, as an object of JSON.
            characters: how many characters its messages have.
            seconds: how long to wait for the response, or for the end of its stream.
            stream: takes the response as it comes, if the server streams it.
        """
        return await self._within(seconds, self.posts.post(body, characters, stream))

    async def fetch(self, path: str) -> Mapping[str, Any]:
        """Return the JSON object at a path.

        Raises:
            Fault: if there is none.
        """
        return json_object(await self.download(path))

    async def download(self, path: str) -> bytes:
        """Return the bytes at a path.

        Raises:
            Fault: if there are none.
        """
        asked = self.client.get(self.address.to(path), cast_to=self._response_type)
        return await self._bytes(asked)

    async def send(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Post a JSON object, and return the JSON object that comes back.

        Raises:
            Fault: if none comes back.
        """
        asked = self.client.post(
            self.address.to(path),
            cast_to=self._response_type,
            content=to_json(body),
            options={"headers": {"Content-Type": "application/json"}},
        )
        return json_object(await self._bytes(asked))

    async def upload(
        self, path: str, fields: Mapping[str, str], file: tuple[str, bytes]
    ) -> Mapping[str, Any]:
        """Post a form with a file, and return the JSON object that comes back. `file` is a name and bytes.

        Raises:
            Fault: if none comes back.
        """
        asked = self.client.post(
            self.address.to(path),
            cast_to=self._response_type,
            body=fields,
            files=[("file", file)],
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )
        return json_object(await self._bytes(asked))

    async def _bytes(self, asked: Awaitable[Any]) -> bytes:
        response, fault = await self._within(_BATCH_SECONDS, asked)
        if fault is not None:
            raise fault
        return bytes(response.content)

    async def _within(self, seconds: float, asked: Awaitable[Any]) -> tuple[Any, Fault | None]:
        try:
            async with asyncio.timeout(seconds):
                return await asked, None
        except TimeoutError:
            return None, Fault(FaultKind.TIMED_OUT, f"no answer within {seconds:g} seconds")
        except Exception as error:
            return None, read_error(error, self._sdk, self.key)
