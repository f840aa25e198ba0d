"""OpenAI's models, and any server that speaks OpenAI's chat completions: vLLM, SGLang, llama.cpp, Ollama."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_json

from agents.providers.completion import (
    SAID_BY_CALL,
    Completion,
    answered_by,
    called,
    content_parts,
    is_json_object,
    object_of,
    part,
    thought_in,
    tool_calls,
)
from agents.providers.faults import Fault, FaultKind, error_fault
from agents.providers.model import Model
from agents.providers.openai_batches import OpenAIBatches
from agents.providers.openai_stream import ChatStream
from agents.providers.settings import Detail, MaxTokens
from agents.providers.stops import read_stop
from agents.providers.usage import counts, dollars, with_left_out
from agents.shared.pictures import address_of
from agents.shared.tokens import read_tokens
from arena.core.errors import UsageError
from arena.forms.reading import thought_apart
from arena.seat.agent import Request, Stop
from arena.seat.calls import openai_calls
from arena.seat.messages import Message

_NO_KEY = "none"


@dataclass
class OpenAI(Model):
    """Answers with a completion of one of OpenAI's models; the key is in OPENAI_API_KEY.

    Args:
        seed: Whether the request's own seed is sent, for models that sample with it.
        logprobs: How many of the likeliest tokens are kept at each place, with the log-probabilities. By
            default none are kept.
        detail: In how much detail the model looks at pictures: ``low``, ``high`` or ``auto``. The default is
            the provider's.
    """

    _: KW_ONLY
    seed: bool = False
    logprobs: Annotated[int, Field(ge=0, le=100)] | None = None
    detail: Detail | None = None

    provider = package = "openai"
    door = OpenAIBatches
    stream = ChatStream
    path = "/chat/completions"
    models_path = "/models"
    limit_name = "max_completion_tokens"

    def body(self, request: Request, said: list[Message], schema: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return a chat completion's parameters."""
        body: dict[str, Any] = {
            "model": self.model,
            "messages": list(map(self._message, said)),
            **self.sampling(),
        }
        if (limit := self.limit(request)) is not None:
            body[self.limit_name] = limit
        if self.effort is not None:
            body["reasoning_effort"] = self.effort
        if self.seed:
            body["seed"] = request.seed % 2**31
        if self.logprobs is not None:
            body["logprobs"] = True
        if self.logprobs:  # a 0 means to llama.cpp that it sends no log-probabilities
            body["top_logprobs"] = self.logprobs
        if schema is not None:
            form = {"name": request.form.title, "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        if request.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "function": {"name": one.name, "description": one.description, "parameters": one.schema},
                }
                for one in request.tools
            ]
        return body

    def _message(self, message: Message) -> dict[str, Any]:
        """Return a message with its calls of tools, or as the answer to one."""
        if message.calls:
            said = {"role": message.role, "content": message.content or None}
            return {**said, "tool_calls": openai_calls(message.calls)}
        answers = {"tool_call_id": message.answers} if message.answers else {}
        return {"role": message.role, **answers, "content": self._content(message)}

    def _content(self, message: Message) -> str | list[dict[str, Any]]:
        """Return the content of a message: its text, or a list of texts and pictures if it has any."""
        if not message.pictures:
            return message.content
        detail = {} if self.detail is None else {"detail": self.detail}
        return [
            {"type": "text", "text": piece}
            if isinstance(piece, str)
            else {"type": "image_url", "image_url": {"url": address_of(piece), **detail}}
            for piece in message.pieces
        ]

    def _azure_headers(self, key: str) -> dict[str, str]:
        """Return the header with the key that Azure requires, if the address ends in an ``api-version``."""
        return {"api-key": key} if key and "api-version=" in self._address.query else {}

    def read(self, found: Mapping[str, Any]) -> Completion:
        """Return the first choice."""
        usage, cost = _usage(found.get("usage")), dollars(found.get("usage"))
        try:
            completion = self._read(found, usage)
        except Fault as fault:
            fault.cost = cost
            raise
        by = answered_by(found.get("model"), found.get("system_fingerprint"))
        return completion._replace(cost=cost, answered_by=by)

    def _read(self, found: Mapping[str, Any], usage: Mapping[str, int]) -> Completion:
        choices = found.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        error = found.get("error") or part(choice, "error")
        if error:
            raise error_fault(error, usage)
        message = part(choice, "message")
        if not isinstance(message, Mapping):
            raise Fault(FaultKind.GARBLED, "the completion holds no choice", usage=usage)
        said, refusal = content_parts(message.get("content")), message.get("refusal") or ""
        if said is None or not isinstance(refusal, str):
            raise Fault(FaultKind.GARBLED, "the completion's content is not text", usage=usage)
        refusal = refusal or said.refusal
        calls = tool_calls(message.get("tool_calls"))
        arguments = "" if said.text or refusal else called(message.get("tool_calls"))
        if arguments is None and calls is None:
            raise Fault(
                FaultKind.GARBLED, "the completion calls tools in a way that cannot be read", usage=usage
            )
        within, text = thought_apart(said.text)
        thought = thought_in(message) or said.thought or within
        is_empty = not (said.text or thought or arguments or calls or refusal)
        stop, notes = read_stop(part(choice, "finish_reason"), usage, is_empty=is_empty)
        stop = Stop.REFUSED if refusal else stop
        notes += (SAID_BY_CALL,) if arguments else ()
        tokens = read_tokens(
            part(choice, "logprobs", "content"),
            self.logprobs or 0,
            ids=part(choice, "token_ids"),
            ids_read=found.get("prompt_token_ids"),
            made=usage.get("completion_tokens"),
        )
        said_at_all = text or arguments or refusal
        written = said.text if within else ""
        return Completion(
            said_at_all, thought, stop, usage, tokens, notes=notes, calls=calls, written=written
        )

    def open_client(self, sdk: Any, key: str, http_client: Any) -> Any:
        """Return OpenAI's client."""
        return sdk.AsyncOpenAI(
            api_key=key,
            base_url=self._address.base or None,
            max_retries=0,
            http_client=http_client,
            default_headers=self._azure_headers(key),
        )


@dataclass
class OpenAICompatible(OpenAI):
    """Answers with a completion of a server at `base_url` that speaks OpenAI's chat completions.

    OpenAI's own key, organisation and headers are never sent there.

    Args:
        token_ids: Whether the ids of the tokens read and written are requested, in vLLM's format, and kept.
        key_env: The environment variable that holds the server's key, if the server requires one.
    """

    _: KW_ONLY
    max_tokens: MaxTokens | None = None
    seed: bool = True
    token_ids: bool = False
    key_env: str = ""

    provider = "openai-compatible"
    reports_cost = True
    holds_calls = False
    models_path = ""
    limit_name = "max_tokens"

    def __post_init__(self) -> None:
        if not self.base_url:
            raise UsageError(
                f"{self.provider}:{self.model} needs the server's address, such as "
                f"{self.provider}:{self.model}?base_url=http://localhost:8000/v1"
            )
        super().__post_init__()

    def _message(self, message: Message) -> dict[str, Any]:
        """Return a message. Many servers refuse a request with a call whose arguments are no object."""
        calls = [
            call
            if is_json_object(call.arguments)
            else call._replace(arguments=to_json(object_of(call)).decode())
            for call in message.calls
        ]
        return super()._message(message._replace(calls=tuple(calls)))

    def body(self, request: Request, said: list[Message], schema: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return a chat completion's parameters."""
        body = super().body(request, said, schema)
        if request.begun:
            body |= {"continue_final_message": True, "add_generation_prompt": False}
        return {**body, "return_token_ids": True} if self.token_ids else body

    @property
    def continues(self) -> bool:
        """It sends what is begun as the last message, as vLLM, SGLang, llama.cpp and Ollama take it."""
        return True

    def key_variable(self) -> str:
        """Return `key_env`."""
        return self.key_env

    def open_client(self, sdk: Any, key: str, http_client: Any) -> Any:
        """Return OpenAI's client without the values in the environment that are meant only for OpenAI."""
        ambient = os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines()
        client = sdk.AsyncOpenAI(
            api_key=key or _NO_KEY,
            base_url=self._address.base,
            max_retries=0,
            http_client=http_client,
            default_headers={
                **{line.partition(":")[0].strip(): sdk.Omit() for line in ambient},
                "Authorization": f"Bearer {key or _NO_KEY}",
                **self._azure_headers(key),
            },
        )
        client.organization = client.project = client.admin_api_key = None
        return client


def _usage(found: object) -> dict[str, int]:
    """Return the counts. DeepSeek and Moonshot have names of their own for cached tokens.

    https://api-docs.deepseek.com/api/create-chat-completion, https://platform.moonshot.ai/docs/api/chat
    """
    cached = part(found, "prompt_tokens_details", "cached_tokens")
    for name in ("prompt_cache_hit_tokens", "cached_tokens"):
        cached = part(found, name) if cached is None else cached
    reported = counts(
        {
            "prompt_tokens": part(found, "prompt_tokens"),
            "completion_tokens": part(found, "completion_tokens"),
            "cached_tokens": cached,
            "cache_write_tokens": part(found, "prompt_tokens_details", "cache_write_tokens"),
            "reasoning_tokens": part(found, "completion_tokens_details", "reasoning_tokens"),
        }
    )
    return with_left_out(reported, part(found, "total_tokens"))
