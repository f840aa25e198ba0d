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
