"""The settings of a model on a provider's server, and the connection to it."""

from __future__ import annotations

import importlib
import os
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Annotated, Any, ClassVar, Literal, get_args
from urllib.parse import quote

from pydantic import Field

from agents.providers.address import Address, read_address
from agents.providers.connection import Connection
from agents.providers.settings import (
    LONGEST_WAIT,
    MOST_CONCURRENT,
    Effort,
    Extra,
    MaxTokens,
    PerMinute,
    TopK,
)
from arena.core.errors import StopRun, UsageError
from arena.seat.agent import Agent
from arena.seat.calls import Calling
from arena.spending.rate_limits import CALLS_IN_FLIGHT, RateLimits, shared

_SECONDS_TO_OPEN = 20.0
_ADDED = frozenset({"top_k", "effort", "thinking", "extra", "detail", "tool_calls"})
"""Parameters that were added later. An agent that does not use them has the same key in the response cache
as before they were added."""
_PACE = frozenset({"timeout", "concurrency", "requests_per_minute", "tokens_per_minute"})


@dataclass
class Served(Agent):
    """An agent whose model is on a provider's server: its settings, key, address and connection.

    `temperature`, `top_p`, `top_k` and `effort` are sent only if they are set, because not every model takes
    them.

    Args:
        model: The provider's name of the model.
        base_url: The address of the server, if it is not the provider's own.
        max_tokens: The most tokens that a reply may have.
        temperature: The temperature at which the model samples. The default is the provider's.
        top_p: The share of probability from which tokens are sampled. The default is the provider's.
        top_k: The model samples from this many of the likeliest tokens. The default is the provider's.
        effort: The reasoning effort. The default is the provider's. Not every model takes it.
        extra: A JSON object that is added to every request. Its values replace ours of the same name.
        tool_calls: How tools are called: ``native``, by the server's own calls, or ``text``, by lines of the
            reply, for servers that have none. The default is ``native``.
        structured: Whether forms are sent as JSON schemas where that is possible.
        timeout: The most seconds that a call may take. A call that takes longer is given up.
        concurrency: The most calls at the same time, over all agents that use the account.
        requests_per_minute: The most requests per minute, over all agents that use the account.
        tokens_per_minute: The most tokens per minute, over all agents that use the account.
    """

    model: Annotated[str, Field(min_length=1, max_length=500)]
    _: KW_ONLY
    base_url: str = ""
    max_tokens: MaxTokens | None = 8192
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: TopK | None = None
    effort: Effort | None = None
    extra: Extra = field(default_factory=dict)
    structured: bool = True
    tool_calls: Literal["native", "text"] | None = None
    timeout: Annotated[float, Field(gt=0, le=LONGEST_WAIT)] = 300.0
    concurrency: Annotated[int, Field(ge=1, le=MOST_CONCURRENT)] = CALLS_IN_FLIGHT
    requests_per_minute: PerMinute | None = None
    tokens_per_minute: PerMinute | None = None

    provider: ClassVar[str]
    package: ClassVar[str]
    """The official client's package."""
    path: ClassVar[str]
    """Where completions are requested, below the client's base URL."""
    models_path: ClassVar[str]
    """Where the provider describes its models; empty if it does not."""
    efforts: ClassVar[tuple[str, ...]] = get_args(Effort)
    """The reasoning efforts that the provider knows."""

    def __post_init__(self) -> None:
        self._address = self._read_address()
        if self.effort is not None and self.effort not in self.efforts:
            raise UsageError(f"The effort of {self.priced_as} must be one of {', '.join(self.efforts)}.")
        # The clients take a second or two to import, which would hold up a run that has begun.
        self._sdk: Any = importlib.import_module(self.package)
        self._connection: Connection | None = None

    async def open(self) -> None:
        """Ask the provider to describe the model, which costs nothing.

        If the server does not describe models or cannot be reached, the first request will show whether it
        works.

        Raises:
            UsageError: if there is no key.
            StopRun: if the provider refuses the key or knows no such model.
        """
        connection = self._connected()
        if not self.models_path:
            return
        path = f"{self.models_path}/{quote(self.model, safe='')}"
        _, fault = await connection.get(path, min(self.timeout, _SECONDS_TO_OPEN))
        if fault is not None and fault.is_final:
            raise StopRun(f"The run is not begun. {self.priced_as}: {fault.reason}.")

    @property
    def calling(self) -> Calling:
        """How it calls tools."""
        return Calling(self.tool_calls or Calling.NATIVE)

    @property
    def priced_as(self) -> str:
        """The provider, and the provider's name of the model."""
        return f"{self.provider}:{self.model}"

    @property
    def shaped_by(self) -> Mapping[str, Any]:
        """All parameters that shape replies, and the address, also if it comes from the environment.

        The parameters that only decide how fast calls are made are left out.
        """
        parameters = super().shaped_by or {}
        shaping = {
            name: value
            for name, value in parameters.items()
            if name not in _PACE and not (name in _ADDED and value in (None, {}))
        }
        return {**shaping, "base_url": self.base_url or os.environ.get(self._address_variable, "")}

    async def close(self) -> None:
        """Close the client's connections."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.client.close()

    def key_variable(self) -> str:
        """Return the name of the environment variable that holds the key; "" if no key is needed."""
        return f"{self.provider.upper()}_API_KEY"

    @abstractmethod
    def open_client(self, sdk: Any, key: str, http_client: Any) -> Any:
        """Return a client of the package `sdk` that sends through `http_client` and never retries."""

    @property
    def _address_variable(self) -> str:
        return f"{self.provider.upper()}_BASE_URL"

    def _read_address(self) -> Address:
        """Return the address from `base_url` or the environment; empty for the provider's own."""
        if self.base_url:
            return read_address(self.base_url, self.path)
        variable = self._address_variable
        return read_address(os.environ.get(variable, "").strip(), self.path, f"base_url in {variable}")

    def _connected(self) -> Connection:
        if self._connection is None:
            variable = self.key_variable()
            key = os.environ.get(variable, "").strip() if variable else ""
            if variable and not key:
                raise UsageError(f"{self.priced_as} needs a key in the variable {variable}.")
            from agents.providers.wire import http_client

            self._address = self._read_address()
            client = self.open_client(self._sdk, key, http_client(self.concurrency))
            limits = RateLimits(self.concurrency, self.requests_per_minute, self.tokens_per_minute)
            limiter = shared(self.provider, str(client.base_url), key, limits)
            address = self._address._replace(base=str(client.base_url))
            self._connection = Connection(self._sdk, client, key, limiter, address, self.path)
        return self._connection
