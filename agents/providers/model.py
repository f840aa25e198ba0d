"""A model behind a provider's interface: the part that is the same for every provider.

A subclass says how to write a request, how to read a completion and how to open the official client. The
client makes authentication, addresses and errors, but only its low-level ``post`` is called, which returns
the bare response. This package reads the response itself, so that a value of a wrong type is a fault and not
an object that looks right.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass, fields
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from agents.providers.attempts import answered, ended
from agents.providers.batch_door import BatchDoor
from agents.providers.batches import BatchQueue
from agents.providers.completion import Completion, json_object
from agents.providers.connection import Connection
from agents.providers.dialect import FOLD_SYSTEM, NO_STREAM, Change, dialect_of, rewritten, wanted
from agents.providers.faults import Fault, FaultKind, scrubbed
from agents.providers.notices import Answerers, changes_meaning, say_changed, settings_behind
from agents.providers.replies import reply_from
from agents.providers.schema import narrowed
from agents.providers.served import Served
from agents.providers.settings import merged
from agents.providers.streams import EventStream, LiveWords
from agents.providers.usage import believed
from agents.shared.pictures import encoded
from arena.core.aio import apart_if
from arena.seat.agent import Agent, Reply, Request
from arena.seat.batching import BATCHED, Batching
from arena.seat.messages import SYSTEM_FOLDED, Message, expected_usage, folded, to_be_sent
from arena.seat.transcript import LONG
from arena.seat.writing import LiveReply, live_reply

_BYTES = 4
"""The most bytes that a character takes."""


@dataclass(slots=True)
class _Asking:
    """One request to a model, over all attempts.

    `said` is the request as a conversation of so many `characters`, pictures included. With a `schema`, the
    reply is held to it. Where it is `live`, its words are told as they are written.
    """

    request: Request
    said: list[Message]
    schema: Mapping[str, Any] | None
    characters: int
    live: LiveReply | None


@dataclass
class Model(Served):
    """Answers with a model's completion."""

    needed: ClassVar[frozenset[str]] = frozenset()
    """The parameters that the interface requires. They are never left out, even if a server refuses one."""

    holds_calls: ClassVar[bool] = True
    """Whether a reply that may call tools can be held to a schema, which then holds only its answer."""

    door: ClassVar[type[BatchDoor]]
    """The provider's batch interface."""

    stream: ClassVar[type[EventStream]]
    """A completion as the provider streams it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._proven = False
        self._queue: BatchQueue | None = None
        self._answerers = Answerers(self.priced_as)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return an estimate of the tokens: the prompt's from its length, and those of a short answer.

        In a batch, whose cost is known only at its end, it is the longest answer.
        """
        expected = expected_usage(request)
        if self._queue is None:
            return expected
        most = self.limit(request) or expected["completion_tokens"]
        return {**expected, "completion_tokens": most, BATCHED: 1}

    def batched(self, batching: Batching, purpose: str) -> Agent:
        """Return the same model, which is asked by the provider's batch interface."""
        found = copy(self)
        found._connection = None
        account = f"{self.priced_as} {self.base_url}".strip()
        found._queue = BatchQueue(self.door(found._connected()), batching, account, purpose)
        return found

    async def close(self) -> None:
        """Close the client's connections."""
        if self._queue is not None:
            await self._queue.close()
        await super().close()

    async def reply(self, request: Request) -> Reply:
        """Ask the model.

        Raises:
            ProviderFailed: if no attempt succeeded. The message says how each of them ended.
            PromptTooLong: if the prompt is longer than the model takes.
            StopRun: if no request can be answered, because of the key, the money, the model or the provider.
        """
        connection = self._connected()
        tokens = sum(expected_usage(request).values())
        said = await apart_if(tokens > LONG, _said, request)
        may_hold = self.holds_calls or not request.tools
        is_free = request.in_pieces or request.form.reads_thoughts
        is_held = self.structured and may_hold and not is_free
        schema = narrowed(request.form.schema()) if is_held else None
        characters = sum(len(message.content) for message in said) + await encoded(said)
        can_stream = self._queue is None and connection.posts.can_stream
        live = live_reply(request) if can_stream else None
        asking = _Asking(request, said, schema, characters, live)
        with nullcontext() if live is None else live.writing(request.begun):
            outcome, usage, cost, faults = await answered(
                lambda: self._call(connection, asking),
                connection.limiter if self._queue is None else self._queue.limiter,
                request,
                tokens,
                self.priced_as,
            )
        usage = usage if self._queue is None else {**usage, BATCHED: 1}
        if isinstance(outcome, Fault):
            return ended(outcome, usage, faults, self.priced_as, proven=self._proven)
        self._proven = True
        reply = reply_from(outcome, connection.key)
        self._answerers.note(reply.answered_by)
        return reply._replace(usage=usage, model=self.priced_as, faults=faults, cost=cost)

    @abstractmethod
    def body(self, request: Request, said: list[Message], schema: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the body of the HTTP request.

        Args:
            request: the seat's request.
            said: the request as a conversation.
            schema: the JSON schema that the reply must follow; None for free text.
        """

    @abstractmethod
    def read(self, found: Mapping[str, Any]) -> Completion:
        """Return the completion in a response.

        Raises:
            Fault: if the response holds no completion.
        """

    def limit(self, request: Request) -> int | None:
        """Return the most tokens that the reply to a request may have; None leaves it to the server."""
        limits = [limit for limit in (self.max_tokens, request.most_tokens) if limit is not None]
        return min(limits, default=None)

    def sampling(self) -> dict[str, Any]:
        """Return the sampling parameters that are set."""
        given = {"temperature": self.temperature, "top_p": self.top_p, "top_k": self.top_k}
        return {name: value for name, value in given.items() if value is not None}

    async def _call(self, connection: Connection, asking: _Asking) -> Completion:
        changes, live = dialect_of(connection.limiter, self.model).changes, asking.live
        has_pictures = any(message.pictures for message in asking.said)
        body, notes = await apart_if(has_pictures, self._written, asking, changes)
        stream = self.stream(LiveWords(live, connection.key)) if live and "stream" in body else None
        if self._queue is None:
            content, fault = await connection.post(body, asking.characters, self.timeout, stream)
        else:
            content, fault = await self._queue.post(self.name, asking.request, body)
        if fault is None:
            try:
                completion = self._completion(connection, asking, stream, content)
            except Fault as found:
                fault = found
            else:
                is_held = "response_format" in body or "format" in body.get("output_config", {})
                return completion._replace(notes=(*notes, *completion.notes), structured=is_held)
        if live is not None:
            live.taken_back()
        change = wanted(fault, body, changes, self.needed)
        if change is not None:
            self._learn(connection, change, fault.reason)
            fault = Fault(FaultKind.CHANGED, fault.reason, usage=fault.usage, cost=fault.cost)
        raise fault  # outside of any except block, so that it is chained to no exception that holds the key

    def _completion(
        self, connection: Connection, asking: _Asking, stream: EventStream | None, content: bytes
    ) -> Completion:
        """Return the completion that came, whole or streamed.

        If the server cannot stream it, with its usage, no further stream is asked for. After one that broke
        off, the rest of the call is made without.

        Raises:
            Fault: if none came.
        """
        came = stream if stream is not None and stream.began else None
        sizes = {"sent": _BYTES * asking.characters, "received": came.size if came else len(content)}
        try:
            found = came.whole() if came else json_object(content)
            whole = self.read(found).for_form(asking.request.form)
            completion = whole.bounded().with_tools(asking.request)
        except Fault as fault:
            fault.reason = scrubbed(fault.reason, connection.key)
            fault.usage = believed(fault.usage, **sizes, most=self.max_tokens)
            if stream is not None and (came is None or came.is_broken):
                asking.live = None
                if fault.kind is FaultKind.GARBLED:
                    self._learn(connection, NO_STREAM, fault.reason)
            raise
        if stream is not None and (came is None or found.get("usage") is None):
            self._learn(connection, NO_STREAM, "it sent no stream, or no usage with it")
            completion = completion._replace(notes=(str(NO_STREAM), *completion.notes))
        return completion._replace(usage=believed(completion.usage, **sizes, most=self.max_tokens))

    def _written(
        self, asking: _Asking, changes: tuple[Change, ...]
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the body of a request with the changes that the server wants, and a note on each of them."""
        said = asking.said
        is_folded = FOLD_SYSTEM in changes and said[0].role == "system"
        body = self.body(asking.request, folded(said) if is_folded else said, asking.schema)
        body = {**merged(body, self.extra), **(self.stream.parameters if asking.live else {})}
        body, notes = rewritten(body, changes)
        return body, (SYSTEM_FOLDED, *notes) if is_folded else notes

    def _learn(self, connection: Connection, change: Change, reason: str) -> None:
        """Remember a change that the server wants, and report it if it is new.

        The user reads it on stderr if it replaces a setting of the user's own.
        """
        if dialect_of(connection.limiter, self.model).learn(change):
            to_user = changes_meaning(change) and self._was_given(change.parameter)
            say_changed(self.priced_as, change, reason, to_user=to_user)

    def _was_given(self, parameter: str) -> bool:
        """Whether the user has set what is sent as this parameter, even to the default value."""
        typed = dict(parse_qsl(self.name.partition("?")[2], keep_blank_values=True))
        settings = {field.name: field.default for field in fields(self)}
        return parameter in getattr(self, "extra", {}) or any(
            name in typed or (name in settings and getattr(self, name) != settings[name])
            for name in settings_behind(parameter)
        )


def _said(request: Request) -> list[Message]:
    return to_be_sent(request)
