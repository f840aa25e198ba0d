"""An open connection to a provider: the official client, the key, and the limits of the account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from agents.providers.address import Address
from agents.providers.faults import Fault, FaultKind, read_error
from arena.spending.rate_limits import RateLimiter


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

    async def post(self, body: Any, characters: int, seconds: float) -> tuple[Any, Fault | None]:
        """Return the bytes of the response to a request for a completion, or the fault.

        Args:
            body: the request, as an object of JSON.
            characters: how many characters its messages have.
            seconds: how long to wait for the response.
        """
        return await self._within(seconds, self.posts.post(body, characters))

    async def _within(self, seconds: float, asked: Awaitable[Any]) -> tuple[Any, Fault | None]:
        try:
            async with asyncio.timeout(seconds):
                return await asked, None
        except TimeoutError:
            return None, Fault(FaultKind.TIMED_OUT, f"no answer within {seconds:g} seconds")
        except Exception as error:
            return None, read_error(error, self._sdk, self.key)
