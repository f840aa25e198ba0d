"""The completion, in the form that all providers share, and the careful reading of a server's JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import count
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from agents.providers.faults import Fault, FaultKind
from arena.core.text import printable
from arena.forms import Form
from arena.seat.agent import NOT_SAID, AnsweredBy, Request, Stop, Tokens
from arena.seat.calls import ToolCall

LONGEST_NAME = 200
"""The most characters of a model's name, as the server reports it, that are kept."""
LONGEST_TEXT = 1_000_000
"""The most characters of a completion that are kept. No model writes so many, and they do not fill a disk."""


LONGEST_TOOL_NAME = 64
"""The most characters of a tool's name that servers take."""
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Completion(NamedTuple):
    """A model's text, its separate reasoning, why it stopped, its usage and its tokens.

    `cost` is in dollars, or None if the server does not report it. `answered_by` is the server's name for the
    model that answered. `notes` are as in `arena.seat.agent.RequestUsage`. `structured` is true if JSON was
    requested by a schema. `calls` are the tools that the model calls, or None if they cannot be read.
    `written` is the text as it was generated if the reasoning was taken out of it; else it is empty.
    """

    text: str
    reasoning: str
    stop: Stop
    usage: Mapping[str, int]
    tokens: Tokens | None = None
    cost: float | None = None
    answered_by: AnsweredBy = NOT_SAID
    notes: tuple[str, ...] = ()
    structured: bool = False
    calls: tuple[ToolCall, ...] | None = ()
    written: str = ""

    def for_form(self, form: Form[Any]) -> Completion:
        """Return the completion with its text as it was generated, if the form reads thoughts."""
        return self._replace(text=self.written) if self.written and form.reads_thoughts else self

    def with_tools(self, request: Request) -> Completion:
        """Return the completion as the answer to a request that offers tools, or that offers none.

        Raises:
            Fault: if it offers some, and the calls cannot be read.
        """
        if not request.tools or self.calls == ():
            return self._replace(calls=())
        if self.calls is None:
            raise Fault(
                FaultKind.GARBLED, "the calls of tools cannot be read", usage=self.usage, cost=self.cost
            )
        text = "" if SAID_BY_CALL in self.notes else self.text
        notes = tuple(note for note in self.notes if note != SAID_BY_CALL)
        calls: list[ToolCall] = []
        taken, used = {call.id for call in self.calls}, set[str]()
        for number, call in enumerate(self.calls):
            given = call.id
            if not _ID.fullmatch(given) or given in used:
                made = (f"call_{request.count}_{one}" for one in count(number))
                given = next(id_ for id_ in made if id_ not in taken)
                taken.add(given)
            used.add(given)
            calls.append(call._replace(id=given))
        return self._replace(text=text, notes=notes, calls=tuple(calls))

    def bounded(self) -> Completion:
        """Return the completion, cut off and marked as truncated if it is longer than any model writes."""
        called_with = sum(len(call.arguments) for call in self.calls or ())
        if max(len(self.text), len(self.reasoning), called_with) <= LONGEST_TEXT:
            return self
        text, reasoning = self.text[:LONGEST_TEXT], self.reasoning[:LONGEST_TEXT]
        return self._replace(text=text, reasoning=reasoning, stop=Stop.TRUNCATED, tokens=None, calls=())


def json_object(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object in `body`.

    A byte-order mark is skipped. Bytes that are not text, and halves of characters, stay in the texts as lone
    surrogates. In a reply, `arena.seat.response.checked` replaces them and adds a note.

    Raises:
        Fault: if the body is something else.
    """
    try:
        found = from_json(body)
    except ValueError:
        found = _leniently(body)
    if not isinstance(found, dict):
        raise Fault(FaultKind.GARBLED, f"the response is not a JSON object ({len(body):,} bytes)")
    return found


def is_json_object(text: str) -> bool:
    """Whether a text is one JSON object, bare or in a fence around the whole object.

    >>> is_json_object('```json\\n{"answer": "bet"}\\n```'), is_json_object("{A} bets.")
    (True, False)
    """
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```"):
        bare = bare[3:-3].removeprefix("json").removeprefix("JSON").strip()
    return bare.startswith("{") and bare.endswith("}")


def _leniently(body: bytes) -> object:
    """Return the JSON value in `body` in any encoding of its texts; None if the body is not JSON."""
    encoding = json.detect_encoding(body)
    try:
        text = body.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "replace")
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


class ContentParts(NamedTuple):
    """The parts of a message's content: the text, the separate reasoning, and a refusal."""

    text: str = ""
    thought: str = ""
    refusal: str = ""


_NOTHING_WRITTEN = ContentParts()
_TEXTS = frozenset({"text", "output_text"})
_THOUGHTS = frozenset({"thinking", "reasoning"})


def content_parts(content: object) -> ContentParts | None:
    """Return the parts of a message's content, which is a text or a list; None if it is neither.

    Mistral and Anthropic send reasoning in the list, and Mistral puts it in a list of its own. Entries that
    are neither text nor reasoning, such as calls of tools, are skipped.

    >>> content_parts([{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "I call."}])
    ContentParts(text='I call.', thought='Hm.', refusal='')
    """
    if content is None:
        return _NOTHING_WRITTEN
    if isinstance(content, str):
        return ContentParts(content)
    if not isinstance(content, list):
        return None
    texts: list[str] = []
    thoughts: list[str] = []
    refusals: list[str] = []
    for block in content:
        kind = part(block, "type")
        if not isinstance(kind, str):
            return None
        if kind in _TEXTS:
            said, into = part(block, "text"), texts
        elif kind in _THOUGHTS:
            inner = content_parts(part(block, "thinking") or part(block, "text"))
            said, into = inner and inner.text, thoughts
        elif kind == "refusal":
            said, into = part(block, "refusal"), refusals
        else:
            continue
        if not isinstance(said, str):
            return None
        into.append(said)
    return ContentParts("".join(texts), "".join(thoughts), "".join(refusals))


def thought_in(message: Mapping[str, Any]) -> str:
    """Return the reasoning that a message holds apart from its text, under any name that servers use."""
    for name in ("reasoning_content", "reasoning", "thinking"):
        found = content_parts(message.get(name))
        if found and (found.text or found.thought):
            return found.text or found.thought
    return ""


SAID_BY_CALL = "the reply is what a tool was called with"
"""The note on a reply that came as a tool's arguments although no tool was offered."""
SAID_BY_THOUGHT = "the reply is what the server took for reasoning"
"""The note on a reply in JSON that came, whole, in the place of the reasoning, as vLLM sends it."""


def called(calls: object) -> str | None:
    """Return the arguments of a message's tool calls, as JSON, one in each line.

    The result is "" without calls, and None if the calls cannot be read. A model that is asked for JSON may
    call a tool that nobody offered. Then its answer is in the arguments.
    """
    if not calls:
        return ""
    if not isinstance(calls, list):
        return None
    given = [part(call, "function", "arguments") or part(call, "input") for call in calls]
    if not all(isinstance(arguments, str | dict) for arguments in given):
        return None
    return "\n".join(one if isinstance(one, str) else to_json(one).decode() for one in given)


def tool_calls(calls: object) -> tuple[ToolCall, ...] | None:
    """Return the calls of tools in a message, or None if they cannot be read.

    A name that no tool can have is changed into one that servers take back.
    """
    if not calls:
        return ()
    if not isinstance(calls, list):
        return None
    found = []
    for call in calls:
        name = part(call, "function", "name") or part(call, "name")
        arguments = part(call, "function", "arguments")
        arguments = part(call, "input") if arguments is None else arguments
        arguments = to_json(arguments).decode() if isinstance(arguments, dict) else arguments or "{}"
        if not isinstance(name, str) or not isinstance(arguments, str):
            return None
        given = part(call, "id")
        id_ = given if isinstance(given, str) else ""
        found.append(ToolCall(id_, _NO_NAME.sub("_", name)[:LONGEST_TOOL_NAME], arguments))
    return tuple(found)


def object_of(call: ToolCall) -> dict[str, Any]:
    """Return a call's arguments as an object. Arguments that are none stand in one, as they came."""
    try:
        given = from_json(call.arguments or "{}")
    except ValueError:
        given = None
    return given if isinstance(given, dict) else {"arguments": call.arguments}


def part(found: object, *path: str) -> Any:
    """Return the value at `path` in nested objects, or None if there is no value."""
    for name in path:
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def answered_by(model: object, fingerprint: object = None) -> AnsweredBy:
    """Return the server's name and fingerprint of the model that answered.

    Values that are not text are left out.
    """
    return AnsweredBy(*(_named(said) for said in (model, fingerprint)))


def _named(said: object) -> str:
    return printable(said[:LONGEST_NAME]) if isinstance(said, str) else ""
