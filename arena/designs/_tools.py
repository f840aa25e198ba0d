"""The tools that a scenario gives to its seats: checking them, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from arena.core.errors import UsageError
from arena.registry import ToolLike, make_tool


def _listed(given: Any) -> Any:
    if not isinstance(given, Mapping):
        return given
    return {
        seat: tuple(tools) if isinstance(tools, list | tuple) else (tools,) for seat, tools in given.items()
    }


SeatTools = Annotated[Mapping[str, tuple[ToolLike, ...]], BeforeValidator(_listed)]
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


def merged(*given: Mapping[str, Sequence[ToolLike]]) -> dict[str, tuple[ToolLike, ...]]:
    """Return the tools of all of these, by seat. A tool that a seat has twice is left out once."""
    found: dict[str, list[ToolLike]] = {}
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
