"""Chat completions that are streamed, by OpenAI and by servers that speak its interface.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.providers.completion import content_parts, part, thought_in
from agents.providers.streams import EventStream, LiveWords, text_of

_IN_PIECES = ("delta", "logprobs", "token_ids")


class ChatStream(EventStream):
    """A chat completion that comes in chunks. Only its first choice is kept, as only that is read."""

    parameters = {"stream": True, "stream_options": {"include_usage": True}}  # noqa: RUF012 - as the base has it

    def __init__(self, words: LiveWords) -> None:
        super().__init__(words)
        self._found: dict[str, Any] = {}
        self._choice: dict[str, Any] | None = None
        self._message: dict[str, list[Any]] = {}
        self._calls: dict[Any, Any] = {}

    def event(self, found: Mapping[str, Any]) -> None:
        """Take one chunk."""
        choices = found.get("choices")
        self._found |= _known(found, ("choices",))
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict) and choice.get("index") in (None, 0):
                self._take_choice(choice)

    def completion(self) -> dict[str, Any]:
        """Return the completion."""
        if self._choice is None:
            return {**self._found, "choices": []}
        message = {name: text_of(pieces) for name, pieces in self._message.items()}
        if self._calls:
            message["tool_calls"] = list(self._calls.values())
        return {**self._found, "choices": [{**self._choice, "message": message}]}

    def _take_choice(self, choice: Mapping[str, Any]) -> None:
        kept = self._choice = self._choice or {}
        kept |= _known(choice, _IN_PIECES)
        self.is_done = self.is_done or choice.get("finish_reason") is not None
        tokens = part(choice, "logprobs", "content")
        if isinstance(tokens, list):
            kept["logprobs"] = {"content": (part(kept, "logprobs", "content") or []) + tokens}
        ids = choice.get("token_ids")
        if ids is not None:
            known = kept.get("token_ids")
            kept["token_ids"] = known + ids if isinstance(known, list) and isinstance(ids, list) else ids
        delta = choice.get("delta")
        if isinstance(delta, dict):
            self._take_delta(delta)

    def _take_delta(self, delta: Mapping[str, Any]) -> None:
        for name, value in delta.items():
            if name == "tool_calls":
                for call in value if isinstance(value, list) else ():
                    self._take_call(call)
            elif name == "role":
                self._message[name] = [value]
            elif value is not None:
                self._message.setdefault(name, []).append(value)
        said = content_parts(delta.get("content"))
        self.words.tell(thought_in(delta) or (said.thought if said else ""), is_thought=True)
        self.words.tell(said.text or said.refusal if said else "")
        if isinstance(delta.get("refusal"), str):
            self.words.tell(delta["refusal"])

    def _take_call(self, call: Any) -> None:
        """Take a piece of a call. A piece without a number belongs to the last call, unless its id is new."""
        number = part(call, "index")
        if number is None:
            given = part(call, "id")
            is_new = not self._calls or (given and given != part(self._calls[max(self._calls)], "id"))
            number = len(self._calls) if is_new else max(self._calls)
        if number not in self._calls or not isinstance(call, dict):
            self._calls[number] = {**call, "function": {}} if isinstance(call, dict) else call
        whole, piece = self._calls[number], part(call, "function")
        if not (isinstance(whole, dict) and isinstance(piece, dict)):
            return
        whole.pop("index", None)
        function = whole["function"]
        for name, value in piece.items():
            both = name == "arguments" and isinstance(function.get(name), str) and isinstance(value, str)
            if both:
                function[name] += value
            elif value is not None and not function.get(name):
                function[name] = value


def _known(found: Mapping[str, Any], left_out: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in left_out and value is not None}
