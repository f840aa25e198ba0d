"""A model behind a provider's interface: what is the same in all dialects.

A dialect says how a request is written and a completion read, and opens the official client. The client is
asked through its low-level ``post`` for the bare response: authentication, addresses and errors are its
own, while the response is read here, where a wrong type is a fault and not an object that looks right.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from abc import abstractmethod
from collections.abc import Awaitable, Mapping
from dataclasses import KW_ONLY, dataclass, field, fields
from typing import Annotated, Any, ClassVar, get_args
from urllib.parse import parse_qsl, quote

from pydantic import Field

from agents.providers.address import Address, read_address
from agents.providers.attempts import answered, ended
from agents.providers.completion import SAID_BY_THOUGHT, Completion, is_json_object, json_object
from agents.providers.dialect import FOLD, Adjustment, Change, dialect_of, wanted, written
from agents.providers.faults import Fault, FaultKind, read_error, scrubbed, without_secret
from agents.providers.schema import narrowed
from agents.providers.settings import (
    LONGEST_WAIT,
    MOST_CONCURRENT,
    Effort,
    Extra,
    MaxTokens,
    PerMinute,
    TopK,
    merged,
)
from agents.providers.usage import believed
from arena.core.aio import apart_if
from arena.core.errors import StopRun, UsageError
from arena.core.log import log
from arena.core.text import printable
from arena.seat.agent import NOT_SAID, Agent, AnsweredBy, Reply, Request, Tokens
from arena.seat.messages import SYSTEM_FOLDED, Message, conversation, expected_usage, folded, messages
from arena.seat.transcript import LONG
from arena.spending.rate_limits import CONCURRENCY, RateLimiter, RateLimits, shared
from arena.workers.notices import on_stderr

_SECONDS_TO_OPEN = 20.0
_MOST_SAID = 5
_BYTES = 4
"""How many bytes a character takes at most."""
_ADDED = frozenset({"top_k", "effort", "thinking", "extra"})
"""Parameters that came later: where they are not given, an agent is the one that it was before them."""
_PACE = frozenset({"timeout", "concurrency", "requests_per_minute", "tokens_per_minute"})
_SETTINGS = {
    "max_completion_tokens": ("max_tokens",),
    "output_config": ("structured", "effort"),
    "reasoning_effort": ("effort",),
    "response_format": ("structured",),
    "return_token_ids": ("token_ids",),
    "top_logprobs": ("logprobs",),
}
"""The settings by which parameters are sent that have other names."""


class Connection:
    """An open client with its account; not a tuple, as its ``repr`` must not show the key."""

    def __init__(self, client: Any, key: str, limiter: RateLimiter, address: Address, path: str) -> None:
        from httpx2 import Response

        from agents.providers.wire import Posts

        self.client = client
        self.response = Response
        self.address = address
        self.posts = Posts(client, address.to(path))
        self.key = key
        self.limiter = limiter


@dataclass
class Model(Agent):
    """Answers with a model's completion.

    `model` is the provider's name for it, `base_url` an address other than the provider's. `temperature`,
    `top_p`, `top_k` and the reasoning `effort` are sent if given; not every model takes them. `extra` is a
    JSON object that is sent as it is, on top of all else. With `structured`, forms are sent as JSON schemas
    where that is possible. A call that takes longer than `timeout` seconds is given up. `concurrency`,
    `requests_per_minute` and `tokens_per_minute` bound the whole account, over all agents that use it.

    Args:
        model: The provider's name of the model.
        base_url: The address of the server, if it is not the provider's own.
        max_tokens: The most tokens of a reply.
        temperature: The temperature at which the model samples. Without it, the provider's default.
        top_p: The share of probability from which tokens are sampled. Without it, the provider's default.
        top_k: How many of the likeliest tokens are sampled from. Without it, the provider's default.
        effort: The reasoning effort. Without it, the provider's default; not every model takes it.
        extra: A JSON object that is sent as it is, on top of all else.
        structured: Whether forms are sent as JSON schemas where that is possible.
        timeout: After how many seconds a call is given up.
        concurrency: The most calls at once, over all agents that use the account.
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
    timeout: Annotated[float, Field(gt=0, le=LONGEST_WAIT)] = 300.0
    concurrency: Annotated[int, Field(ge=1, le=MOST_CONCURRENT)] = CONCURRENCY
    requests_per_minute: PerMinute | None = None
    tokens_per_minute: PerMinute | None = None

    provider: ClassVar[str]
    package: ClassVar[str]
    """The official client's package."""
    path: ClassVar[str]
    """Where completions are asked for, below the client's base URL."""
    models_path: ClassVar[str]
    """Where models are described, if the provider says."""
    efforts: ClassVar[tuple[str, ...]] = get_args(Effort)
    """The words for a reasoning effort that the provider has."""
    needed: ClassVar[frozenset[str]] = frozenset()
    """The parameters that the interface does not do without, though a server may refuse their values."""

    def __post_init__(self) -> None:
        self._address = self._read_address()
        if self.effort is not None and self.effort not in self.efforts:
            raise UsageError(f"The effort of {self.priced_as} is one of {', '.join(self.efforts)}.")
        # The clients take a second or two to import: now, and not when the run has begun.
        self._sdk: Any = importlib.import_module(self.package)
        self._connection: Connection | None = None
        self._proven = False
        self._answered_by = NOT_SAID
        self._have_answered: set[AnsweredBy] = set()

    async def open(self) -> None:
        """Ask the provider what it knows of the model, which costs nothing.

        A server that does not say, or cannot be reached, is left to the first request.

        Raises:
            UsageError: if there is no key.
            StopRun: if the key is refused or there is no such model.
        """
        connection = self._connected()
        if not self.models_path:
            return
        where = connection.address.to(f"{self.models_path}/{quote(self.model, safe='')}")
        asked = connection.client.get(where, cast_to=connection.response)
        _, fault = await self._response(connection, asked, min(self.timeout, _SECONDS_TO_OPEN))
        if fault is not None and fault.is_final:
            raise StopRun(f"The run is not begun. {self.priced_as}: {fault.reason}.")

    @property
    def priced_as(self) -> str:
        """The provider and its name for the model."""
        return f"{self.provider}:{self.model}"

    @property
    def shaped_by(self) -> Mapping[str, Any]:
        """All parameters but those that say how fast calls are made; the address, wherever it was given."""
        parameters = super().shaped_by or {}
        shaping = {
            name: value
            for name, value in parameters.items()
            if name not in _PACE and not (name in _ADDED and value in (None, {}))
        }
        return {**shaping, "base_url": self.base_url or os.environ.get(self._address_variable, "")}

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the tokens of the brief, the view and the prompt, by their length, and of a short answer."""
        return expected_usage(request)

    async def reply(self, request: Request) -> Reply:
        """Ask the model.

        Raises:
            ProviderFailed: if it came to nothing; the message says how every attempt ended.
            PromptTooLong: if the model does not take so long a prompt.
            StopRun: if no request can be answered: the key, the money, the model, the provider.
        """
        connection = self._connected()
        tokens = sum(expected_usage(request).values())
        said = await apart_if(tokens > LONG, _said, request)
        schema = narrowed(request.form.schema()) if self.structured else None
        characters = sum(len(message.content) for message in said)
        outcome, usage, cost, faults = await answered(
            lambda: self._call(connection, request, said, schema, characters),
            connection.limiter,
            request,
            tokens,
            self.priced_as,
        )
        if isinstance(outcome, Fault):
            return ended(outcome, usage, faults, self.priced_as, proven=self._proven)
        self._proven = True
        reply = _reply(outcome, connection.key)
        self._note(reply.answered_by)
        return reply._replace(usage=usage, model=self.priced_as, faults=faults, cost=cost)

    async def close(self) -> None:
        """Close the client's connections."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.client.close()

    def key_variable(self) -> str:
        """Return the name of the environment variable that holds the key; none if no key is needed."""
        return f"{self.provider.upper()}_API_KEY"

    @abstractmethod
    def body(self, request: Request, said: list[Message], schema: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what is sent.

        Args:
            request: what is asked.
            said: the request as a conversation.
            schema: what the reply must follow; None if it is free text.
        """

    @abstractmethod
    def read(self, found: Mapping[str, Any]) -> Completion:
        """Return the completion in a response.

        Raises:
            Fault: if there is none.
        """

    @abstractmethod
    def open_client(self, sdk: Any, key: str, http_client: Any) -> Any:
        """Return the client of the official package `sdk`, on `http_client`, without retries of its own."""

    def sampling(self) -> dict[str, Any]:
        """Return the sampling parameters that were given."""
        given = {"temperature": self.temperature, "top_p": self.top_p, "top_k": self.top_k}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def _address_variable(self) -> str:
        return f"{self.provider.upper()}_BASE_URL"

    def _read_address(self) -> Address:
        """Return the address that was given, or stands in the environment; empty if it is the usual one."""
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
            self._connection = Connection(client, key, limiter, address, self.path)
        return self._connection

    async def _call(
        self,
        connection: Connection,
        request: Request,
        said: list[Message],
        schema: Mapping[str, Any] | None,
        characters: int,
    ) -> Completion:
        changes = dialect_of(connection.limiter, self.model).changes
        body, notes = self._written(request, said, schema, changes)
        asked = connection.posts.post(body, characters)
        content, fault = await self._response(connection, asked, self.timeout)
        if fault is None:
            size = {"sent": _BYTES * characters, "received": len(content)}
            try:
                completion = self.read(json_object(content)).bounded()
            except Fault as found:
                fault = found
                fault.reason = scrubbed(fault.reason, connection.key)
                fault.usage = believed(fault.usage, **size, most=self.max_tokens)
            else:
                usage = believed(completion.usage, **size, most=self.max_tokens)
                is_held = "response_format" in body or "format" in body.get("output_config", {})
                notes = (*notes, *completion.notes)
                return completion._replace(usage=usage, notes=notes, structured=is_held)
        change = wanted(fault, body, changes, self.needed)
        if change is not None:
            self._learn(connection, change, fault)
            fault = Fault(FaultKind.CHANGED, fault.reason, usage=fault.usage, cost=fault.cost)
        raise fault  # out here, where it is chained to nothing that holds the key

    def _written(
        self,
        request: Request,
        said: list[Message],
        schema: Mapping[str, Any] | None,
        changes: tuple[Change, ...],
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the body of a request, changed to suit the server, and the notes on that."""
        is_folded = FOLD in changes and said[0].role == "system"
        body = merged(self.body(request, folded(said) if is_folded else said, schema), self.extra)
        body, notes = written(body, changes)
        return body, (SYSTEM_FOLDED, *notes) if is_folded else notes

    def _learn(self, connection: Connection, change: Change, fault: Fault) -> None:
        """Remember what the server wants; say so at once if the user wanted otherwise."""
        if not dialect_of(connection.limiter, self.model).learn(change):
            return
        log.warning("requests are changed to suit the server", model=self.priced_as, change=str(change))
        log.debug("requests are changed because", reason=fault.reason)
        if change.how not in (Adjustment.FOLD, Adjustment.RENAME) and self._was_given(change.parameter):
            on_stderr(printable(f"{self.priced_as}: {change}."))

    def _was_given(self, parameter: str) -> bool:
        """Whether the user has set what is sent as this parameter, to whatever value."""
        typed = dict(parse_qsl(self.name.partition("?")[2], keep_blank_values=True))
        settings = {field.name: field.default for field in fields(self)}
        return parameter in getattr(self, "extra", {}) or any(
            name in typed or (name in settings and getattr(self, name) != settings[name])
            for name in _SETTINGS.get(parameter, (parameter,))
        )

    def _note(self, answered_by: AnsweredBy) -> None:
        """Say it when the server says that something else answers than before.

        Servers go to and fro between two, so what has answered before is said in the log alone.
        """
        if NOT_SAID not in (answered_by, self._answered_by) and answered_by != self._answered_by:
            before, now = self._answered_by.shown(), answered_by.shown()
            log.warning("another model answers", asked=self.priced_as, before=before, now=now)
            if answered_by not in self._have_answered and len(self._have_answered) < _MOST_SAID:
                on_stderr(printable(f"{self.priced_as}: another model answers: {now}, and before {before}."))
        self._answered_by = answered_by
        self._have_answered.add(answered_by)

    async def _response(
        self, connection: Connection, asked: Awaitable[Any], seconds: float
    ) -> tuple[Any, Fault | None]:
        """Return the response that is asked for, or the fault."""
        try:
            async with asyncio.timeout(seconds):
                return await asked, None
        except TimeoutError:
            return None, Fault(FaultKind.TIMED_OUT, f"no answer within {seconds:g} seconds")
        except Exception as error:
            return None, read_error(error, self._sdk, connection.key)


def _said(request: Request) -> list[Message]:
    return conversation(messages(request))


def _reply(completion: Completion, key: str) -> Reply:
    if completion.structured and not completion.text.strip() and is_json_object(completion.reasoning):
        notes = (*completion.notes, SAID_BY_THOUGHT)
        completion = completion._replace(text=completion.reasoning, reasoning="", notes=notes)
    text, reasoning = without_secret(completion.text, key), without_secret(completion.reasoning, key)
    is_clean = (text, reasoning) == completion[:2] and not _reveals(completion.tokens, key)
    tokens = completion.tokens if is_clean else None
    answered_by = AnsweredBy(*(scrubbed(said, key) for said in completion.answered_by))
    is_object = completion.structured and is_json_object(text)
    return Reply(
        text,
        reasoning,
        completion.stop,
        structured=is_object,
        tokens=tokens,
        answered_by=answered_by,
        notes=completion.notes,
    )


def _reveals(tokens: Tokens | None, key: str) -> bool:
    """Whether the tokens spell the key, or one of them that might have been written does."""
    if tokens is None:
        return False
    texts = ["".join(tokens.texts), *(text for likely in tokens.likely for text in likely)]
    return any(without_secret(text, key) != text for text in texts)
