"""Calls of tools in an agent's text, for agents whose interface has no calls of its own.

A call is a line that begins with ``Tool:``, the name of the tool and a JSON object. It stands at the end of
the reply, behind what the agent thought, and several calls stand one below the other. What stands in a quoted
line, in a block of code or in thoughts is no call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from arena.forms import Status, Unusable
from arena.forms.reading import thought_apart
from arena.prompts import Prompts
from arena.seat.calls import ToolCall, ToolSpec
from arena.seat.messages import fenced

PROMPTS = Prompts(Path(__file__).with_name("tools"))
MOST_CALLS = 64
"""The most calls in one reply. A reply with more of them is unusable."""
_BEGINS = re.compile(r"^Tool:[ \t]+([\w.-]{1,64})[ \t]*(?=\{|\r?$)", re.MULTILINE)
_FENCE = r" {0,3}(?P<code>`{3,}|~{3,})(?P<info>[^\n]*)"
_LINES = re.compile(rf"^(?:{_FENCE}|{_BEGINS.pattern.removeprefix('^')})", re.MULTILINE)
_BETWEEN = re.compile(r"\s*")
_DECODER = json.JSONDecoder()


class TextCalls(NamedTuple):
    """The calls in a text, and what stands before them."""

    said: str
    calls: tuple[ToolCall, ...]


def explained(specs: Sequence[ToolSpec]) -> str:
    """Return what an agent is told in its brief of its tools, and of how to call them."""
    listed = [
        PROMPTS.text(
            "tool",
            name=spec.name,
            description=fenced(spec.description) if spec.description else "",
            schema=fenced(json.dumps(spec.schema, ensure_ascii=False)),
        )
        for spec in specs
    ]
    return PROMPTS.text("tools", tools="\n\n".join(listed))


def written(said: str, calls: Sequence[ToolCall]) -> str:
    """Return calls as an agent would write them, behind what it said beside them."""
    lines = [f"Tool: {call.name} {call.arguments}" for call in calls]
    return "\n".join([said, *lines] if said else lines)


def read_calls(text: str, tools: Collection[str], number: int) -> TextCalls | None:
    """Return the calls at the end of a text, or None if it calls nothing.

    Args:
        text: the text.
        tools: the names of the tools that may be called.
        number: the number of the seat's request, by which the calls are called.

    Raises:
        Unusable: if something stands behind a call, because it could be read both as a call and as an answer.
    """
    _, spoken = thought_apart(text)
    begun = _first_call(spoken, tools) if "Tool:" in spoken else None
    if begun is None:
        return None
    calls: list[ToolCall] = []
    at = begun
    while at < len(spoken):
        one = _BEGINS.match(spoken, at)
        if one is None:
            raise Unusable(
                Status.AMBIGUOUS,
                "it calls a tool and says more behind the call; call tools at the end, or answer without",
            )
        if len(calls) == MOST_CALLS:
            raise Unusable(Status.ILLEGAL, f"it calls tools more than {MOST_CALLS} times")
        arguments, end = _arguments(spoken, one.end())
        calls.append(ToolCall(f"call_{number}_{len(calls)}", one[1], arguments))
        at = _end_of(_BETWEEN, spoken, end)
    return TextCalls(spoken[:begun].rstrip(), tuple(calls))


def _first_call(text: str, tools: Collection[str]) -> int | None:
    """Return where the first call begins: a line with arguments or the name of a tool, and not in code."""
    code = ""
    for one in _LINES.finditer(text):
        fence = one["code"]
        if fence and code:
            code = "" if fence.startswith(code) and not one["info"].strip() else code
        elif fence:
            code = fence if fence[0] == "~" or "`" not in one["info"] else ""
        elif not code and (text[one.end() : one.end() + 1] == "{" or one[3] in tools):
            return one.start()
    return None


def _arguments(text: str, start: int) -> tuple[str, int]:
    """Return the arguments at a place, and where they end. Broken ones are the rest of the line."""
    line = text.find("\n", start)
    line = len(text) if line < 0 else line
    try:
        _, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return text[start:line].strip(), line
    rest = text.find("\n", end)
    if text[end : len(text) if rest < 0 else rest].strip():
        return text[start:line].strip(), line
    return text[start:end], end


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()
