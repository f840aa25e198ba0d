"""The calls of tools within an agent's turn: what may be called, a call, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic_core import from_json


class Calling(StrEnum):
    """How an agent calls tools."""

    NATIVE = "native"
    """It reads `Request.tools` and returns `Reply.calls`."""
    TEXT = "text"
    """It is told in its brief how to call them, and its calls are read from its text."""
    NONE = "none"
    """It cannot call tools: it asks other agents, whose calls it would not pass on."""


class ToolSpec(NamedTuple):
    """What an agent is told of a tool: its name, its description, and the JSON schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Any]

    def record(self) -> dict[str, Any]:
        """Return the tool as JSON-able values by name."""
        return {"name": self.name, "description": self.description, "schema": dict(self.schema)}


class ToolCall(NamedTuple):
    """A call of a tool. `arguments` is JSON as the agent wrote it, `id` tells the calls of a reply apart."""

    id: str
    name: str
    arguments: str


class ToolStatus(StrEnum):
    """What came of a call."""

    OK = "ok"
    UNKNOWN = "unknown tool"
    BAD_ARGUMENTS = "bad arguments"
    ERROR = "error"
    """The tool itself failed, or says that it did."""
    TIMED_OUT = "timed out"
    BROKEN = "broken"
    """The tool's server died or could not be reached. It is not the agent's doing."""
    REFUSED = "refused"
    """The turn's calls were used up, so the tool was not called."""

    @property
    def is_the_agents_doing(self) -> bool:
        """Whether the agent made a call that no tool could have answered."""
        return self in (ToolStatus.UNKNOWN, ToolStatus.BAD_ARGUMENTS, ToolStatus.REFUSED)


class ToolResult(NamedTuple):
    """What came of a call. `text` is what the tool returned, or the reason why it returned nothing.

    If it is only the beginning of what the tool returned, `bytes` is the length of all of it in UTF-8.
    Otherwise it is 0.
    """

    call: ToolCall
    status: ToolStatus
    text: str
    bytes: int = 0

    def record(self) -> dict[str, Any]:
        """Return the result as JSON-able values by name."""
        cut = {"bytes": self.bytes} if self.bytes else {}
        return {**self.call._asdict(), "status": self.status.value, "text": self.text, **cut}


def calls_record(calls: Iterable[ToolCall]) -> list[list[str]]:
    """Return calls as JSON-able values."""
    return [list(call) for call in calls]


def calls_from_record(record: Iterable[Iterable[str]]) -> tuple[ToolCall, ...]:
    """Return the calls whose `calls_record` this is."""
    return tuple(ToolCall(*map(str, call)) for call in record)


def openai_calls(calls: Iterable[ToolCall]) -> list[dict[str, Any]]:
    """Return calls as OpenAI's chat completions hold them, and as most trainers read them."""
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]


def results_in(payload: str) -> tuple[ToolResult, ...]:
    """Return the results in the payload of an event in which tools returned."""
    return tuple(
        ToolResult(
            ToolCall(one["id"], one["name"], one["arguments"]),
            ToolStatus(one["status"]),
            one["text"],
            one.get("bytes", 0),
        )
        for one in from_json(payload)["results"]
    )
