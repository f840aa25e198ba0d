"""Asking many requests at once by a provider's batch interface, which answers within a day at half price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from arena.core.errors import UsageError

BATCHED = "batched"
"""The count in the usage of a request that was asked in a batch. Such a request costs half."""


class BatchLog(Protocol):
    """What happened to batches. It is kept, so that none is submitted twice."""

    def read(self) -> list[Mapping[str, Any]]:
        """Return all records, in order."""

    def add(self, record: Mapping[str, Any]) -> None:
        """Keep a record. When this returns, it is on the disk."""


@dataclass(slots=True)
class Batching:
    """How requests are asked in batches.

    Attributes:
        log: what happened to the batches of the run.
        waits: whether to wait for replies. Without it, requests are left for later once they are submitted.
        gathers: how many seconds without another request pass before a batch is submitted.
        polls: how many seconds pass before a batch is first looked at. Later waits are longer.
        longest: the most seconds between two looks.
        told: sentences about batches, which are reported as they come.
        left: how many requests were submitted and left for later.
    """

    log: BatchLog
    waits: bool = True
    gathers: float = 1.0
    polls: float = 5.0
    longest: float = 60.0
    told: list[str] = field(default_factory=list)
    left: int = 0

    def sentences(self) -> list[str]:
        """Return what a user should know of the batches."""
        if not self.left:
            return self.told
        left = f"{self.left:,} requests are not answered yet; the same command later takes up what came."
        return [*self.told, left]


def no_batches(name: str) -> UsageError:
    """Return the error of an agent that cannot be asked in batches."""
    return UsageError(
        f"The agent {name!r} cannot be asked in batches; those of openai, anthropic and openai-compatible "
        "can."
    )
