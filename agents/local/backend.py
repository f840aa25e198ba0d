"""The interface of a program that runs a model: blocking methods, which the worker's thread calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from arena.seat.agent import Tokens

Chat = list[dict[str, Any]]
"""Messages as llama.cpp takes them: the content of each is a text, or a list of texts and pictures."""


class Ask(NamedTuple):
    """A request for one completion: the chat so far, and how to continue it.

    `schema` is the JSON schema that the text must follow, or None. `seed` decides all randomness. With
    `reuse`, the model may use again what it remembers of the last request. This is faster, but the last bits
    of the arithmetic, and sometimes a word, then depend on the last request. With `logprobs`, the model
    reports the log-probability of each token, and of this many of the likeliest tokens at each place. With
    `certainty`, it reports how certain its whole distribution was at each place.
    """

    chat: Chat
    schema: Mapping[str, Any] | None
    seed: int
    temperature: float
    max_tokens: int
    reuse: bool = False
    logprobs: int | None = None
    certainty: bool = False


WordsTold = Callable[[str, bool], None]
"""Is told of words as they are written, and whether they are reasoning. It may be called in any thread."""


class Generation(NamedTuple):
    """The text that the model wrote. `finished` is true if the model ended it, and false if a limit did.

    `notes` say how the chat was changed to suit the model, as in `arena.seat.agent.RequestUsage`.
    """

    text: str
    reasoning: str
    finished: bool
    usage: Mapping[str, int]
    tokens: Tokens | None = None
    notes: tuple[str, ...] = ()


class NextTokens(NamedTuple):
    """The likeliest next tokens with their log-probabilities; `notes` are as in `Generation`."""

    likely: Mapping[bytes, float]
    usage: Mapping[str, int]
    notes: tuple[str, ...] = ()


class Backend(Protocol):
    """A loaded model."""

    def complete(self, ask: Ask, stopped: Callable[[], bool], told: WordsTold | None = None) -> Generation:
        """Return the completion, and tell of its words. Give up soon after `stopped` returns true."""

    def next_tokens(self, chat: Chat, beginning: bytes, reuse: bool) -> NextTokens:
        """Return the likeliest tokens after the reply's `beginning`; `reuse` is as in `Ask`."""

    def close(self) -> None:
        """Free the model."""
