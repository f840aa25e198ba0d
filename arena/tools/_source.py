"""Where tools come from, and the sessions in which one seat of one episode calls them."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from arena.core.errors import ArenaError
from arena.core.seeds import derive
from arena.seat.calls import ToolResult, ToolSpec


class ToolFailed(ArenaError):
    """A tool raises this to tell the agent why it returns nothing. The agent is told the message."""


class ToolBroken(ArenaError):
    """A tool's server died, or could not be reached. It is not the agent's doing."""


def _unknown(answer: str, by: str = "") -> bool | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """What a tool may know of the seat that calls it.

    Attributes:
        seat: the seat.
        episode: the number of the episode.
        task: the public text of the task.
        seed: a seed that no other call shares.
        history: what came of the seat's earlier calls in this episode, in order. A tool that has a state
            works it out from them, because it is not called again when a run is resumed.
        right: tells whether an answer is right by the truth of the task, or None if that is not known. A
            second argument names the comparison, such as ``number`` (`arena.tasks.grading.AnswerMatch`). A
            tool learns nothing else of the truth.
    """

    seat: str = ""
    episode: int = 0
    task: str = ""
    seed: int = 0
    history: tuple[ToolResult, ...] = ()
    right: Callable[..., bool | None] = _unknown

    def random(self) -> random.Random:
        """Return a fresh generator that belongs to this call alone."""
        return random.Random(derive(self.seed, "tool"))


class ToolSession(ABC):
    """The tools of a source as one seat calls them in one episode."""

    @abstractmethod
    async def call(self, name: str, arguments: Mapping[str, Any], context: ToolContext) -> str:
        """Call a tool with arguments that were read, and return its text.

        Raises:
            ToolFailed: if the tool fails, with the reason that the agent is told.
            ToolBroken: if the tool's server died.
        """

    async def close(self) -> None:  # noqa: B027 - most sessions hold nothing to let go of
        """Let go of what the session holds."""


class ToolSource(ABC):
    """Where tools come from. It is opened once in a run, and seats open sessions of their own."""

    @abstractmethod
    async def open(self) -> tuple[ToolSpec, ...]:
        """Return the tools that it has.

        Raises:
            StopRun: if they cannot be had. The run then ends before anything is spent.
        """

    @abstractmethod
    def session(self) -> ToolSession:
        """Return a session for one seat of one episode."""

    def described(self) -> dict[str, Any]:
        """Return what identifies the source, as JSON-able values. A resumed run compares it."""
        return {"class": f"{type(self).__module__}:{type(self).__qualname__}"}
