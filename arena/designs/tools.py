"""The tools that a scenario gives to its seats: finding them by name, checking and describing them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf

from arena.core.errors import UsageError
from arena.registry import find
from arena.tools import MCP_PREFIX, FunctionTool, McpServer, ToolSource

ToolLike = str | InstanceOf[ToolSource] | Callable[..., Any]
"""Tools, or their name, such as ``calculator``, ``tools.py:search`` or ``mcp:COMMAND``; or a function."""


def make_tool(given: ToolLike) -> ToolSource:
    """Return the source of the tools that a name stands for.

    A name is in the table of tools, or it is ``file.py:function``. Behind ``mcp:`` stands the command or the
    address of an MCP server, and behind a ``#`` the names of those of its tools that are offered, such as
    ``mcp:python server.py#add,multiply``.

    Raises:
        UnknownName: if the name does not exist.
        UsageError: if what it stands for cannot be a tool.
        MissingExtra: if it is an MCP server and the extra ``mcp`` is not installed.
    """
    if isinstance(given, str) and given.startswith(MCP_PREFIX):
        server, _, only = given.removeprefix(MCP_PREFIX).partition("#")
        return McpServer(server.strip(), tuple(filter(None, map(str.strip, only.split(",")))))
    found = find("tools", given) if isinstance(given, str) else given
    if isinstance(found, ToolSource):
        return found
    if not callable(found):
        raise UsageError(f"{given} is no tool: it is a {type(found).__name__}, and must be a function.")
    return FunctionTool(found, given if isinstance(given, str) else "")


def _listed(given: Any) -> Any:
    if not isinstance(given, Mapping):
        return given
    return {
        seat: tuple(tools) if isinstance(tools, list | tuple) else (tools,) for seat, tools in given.items()
    }


ToolsBySeat = Annotated[Mapping[str, tuple[ToolLike, ...]], BeforeValidator(_listed)]
"""The tools of seats, by seat. One tool alone may stand in place of a list."""


def check_tools(tools: Mapping[str, Sequence[ToolLike]], seats: Collection[str], where: str = "") -> None:
    """Check that tools are for seats that there are, and that they are tools.

    Raises:
        UsageError: if they are not. `where` ends the sentence about a seat.
    """
    for seat, given in tools.items():
        if seat not in seats:
            raise UsageError(
                f"No seat is called {seat}{where}, so it can have no tools; the seats are {', '.join(seats)}."
            )
        for one in given:
            make_tool(one)


def tools_together(*given: Mapping[str, Sequence[ToolLike]]) -> dict[str, tuple[ToolLike, ...]]:
    """Return the tools of all of these, by seat. A tool that a seat has twice is left out once."""
    found: dict[str, list[ToolLike]] = {}
    if not any(given):
        return {}
    for tools in given:
        for seat, own in tools.items():
            listed = found.setdefault(seat, [])
            listed += [one for one in own if one not in listed]
    return {seat: tuple(own) for seat, own in found.items() if own}


def described_tools(tools: Mapping[str, Sequence[ToolLike]]) -> dict[str, Any]:
    """Return the tools of seats as JSON-able values: their names, and the digests of their files."""
    return {
        seat: [{"tool": name_of(one), **make_tool(one).described()} for one in own]
        for seat, own in tools.items()
        if own
    }


def name_of(tool: ToolLike) -> str:
    """Return what a tool is called where it is offered: its name, or the place of its function."""
    if isinstance(tool, str):
        return tool
    return str(getattr(tool, "__qualname__", "") or type(tool).__qualname__)
