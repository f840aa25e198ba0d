"""Tools of servers that speak the Model Context Protocol, by the official client (extra ``mcp``).

A server is a command, which is started and spoken to over its input and output, or an address of streamable
HTTP. What a server says is untrusted: the names, descriptions and schemas of its tools are checked and
bounded, its results are only ever text, and it can ask nothing of Arena. Each seat of each episode has a
session of its own, so that a server that remembers cannot carry words from one seat to another.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import re
import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from arena.core.errors import MissingExtra, StopRun, UsageError
from arena.core.text import one_line, printable
from arena.seat.calls import ToolSpec
from arena.tools._source import ToolBroken, ToolContext, ToolFailed, ToolSession, ToolSource
from arena.tools._toolbox import checked_specs

MCP_PREFIX = "mcp:"
"""What stands before the command or the address of a server in the name of its tools."""
_SECONDS_TO_OPEN = 30.0
_SECONDS_TO_CLOSE = 10.0
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_TOOLS = 128
_LONGEST_DESCRIPTION = 4_096
_LONGEST_SCHEMA = 32_768
_MOST_PAGES = 32
_SECRET = re.compile(
    r"(?<![a-z])(?:api_?key|key|token|secret|passw\w*|pwd)[= ]\S|authorization|\bsk-\w{8}", re.IGNORECASE
)
_CLOSED = -32000
"""The code with which the client says that the connection was closed."""


@dataclass(eq=False)
class McpServer(ToolSource):
    """The tools of a server that speaks the Model Context Protocol.

    A command gets only the environment that it needs to start (``HOME``, ``PATH`` and the like), so no keys.

    Args:
        server: The command that starts the server, or the address at which it listens, such as
            ``http://localhost:8000/mcp``.
        only: The names of the tools that are offered. The default is all of them.

    Raises:
        MissingExtra: if the extra ``mcp`` is not installed.
        UsageError: if the command is empty or cannot be read, or holds a key, or the address a password.
    """

    server: str
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if importlib.util.find_spec("mcp") is None:
            raise MissingExtra("Tools of MCP servers need the package mcp", "mcp")
        self.is_address = self.server.startswith(("http://", "https://"))
        if self.is_address and "@" in urlsplit(self.server).netloc:
            raise UsageError("The address of an MCP server must hold no user and no password.")
        if _SECRET.search(self.server):
            raise UsageError("An MCP server must be named without a key, because the journal holds its name.")
        if not self.server.strip():
            raise UsageError(
                "Say how the MCP server is started, or its address: mcp:COMMAND or mcp:http://..."
            )
        try:
            self._command = [] if self.is_address else shlex.split(self.server)
        except ValueError as error:
            raise UsageError(f"The command of an MCP server cannot be read: {error}.") from None

    async def open(self) -> tuple[ToolSpec, ...]:
        """Ask the server which tools it has, and return those that are offered."""
        session = _McpSession(self)
        try:
            async with asyncio.timeout(_SECONDS_TO_OPEN):
                listed = await session.listed()
        except (ToolBroken, ToolFailed, TimeoutError) as error:
            why = str(error) or f"it did not answer within {_SECONDS_TO_OPEN:g} seconds"
            raise StopRun(
                f"The run is not begun. The MCP server {self.shown} cannot be used: {why}."
            ) from None
        finally:
            await session.close()
        wanted = [one for one in listed if not self.only or one.name in self.only]
        if len(wanted) > _MOST_TOOLS:
            raise StopRun(
                f"The MCP server {self.shown} has {len(wanted)} tools; name some of them behind a #."
            )
        try:
            return checked_specs(
                [self._checked(one) for one in wanted], self.only, f"The MCP server {self.shown}"
            )
        except UsageError as error:
            raise StopRun(f"The run is not begun. {error}") from None

    def session(self) -> ToolSession:
        """Return a session, which connects when a tool is first called."""
        return _McpSession(self)

    def described(self) -> dict[str, Any]:
        """Return the command or the address, and which tools are offered."""
        return {"mcp": self.server, "only": list(self.only)}

    @property
    def shown(self) -> str:
        """The command or the address, for errors."""
        return one_line(self.server, 200)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Any]:
        """Connect to the server, and start it if it is a command."""
        from mcp import Client, StdioServerParameters
        from mcp.client.stdio import stdio_client

        logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)  # it logs what servers say
        if self.is_address:
            async with Client(self.server) as client:
                yield client
            return
        command, *arguments = self._command
        started = StdioServerParameters(command=command, args=arguments, encoding_error_handler="replace")
        with open(os.devnull, "w") as nowhere:  # noqa: ASYNC230, PTH123 - it blocks for no time
            async with Client(stdio_client(started, errlog=nowhere)) as client:
                yield client

    def _checked(self, listed: Any) -> ToolSpec:
        """Return a tool that the server lists, if an agent can call it.

        Raises:
            StopRun: if its name or its schema cannot be sent to a model.
        """
        name, schema = listed.name, listed.input_schema
        if not _NAME.fullmatch(name):
            raise StopRun(
                f"The run is not begun. The MCP server {self.shown} has a tool that no model can call, "
                f"because of its name: {one_line(name, 100)!r}."
            )
        try:
            size = len(json.dumps(schema))
        except (ValueError, RecursionError):
            size = _LONGEST_SCHEMA + 1
        if not isinstance(schema, dict) or schema.get("type") != "object" or size > _LONGEST_SCHEMA:
            raise StopRun(
                f"The run is not begun. The tool {name} of the MCP server {self.shown} takes arguments that "
                f"are no JSON object, or have a schema of more than {_LONGEST_SCHEMA:,} characters."
            )
        return ToolSpec(name, printable((listed.description or "")[:_LONGEST_DESCRIPTION]).strip(), schema)


class _McpSession(ToolSession):
    """A connection of one seat in one episode.

    A task of its own holds the connection, because it must be opened and closed in the same task, and the
    seat's turns may run in several.
    """

    def __init__(self, server: McpServer) -> None:
        self._server = server
        self._holding: asyncio.Task[None] | None = None
        self._client: asyncio.Future[Any] | None = None
        self._closing = asyncio.Event()

    async def listed(self) -> list[Any]:
        """Return the tools that the server lists."""
        client = await self._connected()
        found: list[Any] = []
        cursor = None
        try:
            for _ in range(_MOST_PAGES):
                page = await client.list_tools(cursor=cursor)
                found += page.tools
                cursor = page.next_cursor
                if not cursor:
                    break
        except Exception as error:
            raise _read(error) from None
        return found

    async def call(self, name: str, arguments: Mapping[str, Any], context: ToolContext) -> str:
        """Call a tool. Raises `ToolFailed` if it fails, and `ToolBroken` if the server is gone."""
        client = await self._connected()
        try:
            came = await client.call_tool(name, dict(arguments))
        except Exception as error:
            read = _read(error)
            if isinstance(read, ToolBroken):
                await self.close()  # The next call starts the server again.
            raise read from None
        text = _text_of(came)
        if getattr(came, "is_error", False):
            raise ToolFailed(text)
        return text

    async def close(self) -> None:
        """Close the connection. A server that was started is ended."""
        holding, client = self._holding, self._client
        self._holding = self._client = None
        if holding is None:
            return
        self._closing.set()
        self._closing = asyncio.Event()
        if client is not None and not client.done():
            holding.cancel()  # It still connects, so it would not hear that it is to close.
        await asyncio.wait([holding], timeout=_SECONDS_TO_CLOSE)
        if not holding.done():
            holding.cancel()
            await asyncio.wait([holding], timeout=_SECONDS_TO_CLOSE)

    async def _connected(self) -> Any:
        if self._client is None:
            self._client = asyncio.get_running_loop().create_future()
            self._holding = asyncio.create_task(self._hold(self._client, self._closing))
        try:
            return await asyncio.shield(self._client)
        except ToolBroken:
            await self.close()
            raise

    async def _hold(self, client: asyncio.Future[Any], closing: asyncio.Event) -> None:
        try:
            async with self._server.client() as opened:
                client.set_result(opened)
                await closing.wait()
        except Exception as error:
            if not client.done():
                client.set_exception(ToolBroken(one_line(_cause(error), 200)))
                client.exception()
        finally:
            if not client.done():
                client.set_exception(ToolBroken("the connection was closed"))
                client.exception()


def _read(error: Exception) -> ToolFailed | ToolBroken:
    """Return what an error of the client means: the server answered with it, or is gone."""
    from mcp import MCPError

    code = getattr(getattr(error, "error", None), "code", None)
    if isinstance(error, MCPError) and code != _CLOSED:
        return ToolFailed(str(error))
    return ToolBroken(one_line(_cause(error), 200))


def _cause(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _text_of(came: Any) -> str:
    """Return a result as text. Anything but text is named and left out."""
    texts = []
    for block in getattr(came, "content", None) or ():
        if getattr(block, "type", "") == "text" and isinstance(block.text, str):
            texts.append(block.text)
        else:
            kind = getattr(block, "mime_type", None) or getattr(block, "type", "something")
            texts.append(f"[{one_line(str(kind), 60)}, which is not text, is left out]")
    structured = getattr(came, "structured_content", None)
    if not texts and structured is not None:
        with suppress(ValueError, RecursionError):
            texts.append(json.dumps(structured, ensure_ascii=False))
    return "\n".join(texts)
