"""Anthropic's models.

A request has up to three cache breakpoints: after the brief, where the seat's previous request ended, and at
its own end. So the cache entry of the previous request is found, even if many messages came in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from pydantic import NonNegativeInt

from agents.providers.anthropic_batches import AnthropicBatches
from agents.providers.anthropic_stream import MessageStream
from agents.providers.completion import (
    SAID_BY_CALL,
    Completion,
    answered_by,
    called,
    content_parts,
    object_of,
    part,
    tool_calls,
)
from agents.providers.faults import Fault, FaultKind, error_fault
from agents.providers.model import Model
from agents.providers.settings import MaxTokens
from agents.providers.stops import read_stop
from agents.providers.usage import counts
from agents.shared.pictures import base64_of
from arena.core.errors import UsageError
from arena.pictures import Picture
from arena.seat.agent import Request
from arena.seat.calls import Calling, ToolCall
from arena.seat.messages import Message

_LEAST_THINKING = 1024


@dataclass
class Anthropic(Model):
    """Answers with a completion of one of Anthropic's models; the key is in ANTHROPIC_API_KEY.

    The thinking budget is described at
    https://platform.claude.com/docs/en/build-with-claude/extended-thinking

    Args:
        thinking: The tokens, out of `max_tokens`, that the model may use to think before it answers; 0 for
            none.
    """

    _: KW_ONLY
    max_tokens: MaxTokens = 8192
    thinking: NonNegativeInt | None = None

    provider = package = "anthropic"
    door = AnthropicBatches
    stream = MessageStream
    efforts = ("low", "medium", "high", "xhigh", "max")
    needed = frozenset({"max_tokens"})
    path = "/v1/messages"
    models_path = "/v1/models"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.thinking and not _LEAST_THINKING <= self.thinking < self.max_tokens:
            raise UsageError(
                f"thinking must be a number of tokens from {_LEAST_THINKING:,} to below max_tokens, which is "
                f"{self.max_tokens:,}, or 0 for none; not {self.thinking:,}."
            )
        if self.thinking and (self.temperature not in (None, 1) or self.top_k is not None):
            raise UsageError("A model with a thinking budget takes no temperature and no top_k.")

    def body(self, request: Request, said: list[Message], schema: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return a message's parameters. The sampling parameters are for models that still take them."""
        system = [_block(message.content, mark=True) for message in said if message.role == "system"]
        spoken = _turns(message for message in said if message.role != "system")
        if request.begun:  # The interface takes no white space at the end of what is begun.
            last = spoken[-1][-1]
            spoken[-1][-1] = last._replace(content=last.content.rstrip())
        marked = _breakpoints(spoken)
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": self.limit(request),
            "messages": [
                {"role": _role(turn), "content": _blocks(turn, mark=place in marked)}
                for place, turn in enumerate(spoken)
            ],
            **self.sampling(),
        }
        if system:
            body["system"] = system
        if request.tools:
            body["tools"] = [
                {"name": one.name, "description": one.description, "input_schema": one.schema}
                for one in request.tools
            ]
        if schema is not None:
            body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        if self.effort is not None:
            body["output_config"] = {**body.get("output_config", {}), "effort": self.effort}
        if self.thinking is not None:
            budget = {"type": "enabled", "budget_tokens": self.thinking}
            body["thinking"] = budget if self.thinking else {"type": "disabled"}
        return body

    @property
    def calling(self) -> Calling:
        """How it calls tools. With a thinking budget in its text, because its thoughts are not sent back."""
        return Calling.TEXT if self.thinking else super().calling

    @property
    def continues(self) -> bool:
        """It goes on with what is begun unless it thinks first. Some models refuse it."""
        return not self.thinking

    def read(self, found: Mapping[str, Any]) -> Completion:
        """Return the text and thinking blocks."""
        usage = _usage(found.get("usage"))
        if found.get("error"):
            raise error_fault(found["error"], usage)
        blocks = found.get("content")
        said = content_parts(blocks)
        if blocks is None or said is None:
            raise Fault(FaultKind.GARBLED, "the message holds no text content", usage=usage)
        uses = [block for block in blocks if part(block, "type") == "tool_use"]
        arguments = called(uses) if not said.text else ""
        if arguments is None:
            raise Fault(
                FaultKind.GARBLED, "the message calls tools in a way that cannot be read", usage=usage
            )
        is_empty = not (said.text or said.thought or arguments)
        stop, notes = read_stop(found.get("stop_reason"), usage, is_empty=is_empty)
        notes += (SAID_BY_CALL,) if arguments else ()
        by = answered_by(found.get("model"))
        text = said.text or arguments
        calls = tool_calls(uses)
        return Completion(text, said.thought, stop, usage, answered_by=by, notes=notes, calls=calls)

    def open_client(self, sdk: Any, key: str, http_client: Any) -> Any:
        """Return Anthropic's client."""
        return sdk.AsyncAnthropic(
            api_key=key,
            base_url=self._address.base or None,
            max_retries=0,
            open_telemetry=False,
            http_client=http_client,
        )


def _block(text: str, *, mark: bool) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": text}
    if mark:
        block["cache_control"] = {"type": "ephemeral"}
    return block


def _turns(spoken: Iterable[Message]) -> list[list[Message]]:
    """Return messages by the turns that they make: what several tools returned is one of the user's."""
    found: list[list[Message]] = []
    for message in spoken:
        if message.role == "tool" and found and found[-1][0].role == "tool":
            found[-1].append(message)
        else:
            found.append([message])
    return found


def _role(turn: Sequence[Message]) -> str:
    return "user" if turn[0].role == "tool" else turn[0].role


def _blocks(turn: Sequence[Message], *, mark: bool) -> list[dict[str, Any]]:
    """Return the blocks of a turn, of which the last may be marked as a breakpoint."""
    blocks = [block for message in turn for block in _blocks_of(message)]
    if mark:
        blocks[-1]["cache_control"] = {"type": "ephemeral"}
    return blocks


def _blocks_of(message: Message) -> list[dict[str, Any]]:
    """Return the texts and the pictures of a message, its calls of tools, or what one returned."""
    if message.answers:
        return [{"type": "tool_result", "tool_use_id": message.answers, "content": message.content}]
    if message.calls:
        said = [_block(message.content, mark=False)] if message.content.strip() else []
        return [*said, *map(_use, message.calls)]
    if not message.pictures:
        return [_block(message.content, mark=False)]
    return [
        _block(piece, mark=False) if isinstance(piece, str) else {"type": "image", "source": _source(piece)}
        for piece in message.pieces
    ]


def _use(call: ToolCall) -> dict[str, Any]:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": object_of(call)}


def _source(picture: Picture) -> dict[str, str]:
    if picture.address:
        return {"type": "url", "url": picture.address}
    return {"type": "base64", "media_type": picture.media_type, "data": base64_of(picture)}


def _breakpoints(spoken: Sequence[Sequence[Message]]) -> set[int]:
    """Return the places of the breakpoints: the end, and where the seat's previous request ended."""
    own = (place for place in range(len(spoken) - 1, 0, -1) if spoken[place][0].role == "assistant")
    return {len(spoken) - 1, *(place - 1 for place in [next(own, None)] if place is not None)}


def _usage(found: object) -> dict[str, int]:
    """Return the counts. Here `prompt_tokens` includes cached tokens, which Anthropic counts apart."""
    usage = counts(
        {
            "prompt_tokens": part(found, "input_tokens"),
            "completion_tokens": part(found, "output_tokens"),
            "cached_tokens": part(found, "cache_read_input_tokens"),
            "cache_write_tokens": part(found, "cache_creation_input_tokens"),
            "reasoning_tokens": part(found, "output_tokens_details", "thinking_tokens"),
        }
    )
    if "prompt_tokens" in usage:
        usage["prompt_tokens"] += usage.get("cached_tokens", 0) + usage.get("cache_write_tokens", 0)
    return usage
