"""Messages that Anthropic streams.

https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from agents.providers.completion import part
from agents.providers.streams import EventStream, LiveWords

_PIECES = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}
"""The pieces of a block that are kept, by the type of the delta that brings them. Signatures are not read."""


class MessageStream(EventStream):
    """A message that comes block by block."""

    def __init__(self, words: LiveWords) -> None:
        super().__init__(words)
        self._message: dict[str, Any] = {}
        self._usage: dict[str, Any] = {}
        self._blocks: dict[Any, dict[str, Any]] = {}
        self._pieces: dict[Any, list[str]] = {}

    def event(self, found: Mapping[str, Any]) -> None:
        """Take one event."""
        kind, number = found.get("type"), found.get("index")
        if kind == "message_start" and isinstance(found.get("message"), dict):
            self._message = {**found["message"]}
            self._usage |= _known(part(found, "message", "usage"))
        elif kind == "content_block_start" and isinstance(found.get("content_block"), dict):
            self._blocks[number] = found["content_block"]
            self._take_piece(number, part(found, "content_block", "text"), "text")
        elif kind == "content_block_delta":
            name = _PIECES.get(str(part(found, "delta", "type")))
            self._take_piece(number, name and part(found, "delta", name), name)
        elif kind == "message_delta":
            self._message |= _known(found.get("delta"))
            self._usage |= _known(found.get("usage"))
        elif kind == "message_stop":
            self.is_done = True

    def completion(self) -> dict[str, Any]:
        """Return the message."""
        whole = {**self._message, "usage": self._usage or self._message.get("usage")}
        if self._blocks:
            whole["content"] = [self._whole_block(number) for number in self._blocks]
        return whole

    def _take_piece(self, number: Any, piece: object, name: str | None) -> None:
        if isinstance(piece, str) and piece:
            self._pieces.setdefault(number, []).append(piece)
            if name != "partial_json":
                self.words.tell(piece, is_thought=name == "thinking")

    def _whole_block(self, number: Any) -> dict[str, Any]:
        block, text = self._blocks[number], "".join(self._pieces.get(number, ()))
        kind = block.get("type")
        if kind == "tool_use":
            return {**block, "input": _object_in(text)} if text else block
        return {**block, kind: text} if kind in ("text", "thinking") else block


def _known(found: object) -> dict[str, Any]:
    return (
        {name: value for name, value in found.items() if value is not None} if isinstance(found, dict) else {}
    )


def _object_in(text: str) -> Any:
    """Return the object that a call's arguments are; the text if it is none."""
    try:
        return from_json(text)
    except ValueError:
        return text
