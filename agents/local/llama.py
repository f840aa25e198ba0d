"""Running a GGUF model in this process by llama.cpp's bindings, xllamacpp.

With every model, the bindings open llama.cpp's own server on loopback, where every program could use it. Here
the server listens on a socket in a folder that only this user may enter. The folder is removed as soon as the
model is loaded, so nobody can connect. On systems without such sockets, the server listens on loopback with a
random key that nobody knows, and it refuses other origins.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from agents.local.backend import Ask, Chat, Generation, NextTokens, WordsTold
from agents.local.template import takes_system
from agents.shared.tokens import read_tokens
from arena.core.errors import PromptTooLong, StopRun
from arena.seat.messages import BETWEEN, SYSTEM_FOLDED
from arena.votes import uniform_divergence

_SEEDS = 2**32 - 1
"""llama.cpp takes seeds below this number. The number itself stands for a random seed."""

_REMEMBERED_MIB = 2048
"""The memory in MiB for prompts of other seats that were read, for requests that may reuse them."""

_ALL = 10_000_000
"""More tokens than any vocabulary has. The server then reports all of them."""

_LEAST_LOGPROB = -104.0
"""What stands for the logarithm of a probability that is 0 in the server's single precision."""

_LONGEST_SOCKET = 100
_TOKENS = 2000
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SPACE = re.compile(r"\s")


class Llama:
    """A model loaded for one request at a time.

    Raises:
        StopRun: if llama.cpp cannot load the file.
    """

    def __init__(self, path: Path, threads: int, context: int, projector: Path | None = None) -> None:
        # OpenMP's threads may spin while they wait. On two idle cores the model writes 22 tokens/s with this
        # setting, and 13 if they never spin. If they spin for long, they take the cores from other programs
        # that share them (3.5 tokens/s instead of 12).
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
        import xllamacpp

        self._context = context
        with ExitStack() as stack:
            settings = _settings(xllamacpp.CommonParams(), path, threads, context)
            if projector is not None:
                settings.mmproj.path = str(projector)
            settings.hostnames = [_host(stack)]
            try:
                self._server: Any = xllamacpp.Server(settings)
            except RuntimeError as error:
                fits = f", or the projector {projector} is not that of the model" if projector else ""
                raise StopRun(f"llama.cpp cannot load the model file {path}{fits}.") from error
            self._takes_system = takes_system(self._server.listening_address, settings.api_keys[0])

    def complete(self, ask: Ask, stopped: Callable[[], bool], told: WordsTold | None = None) -> Generation:
        """Return the completion. It is made token by token, so that it can be stopped and told of."""
        answer = _Answer(stopped, ask, told)
        chat, notes = self._sent(ask.chat)
        self._server.handle_chat_completions(_body(ask._replace(chat=chat)), answer.take)
        if answer.error:
            raise self._failure(answer.error)
        if answer.ended is None:
            raise RuntimeError("the model was stopped before its reply was complete")
        text = "".join(answer.text)
        finished = answer.ended == "stop"
        if ask.schema is not None and finished and not _is_held(text):
            raise RuntimeError("llama.cpp cannot hold replies to this form's schema; use constrained=false")
        made = (
            answer.usage.get("completion_tokens", 0) - finished
        )  # the server does not send the token that ends a reply
        tokens = read_tokens(answer.tokens, ask.logprobs or 0, made=made) if _keeps_tokens(ask) else None
        if tokens and len(tokens.texts) == len(answer.certainties):
            tokens = tokens._replace(certainties=tuple(answer.certainties))
        return Generation(text, "".join(answer.reasoning), finished, answer.usage, tokens, notes)

    def next_tokens(self, chat: Chat, beginning: bytes, reuse: bool) -> NextTokens:
        """Return the likeliest tokens after `beginning`, with which the reply begins."""
        begun = {"role": "assistant", "content": beginning.decode(errors="ignore")}
        sent, notes = self._sent(chat)
        ask = Ask([*sent, begun], schema=None, seed=0, temperature=0, max_tokens=1, reuse=reuse)
        answer = _Answer(lambda: False, ask)
        body = {**_body(ask), "logprobs": True, "top_logprobs": _TOKENS}
        self._server.handle_chat_completions(body, answer.take)
        if answer.error:
            raise self._failure(answer.error)
        likely = (answer.tokens or [{"top_logprobs": ()}])[0]["top_logprobs"]
        return NextTokens({bytes(token["bytes"]): token["logprob"] for token in likely}, answer.usage, notes)

    def close(self) -> None:
        """Free the model."""
        self._server = None

    def _sent(self, chat: Chat) -> tuple[Chat, tuple[str, ...]]:
        """Return the chat in the form that the model takes, and a note on each change."""
        if self._takes_system or chat[0]["role"] != "system":
            return chat, ()
        system, first, *rest = chat
        return [{**first, "content": _after(system["content"], first["content"])}, *rest], (SYSTEM_FOLDED,)

    def _failure(self, error: Mapping[str, Any]) -> Exception:
        if error.get("type") == "exceed_context_size_error":
            return PromptTooLong(
                f"the request is {error.get('n_prompt_tokens')} tokens long, and the model was loaded for a "
                f"context of {self._context}; give it more with context=..."
            )
        return RuntimeError(f"llama.cpp says: {error.get('message', error)}")


def _after(text: str, content: Any) -> Any:
    """Return the content of a message with a text before it."""
    if isinstance(content, str):
        return f"{text}{BETWEEN}{content}"
    return [{"type": "text", "text": f"{text}{BETWEEN}"}, *content]


class _Answer:
    """The part of a streamed completion that has come so far.

    If the certainty of each token is asked for, the whole distribution is summed as soon as it comes, and
    only the likeliest tokens are kept of it.
    """

    def __init__(self, stopped: Callable[[], bool], ask: Ask, told: WordsTold | None = None) -> None:
        self._stopped = stopped
        self._told = told
        self._kept = ask.logprobs or 0
        self._sums = ask.certainty
        self.certainties: list[float] = []
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.tokens: list[Mapping[str, Any]] = []
        self.ended: str | None = None
        self.error: Mapping[str, Any] | None = None
        self.usage: dict[str, int] = {}

    def take(self, chunk: Mapping[str, Any]) -> bool:
        """Take the next chunk, and return whether the stream is to stop."""
        if "error" in chunk:
            self.error = chunk["error"]
        for choice in chunk.get("choices", ()):
            delta = choice["delta"]
            said, thought = delta.get("content") or "", delta.get("reasoning_content") or ""
            self.text.append(said)
            self.reasoning.append(thought)
            if self._told is not None:
                self._told(thought, True)
                self._told(said, False)
            tokens = (choice.get("logprobs") or {}).get("content", ())
            self.tokens += [self._summed(token) for token in tokens] if self._sums else tokens
            self.ended = choice["finish_reason"] or self.ended
        if usage := chunk.get("usage"):
            self.usage = {
                "prompt_tokens": usage["prompt_tokens"],
                "completion_tokens": usage["completion_tokens"],
                "cached_tokens": usage.get("prompt_tokens_details", {}).get("cached_tokens", 0),
            }
        return self._stopped()

    def _summed(self, token: Mapping[str, Any]) -> Mapping[str, Any]:
        likely = token["top_logprobs"]
        self.certainties.append(uniform_divergence([max(one["logprob"], _LEAST_LOGPROB) for one in likely]))
        return {**token, "top_logprobs": likely[: self._kept]}


def _body(ask: Ask) -> dict[str, Any]:
    """Return the request in the format of llama.cpp's server.

    It samples from the model's whole distribution.
    """
    body: dict[str, Any] = {
        "messages": ask.chat,
        "seed": ask.seed % _SEEDS,
        "temperature": ask.temperature,
        "top_k": 0,
        "top_p": 1.0,
        "min_p": 0.0,
        "max_tokens": ask.max_tokens,
        "cache_prompt": ask.reuse,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if _keeps_tokens(ask):
        body |= {
            "logprobs": True,
            "top_logprobs": _ALL if ask.certainty else max(ask.logprobs or 0, 1),
        }  # with 0 the server sends no log-probabilities at all
    if ask.schema is not None:
        body["grammar"] = _grammar(ask.schema)
    return body


def _keeps_tokens(ask: Ask) -> bool:
    return ask.certainty or ask.logprobs is not None


def _grammar(schema: Mapping[str, Any]) -> str:
    """Return the grammar of JSON that follows the schema, without white space.

    White space would cost as many tokens as the answer. The server's own `response_format` is not used,
    because it lets the model wrap the JSON in a fenced block, token by token.
    """
    options = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}
    return f"%llguidance {{}}\nstart: %json {json.dumps({**schema, 'x-guidance': options})}"


def _is_held(text: str) -> bool:
    """Whether the text follows our grammar.

    llama.cpp ignores a grammar that it cannot read, without an error.
    """
    try:
        is_object = isinstance(json.loads(text), dict)
    except ValueError:
        return False
    return is_object and not _SPACE.search(_STRING.sub("", text))


def _settings(settings: Any, path: Path, threads: int, context: int) -> Any:
    """Change the settings so that replies are reproducible and nobody else can use the server."""
    settings.model.path = str(path)
    settings.n_ctx = context
    settings.n_parallel = 1
    settings.cache_ram_mib = _REMEMBERED_MIB
    settings.n_ctx_checkpoints = 0
    settings.warmup = False
    settings.verbosity = 0
    settings.cpuparams.n_threads = threads
    settings.cpuparams_batch.n_threads = threads
    settings.api_keys = [secrets.token_urlsafe(32)]
    settings.cors_origins = ""
    settings.cors_credentials = False
    settings.ui = False
    settings.endpoint_slots = False
    settings.n_threads_http = 1
    return settings


def _host(stack: ExitStack) -> str:
    """Return where the server listens: a socket in a private folder, which is removed when `stack` closes."""
    if hasattr(socket, "AF_UNIX"):
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="arena-"))
        place = str(Path(folder) / "model.sock")
        if len(place) < _LONGEST_SOCKET:
            return place
    return "127.0.0.1"
