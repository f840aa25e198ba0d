"""What the agent needs of whatever runs a model: one blocking method, which the worker's thread calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from arena.seat.agent import Tokens

Chat = list[dict[str, str]]


class Ask(NamedTuple):
    """One completion to make: the chat so far, and how to go on.

    `schema` is the JSON schema that the text is held to, if any; `seed` decides all chance in it. With
    `reuse`, what the model has in memory of the last request may be used again: faster, but the last bits of
    the arithmetic, and so now and then a word, then depend on what that was. With `logprobs`, the tokens are
    told with their logarithms, and that many of the likeliest at each place.
    """

    chat: Chat
    schema: Mapping[str, Any] | None
    seed: int
    temperature: float
    max_tokens: int
    reuse: bool = False
    logprobs: int | None = None


class Generation(NamedTuple):
    """What the model wrote; `finished` says that it came to an end, rather than to a limit.

    `notes` say how the chat was changed to suit the model, as in `arena.seat.agent.RequestUsage`.
    """

    text: str
    reasoning: str
    finished: bool
    usage: Mapping[str, int]
    tokens: Tokens | None = None
    notes: tuple[str, ...] = ()


class NextTokens(NamedTuple):
    """The likeliest next tokens by their log-probability; `notes` are as in `Generation`."""

    likely: Mapping[bytes, float]
    usage: Mapping[str, int]
    notes: tuple[str, ...] = ()


class Backend(Protocol):
    """A loaded model."""

    def complete(self, ask: Ask, stopped: Callable[[], bool]) -> Generation:
        """Return the completion; give up soon after `stopped` returns true."""

    def next_tokens(self, chat: Chat, beginning: bytes, reuse: bool) -> NextTokens:
        """Return the likeliest tokens behind a reply that begins with `beginning`; `reuse` is as in `Ask`."""

    def close(self) -> None:
        """Free the model."""
