"""The agent that is a language model on this machine."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from agents.local.backend import Ask, Backend, Chat
from agents.local.worker import Worker, Workers
from arena.core.errors import MissingExtra
from arena.core.ranges import Rounds, TokenCount
from arena.models import DEFAULT, locate
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.messages import expected_usage, to_be_sent

_MOST_THREADS = 8
_WORKERS = Workers()


@dataclass
class Local(Agent):
    """Answers with a language model on this machine.

    Replies are drawn from the model's own distribution, with the request's seed. Log-probabilities are those
    of this distribution, before temperature and grammar. All agents with the same file, `threads` and
    `context` share one loaded model.

    Args:
        model: The name of a model that was pulled, or the path of a GGUF file.
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

    def __post_init__(self) -> None:
        if importlib.util.find_spec("xllamacpp") is None:
            raise MissingExtra("Local models need llama.cpp", "local")
        self._path = locate(self.model)
        self._threads = self.threads or _usable_cores()
        self._hold = object()
        self._key = (self._path, self._threads, self.context)

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
        constrained = self.constrained and not request.in_pieces
        ask = Ask(
            chat(request),
            request.form.schema() if constrained else None,
            request.seed,
            self.temperature,
            min(self.max_tokens, request.most_tokens or self.max_tokens),
            reuse=not self.reproducible,
            logprobs=self.logprobs,
            certainty=self.certainty,
        )
        made = await self._worker().complete(ask)
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

    async def close(self) -> None:
        """Free the model if no other agent uses it."""
        await _WORKERS.release(self._key, self._hold)

    def _worker(self) -> Worker:
        return _WORKERS.get(
            self._key, self._hold, lambda: load_model(self._path, self._threads, self.context)
        )


def chat(request: Request) -> Chat:
    """Return the request's messages as a conversation, in the format of llama.cpp."""
    return [{"role": role, "content": content} for role, content, *_ in to_be_sent(request)]


def load_model(path: Path, threads: int, context: int) -> Backend:
    """Load a model file. This blocks the calling thread."""
    from agents.local.llama import Llama

    return Llama(path, threads, context)


def _usable_cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_THREADS)
