"""What a well-behaved server answers, in OpenAI's and in Anthropic's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

PROMPT_TOKENS, COMPLETION_TOKENS, CACHED_TOKENS = 20, 5, 8

Body = Mapping[str, Any]


def answer_to(body: Body) -> str:
    """Return a reply to a request: the first value that its schema allows, or what every form can read."""
    given = body.get("response_format", {}).get("json_schema") or body.get("output_config", {}).get("format")
    if not given:
        return "bet" if "bet" in _last(body) else "call"
    ((field, schema),) = given["schema"]["properties"].items()
    return json.dumps({field: schema["enum"][0] if "enum" in schema else schema.get("minimum", 0)})


def _last(body: Body) -> str:
    content = body["messages"][-1]["content"]
    return str(content if isinstance(content, str) else content[-1]["text"])


def openai_reply(text: str | None, **changes: Any) -> dict[str, Any]:
    """Return a chat completion; `changes` are of its message, or its ``finish_reason``."""
    reason = changes.pop("finish_reason", "stop")
    message = {"role": "assistant", "content": text, "refusal": None, **changes}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": reason, "message": message}],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
            "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "completion_tokens_details": {"reasoning_tokens": 2},
        },
    }


def tokens_of(text: str) -> list[str]:
    """Return the text as the server's model is said to have made it: four characters a token."""
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def add_tokens(reply: dict[str, Any], body: Body, *, wrong: bool = False) -> None:
    """Add to a chat completion what the request asks for of its tokens, or something of `wrong` types."""
    choice = reply["choices"][0]
    made = tokens_of(choice["message"]["content"] or "")
    if body.get("logprobs"):
        others = [
            {"token": f"an alternative {n}", "logprob": -1.0 - n} for n in range(body.get("top_logprobs", 0))
        ]
        choice["logprobs"] = {
            "content": [
                {"token": token, "bytes": [*token.encode()], "logprob": -0.5, "top_logprobs": others}
                for token in made
            ]
        }
        if wrong:
            choice["logprobs"] = {"content": [{"token": 1, "logprob": "much", "top_logprobs": [None]}, "x"]}
    if body.get("return_token_ids"):
        choice["token_ids"] = ["many"] if wrong else [100 + n for n in range(len(made))]
        reply["prompt_token_ids"] = "many" if wrong else [*range(PROMPT_TOKENS)]


def anthropic_reply(text: str | None, *, stop_reason: str = "end_turn") -> dict[str, Any]:
    """Return a message."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [
            {"type": "thinking", "thinking": "Let me see.", "signature": "x"},
            *([] if text is None else [{"type": "text", "text": text}]),
        ],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {
            "input_tokens": PROMPT_TOKENS - CACHED_TOKENS,
            "cache_read_input_tokens": CACHED_TOKENS,
            "cache_creation_input_tokens": 0,
            "output_tokens": COMPLETION_TOKENS,
        },
    }


def openai_error(status: int, message: str, code: str) -> dict[str, Any]:
    """Return an error in OpenAI's words."""
    return {"error": {"message": message, "type": code, "param": None, "code": code}}


def anthropic_error(status: int, message: str, code: str) -> dict[str, Any]:
    """Return an error in Anthropic's words; spend limits have their code in the details."""
    kinds = {
        401: "authentication_error",
        404: "not_found_error",
        429: "rate_limit_error",
        529: "overloaded_error",
    }
    details = {"details": {"error_code": code}} if "spend" in code else {}
    kind = kinds.get(status, "invalid_request_error" if status < 500 else "api_error")
    return {"type": "error", "error": {"type": kind, "message": message, **details}}


def openai_events(reply: dict[str, Any]) -> list[bytes]:
    """Return the events in which a server streams a chat completion: first the thoughts, then the text.

    What a completion has beside its text comes in the chunks where servers send it: tokens with the text that
    they spell, the reason of the end in the last chunk of the choice, the usage in a chunk of its own.
    """
    top = {name: part for name, part in reply.items() if name not in ("choices", "usage")}
    chunks: list[dict[str, Any]] = []
    for choice in reply.get("choices", [])[:1]:
        message = choice["message"]
        rest = {name: part for name, part in choice.items() if name not in ("message", "finish_reason")}
        spelt, ids = rest.pop("logprobs", None), rest.pop("token_ids", None)
        made: list[dict[str, Any]] = [{"delta": {"role": "assistant", "content": "", "refusal": None}}]
        for name in ("reasoning_content", "reasoning", "refusal"):
            made += [{"delta": {name: piece}} for piece in tokens_of(message.get(name) or "")]
        content = message.get("content")
        made += [{"delta": {"content": piece}} for piece in (_pieces(content) if content else ())]
        for number, call in enumerate(message.get("tool_calls") or ()):
            function = call["function"]
            head = {**call, "index": number, "function": {**function, "arguments": ""}}
            made.append({"delta": {"tool_calls": [head]}})
            for piece in tokens_of(function["arguments"]):
                made.append({"delta": {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}})
        _spread(made, "logprobs", spelt and spelt["content"], lambda part: {"content": part})
        _spread(made, "token_ids", ids, lambda part: part)
        made.append({"delta": {}, "finish_reason": choice.get("finish_reason")})
        chunks += [{"choices": [{"index": 0, "finish_reason": None, **rest, **one}]} for one in made]
    if "usage" in reply:
        chunks.append({"choices": [], "usage": reply["usage"]})
    told = [{**top, "object": "chat.completion.chunk", **chunk} for chunk in chunks]
    return [_event(chunk) for chunk in told] + [b"data: [DONE]\n\n"]


def _pieces(content: Any) -> list[Any]:
    """Return a text in pieces of a few characters, or blocks one by one; a huge text in fewer pieces."""
    if not isinstance(content, str):
        return [[block] for block in content]
    size = 4 if len(content) < 100_000 else 50_000
    return [content[at : at + size] for at in range(0, len(content), size)]


def _spread(made: list[dict[str, Any]], name: str, parts: Any, how: Any) -> None:
    """Put one part each into the last chunks, and what is left over into the first of those."""
    if not parts:
        return
    with_text = [one for one in made if one["delta"].get("content")] or made[-1:]
    early = len(parts) - len(with_text) + 1
    for place, one in enumerate(with_text):
        one[name] = how(parts[:early] if place == 0 else parts[early + place - 1 : early + place])


def anthropic_events(reply: dict[str, Any]) -> list[bytes]:
    """Return the events in which Anthropic streams a message."""
    usage = reply.get("usage")
    begun = {**reply, "content": [], "stop_reason": None}
    begun |= {} if usage is None else {"usage": {**usage, "output_tokens": 1}}
    if "content" not in reply:
        del begun["content"]
    told: list[dict[str, Any]] = [{"type": "message_start", "message": begun}, {"type": "ping"}]
    for number, block in enumerate(reply.get("content", ())):
        kind, where = block["type"], {"index": number}
        if kind == "tool_use":
            told.append({"type": "content_block_start", **where, "content_block": {**block, "input": {}}})
            deltas = [
                {"type": "input_json_delta", "partial_json": piece}
                for piece in ("", *tokens_of(json.dumps(block["input"])))
            ]
        else:
            empty = {**block, kind: ""} | ({"signature": ""} if "signature" in block else {})
            told.append({"type": "content_block_start", **where, "content_block": empty})
            deltas = [{"type": f"{kind}_delta", kind: piece} for piece in _pieces(block[kind])]
            deltas += [{"type": "signature_delta", "signature": "x"}] if "signature" in block else []
        told += [{"type": "content_block_delta", **where, "delta": delta} for delta in deltas]
        told.append({"type": "content_block_stop", **where})
    delta = {"stop_reason": reply.get("stop_reason"), "stop_sequence": reply.get("stop_sequence")}
    told += [{"type": "message_delta", "delta": delta, "usage": usage}, {"type": "message_stop"}]
    return [f"event: {one['type']}\n".encode() + _event(one) for one in told]


def _event(found: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(found).encode() + b"\n\n"
