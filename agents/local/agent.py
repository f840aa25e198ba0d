"""The agent that is a language model on this machine."""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from agents.local.backend import Ask, Backend, Chat, Generation
from agents.local.worker import Worker, Workers
from agents.shared.pictures import address_of
from arena.core.aio import apart_if
from arena.core.errors import AgentFailed, MissingExtra, UsageError
from arena.core.files import resolved, why
from arena.core.ranges import Rounds, TokenCount
from arena.models import DEFAULT, locate
from arena.pictures import Picture
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.messages import Message, expected_usage, to_be_sent
from arena.seat.writing import live_reply

_GGUF = b"GGUF"
_MOST_THREADS = 8
_MEASURED_TOKENS = 32
_WORKERS = Workers()


@dataclass
class Local(Agent):
    """Answers with a language model on this machine.

    Replies are drawn from the model's own distribution, with the request's seed. Log-probabilities are those
    of this distribution, before temperature and grammar. All agents with the same file, `threads` and
    `context` share one loaded model.

    Args:
        model: The name of a model that was pulled, or the path of a GGUF file.
        projector: The path of the GGUF file with the model's projector (``mmproj``), with which it sees
            pictures. Without it, it sees none.
        constrained: Whether a grammar holds replies to the form's JSON schema. Without it, replies are free
            text that is read strictly.
        temperature: The temperature at which replies are drawn; 0 takes the likeliest token.
        max_tokens: The most tokens that a reply may have.
        threads: The number of threads that the model runs on. The default is the number of usable cores, at
            most 8.
        context: The most tokens that a prompt and its reply may have together.
        reproducible: Whether the model reads every prompt from its beginning, so that the same run gives the
            same replies in any order of its calls. Without it, the model does not read again what a prompt
            shares with the one before, which is faster.
        logprobs: How many of the likeliest tokens are kept at each place, with the log-probabilities. By
            default none are kept.
        certainty: Whether the certainty of the model's whole distribution is kept for each token, one number
            a token. Each token then takes longer.

    Raises:
        MissingExtra: if the extra ``local`` is not installed.
        UsageError: if the model is not on this machine.
    """

    model: str = DEFAULT
    constrained: bool = True
    temperature: Annotated[float, Field(ge=0, le=100)] = 0.7
    max_tokens: TokenCount = 512
    threads: Rounds | None = None
    context: Annotated[int, Field(ge=256, le=10_000_000)] = 8192
    reproducible: bool = True
    logprobs: Annotated[int, Field(ge=0, le=100_000)] | None = None
    certainty: bool = False
    projector: str = ""

    def __post_init__(self) -> None:
        if importlib.util.find_spec("xllamacpp") is None:
            raise MissingExtra("Local models need llama.cpp", "local")
        self._path = locate(self.model)
        self._threads = self.threads or _usable_cores()
        self._hold = object()
        self._projector = _projector_file(self.projector) if self.projector else None
        self.sees_pictures = self._projector is not None
        self._key = (self._path, self._threads, self.context, self._projector)

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """All parameters. One without a projector is the same to the response cache as it was before."""
        parameters = super().shaped_by
        if parameters is None or self.projector:
            return parameters
        return {name: value for name, value in parameters.items() if name != "projector"}

    @property
    def priced_as(self) -> str:
        """The name of the model with the prefix ``local:``, which stands for a model that costs nothing."""
        return f"local:{Path(self.model).name}"

    @property
    def continues(self) -> bool:
        """It goes on with what is begun, in free text."""
        return True

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return an estimate of the tokens: the prompt's from its length, and those of a short answer."""
        return expected_usage(request)

    async def reply(self, request: Request) -> Reply:
        """Return the model's reply to the seat's brief, its view and the prompt."""
        is_free = request.in_pieces or request.form.reads_thoughts
        constrained = self.constrained and not is_free
        ask = Ask(
            await self.chat_of(request),
            request.form.schema() if constrained else None,
            request.seed,
            self.temperature,
            min(self.max_tokens, request.most_tokens or self.max_tokens),
            reuse=not self.reproducible,
            logprobs=self.logprobs,
            certainty=self.certainty,
        )
        made = await self._made(ask, request)
        stop = Stop.COMPLETE if made.finished else Stop.TRUNCATED
        return Reply(
            made.text,
            made.reasoning,
            stop,
            made.usage,
            structured=constrained,
            model=self.priced_as,
            tokens=made.tokens,
            notes=made.notes,
        )

    async def _made(self, ask: Ask, request: Request) -> Generation:
        live = live_reply(request)
        if live is None:
            return await self._worker().complete(ask)
        with live.writing(request.begun):
            return await self._worker().complete(
                ask, lambda text, thought: live.more(text, is_thought=thought)
            )

    async def chat_of(self, request: Request) -> Chat:
        """Return the request's messages as the model takes them.

        Raises:
            AgentFailed: if there are pictures in the request, and the model has no projector.
        """
        if not self.sees_pictures and any(event.pictures for event in (*request.view, request.prompt)):
            raise AgentFailed(
                f"{self.priced_as} has no projector, so it sees no pictures; give the file of its projector: "
                f"local:{self.model}?projector=FILE"
            )
        return await apart_if(self.sees_pictures, chat, request)

    async def tokens_per_second(self) -> float:
        """Let the model write a few tokens, and return how many it writes in a second."""
        chat: Chat = [{"role": "user", "content": "Count from one to a hundred."}]
        ask = Ask(chat, None, 0, 0.0, _MEASURED_TOKENS)
        worker = self._worker()
        await worker.complete(ask._replace(max_tokens=1))  # The model is loaded first.
        begun = time.perf_counter()
        made = await worker.complete(ask)
        return made.usage.get("completion_tokens", _MEASURED_TOKENS) / (time.perf_counter() - begun)

    async def close(self) -> None:
        """Free the model if no other agent uses it."""
        await _WORKERS.release(self._key, self._hold)

    def _worker(self) -> Worker:
        return _WORKERS.get(
            self._key,
            self._hold,
            lambda: load_model(self._path, self._threads, self.context, self._projector),
        )


def chat(request: Request) -> Chat:
    """Return the request's messages as a conversation, in the format of llama.cpp."""
    return [{"role": one.role, "content": _content(one)} for one in to_be_sent(request)]


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.pictures:
        return message.content
    return [
        {"type": "text", "text": piece}
        if isinstance(piece, str)
        else {"type": "image_url", "image_url": {"url": _data_of(piece)}}
        for piece in message.pieces
    ]


def _data_of(picture: Picture) -> str:
    if picture.address:
        raise AgentFailed(
            f"A model on this machine reads no address, such as {picture.address}; fetch the picture, and "
            "give its file."
        )
    return address_of(picture)


def _projector_file(given: str) -> Path:
    """Return the file of a projector.

    Raises:
        UsageError: if there is no such file, or it is not a GGUF file.
    """
    file = resolved(given)
    try:
        with file.open("rb") as opened:
            if opened.read(len(_GGUF)) == _GGUF:
                return file
    except OSError as error:
        raise UsageError(f"The projector {given} cannot be read: {why(error)}.") from None
    raise UsageError(
        f"The projector {given} is not a GGUF file; give the one that comes with the model, whose name "
        "usually begins with mmproj."
    )


def load_model(path: Path, threads: int, context: int, projector: Path | None = None) -> Backend:
    """Load a model file. This blocks the calling thread."""
    from agents.local.llama import Llama

    return Llama(path, threads, context, projector)


def _usable_cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_THREADS)
