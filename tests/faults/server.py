"""A server on loopback that speaks OpenAI's and Anthropic's dialects and misbehaves as it is told.

It counts the calls it received and the tokens of every usage that it sent whole and in the right types.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Any

from tests.faults.dialects import (
    CACHED_TOKENS,
    COMPLETION_TOKENS,
    PROMPT_TOKENS,
    Body,
    add_tokens,
    answer_to,
    anthropic_error,
    anthropic_events,
    anthropic_reply,
    openai_error,
    openai_events,
    openai_reply,
)

HUGE = 10_000_000


class Trouble(StrEnum):
    """How a call can go wrong."""

    LIMITED = "429"
    LIMITED_FOR = "429 with Retry-After"
    BROKEN = "500"
    UNAVAILABLE = "503"
    RESET = "connection reset"
    HANG = "hang"
    CUT = "body cut in half"
    NOT_JSON = "invalid JSON"
    NO_CHOICES = "empty choices"
    NULL_CONTENT = "null content"
    REFUSAL = "refusal"
    LENGTH = "length stop"
    WRONG_USAGE = "wrong types in usage"
    WRONG_TOKENS = "wrong types in logprobs"
    HUGE = "10 MB reply"
    TRICKLE = "slow trickle"
    BAD_KEY = "401"
    NO_MODEL = "404"
    NO_MONEY = "429 for want of money"
    TOO_LONG = "400 for a prompt that is too long"


MIXED = tuple(Trouble)[: tuple(Trouble).index(Trouble.BAD_KEY)]

_ERRORS = {
    Trouble.LIMITED: (429, "Too many requests.", "rate_limit_exceeded"),
    Trouble.LIMITED_FOR: (429, "Too many requests.", "rate_limit_exceeded"),
    Trouble.BROKEN: (500, "Internal error.", "server_error"),
    Trouble.UNAVAILABLE: (503, "Overloaded.", "overloaded"),
    Trouble.BAD_KEY: (401, "Incorrect API key provided: {key}.", "invalid_api_key"),
    Trouble.NO_MODEL: (404, "There is no such model.", "model_not_found"),
    Trouble.TOO_LONG: (400, "The prompt is too long.", "context_length_exceeded"),
}

Troubling = Callable[[int], Trouble | None]


def always(trouble: Trouble | None) -> Troubling:
    """Make the same trouble for every call."""
    return lambda number: trouble


def first(*troubles: Trouble | None) -> Troubling:
    """Make each trouble once, in order, and none afterwards."""
    return lambda number: troubles[number] if number < len(troubles) else None


def mixed(rate: float, seed: int = 0, among: tuple[Trouble, ...] = MIXED) -> Troubling:
    """Make any of the troubles for a share of the calls."""
    rng = random.Random(seed)
    return lambda number: rng.choice(among) if rng.random() < rate else None


class FaultServer:
    """The server, to be used as an async context manager.

    Args:
        trouble: says by a call's number from 0 what goes wrong in it.
        answer: what the model writes.
        refuses: says by its body what goes wrong in a call, whenever it is made; before `trouble` is asked.
        latency: how many seconds each answer takes.
        retry_after: what the server asks for where it does.
        instead: returns the status and the body (bytes as they are, else as JSON) of the answer to a call in
            place of all this, or None.
        streams: whether it streams the replies that it is asked to stream. If not, it sends them whole.
        pace: how many seconds pass before each event of a stream.
    """

    def __init__(
        self,
        trouble: Troubling = lambda number: None,
        answer: Callable[[Body], str] = answer_to,
        latency: float = 0.0,
        retry_after: str = "3",
        refuses: Callable[[Body], Trouble | None] = lambda body: None,
        instead: Callable[[Body], tuple[int, object] | None] = lambda body: None,
        streams: bool = True,
        pace: float = 0.0,
    ) -> None:
        self.streams = streams
        self.pace = pace
        self.trouble = trouble
        self.refuses = refuses
        self.answer = answer
        self.latency = latency
        self.retry_after = retry_after
        self.instead = instead
        self.calls = 0
        self.busy = 0
        self.busiest = 0
        self.troubles: Counter[Trouble | None] = Counter()
        self.tokens: Counter[str] = Counter()
        self.bodies: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.connections: set[asyncio.StreamWriter] = set()
        self._handlers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FaultServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def root(self) -> str:
        """The address without a path, as Anthropic's client wants it."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """The address as OpenAI's client wants it."""
        return f"{self.root}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        self.connections.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self.connections.discard(writer)
            self._handlers.discard(task)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read a request and answer it; return whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
        }
        body = json.loads(await reader.readexactly(int(headers.get("content-length", 0))) or b"null")
        self.paths.append(path)
        trouble = (self.refuses(body) if body else None) or self.trouble(self.calls)
        if head[0].startswith("GET"):
            return await self._describe(writer, "anthropic-version" in headers, headers, trouble)
        self.calls += 1
        self.troubles[trouble] += 1
        self.bodies.append(body)
        self.headers.append(headers)
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            if trouble is Trouble.HANG:
                await reader.read(1)  # until the client goes
                return False
            if (other := self.instead(body)) is not None:
                status, sent = other
                if status == 200 and isinstance(sent, dict) and self.streams and body.get("stream"):
                    return await self._stream(writer, "anthropic-version" in headers, sent, None)
                await _send(writer, sent if isinstance(sent, bytes) else json.dumps(sent), status)
                return True
            return await self._respond(writer, "anthropic-version" in headers, body, headers, trouble)
        finally:
            self.busy -= 1

    async def _describe(
        self, writer: asyncio.StreamWriter, anthropic: bool, headers: dict[str, str], trouble: Trouble | None
    ) -> bool:
        """Answer what a model is, which is no call and costs nothing."""
        if trouble in _ERRORS:
            return await self._respond(writer, anthropic, {}, headers, trouble)
        await _send(writer, json.dumps({"id": "a model"}))
        return True

    async def _respond(
        self,
        writer: asyncio.StreamWriter,
        anthropic: bool,
        body: Body,
        headers: dict[str, str],
        trouble: Trouble | None,
    ) -> bool:
        if trouble is Trouble.RESET:
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False
        if trouble in _ERRORS or trouble is Trouble.NO_MONEY:
            money = (429, "Pay first.", "enforced_spend_limit_reached" if anthropic else "insufficient_quota")
            status, message, code = _ERRORS.get(trouble, money)
            error = anthropic_error if anthropic else openai_error
            key = headers.get("authorization", "") + headers.get("x-api-key", "")
            extra = {"Retry-After": self.retry_after} if trouble is Trouble.LIMITED_FOR else {}
            await _send(writer, json.dumps(error(status, message.format(key=key), code)), status, extra)
            return True
        reply = _reply(anthropic, body, self.answer(body) if body else "", trouble)
        if self.streams and body.get("stream"):
            is_open = await self._stream(writer, anthropic, reply, trouble)
            self._count(trouble)
            return is_open
        sent = json.dumps(reply)
        if trouble is Trouble.NOT_JSON:
            sent = sent[: len(sent) // 2] + "<html>"
        if trouble is Trouble.CUT:
            writer.write(_head(200, len(sent)) + sent[: len(sent) // 2].encode())
            await writer.drain()
            return False
        if trouble is Trouble.TRICKLE:
            writer.write(_head(200, len(sent)))
            for byte in sent:
                writer.write(byte.encode())
                await writer.drain()
                await asyncio.sleep(2)
        else:
            await _send(writer, sent)
        self._count(trouble)
        return True

    def _count(self, trouble: Trouble | None) -> None:
        """Count the tokens of a usage that was sent whole."""
        if trouble not in (Trouble.NOT_JSON, Trouble.WRONG_USAGE, Trouble.CUT):
            self.tokens["prompt_tokens"] += PROMPT_TOKENS
            self.tokens["completion_tokens"] += COMPLETION_TOKENS
            self.tokens["cached_tokens"] += CACHED_TOKENS

    async def _stream(
        self, writer: asyncio.StreamWriter, anthropic: bool, reply: dict[str, Any], trouble: Trouble | None
    ) -> bool:
        """Send a reply event by event; return whether the connection stays open."""
        events = (anthropic_events if anthropic else openai_events)(reply)
        if trouble in (Trouble.NOT_JSON, Trouble.CUT):
            events = events[: len(events) // 2]
        if trouble is Trouble.NOT_JSON:
            events += [b"data: <html>\n\n"]
        head = {"Content-Type": "text/event-stream; charset=utf-8", "Transfer-Encoding": "chunked"}
        lines = ["HTTP/1.1 200 Status", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        for event in events:
            if self.pace:
                await asyncio.sleep(self.pace)
            for piece in [bytes([byte]) for byte in event] if trouble is Trouble.TRICKLE else [event]:
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
                if trouble is Trouble.TRICKLE:
                    await asyncio.sleep(2)
        if trouble is not Trouble.CUT:
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        return trouble is not Trouble.CUT


def _reply(anthropic: bool, body: Body, text: str, trouble: Trouble | None) -> dict[str, Any]:
    written = None if trouble is Trouble.NULL_CONTENT else text
    if trouble is Trouble.HUGE:
        written = "x" * HUGE
    if anthropic:
        reasons = {Trouble.REFUSAL: "refusal", Trouble.LENGTH: "max_tokens"}
        reply = anthropic_reply(
            written, stop_reason=reasons.get(trouble, "end_turn") if trouble else "end_turn"
        )
        if trouble is Trouble.NO_CHOICES:
            del reply["content"]
    elif trouble is Trouble.REFUSAL:
        reply = openai_reply(None, refusal="I'd rather not.")
    else:
        reply = openai_reply(written, finish_reason="length" if trouble is Trouble.LENGTH else "stop")
        if trouble is not Trouble.HUGE:
            add_tokens(reply, body, wrong=trouble is Trouble.WRONG_TOKENS)
        if trouble is Trouble.NO_CHOICES:
            reply["choices"] = []
    if trouble is Trouble.WRONG_USAGE:
        reply["usage"] = dict.fromkeys(reply["usage"], "many")
    return reply


def _head(status: int, length: int, extra: dict[str, str] | None = None) -> bytes:
    lines = {"Content-Type": "application/json", "Content-Length": str(length), **(extra or {})}
    return "\r\n".join(
        [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    ).encode()


async def _send(
    writer: asyncio.StreamWriter, body: str | bytes, status: int = 200, extra: dict[str, str] | None = None
) -> None:
    sent = body if isinstance(body, bytes) else body.encode()
    writer.write(_head(status, len(sent), extra) + sent)
    await writer.drain()
