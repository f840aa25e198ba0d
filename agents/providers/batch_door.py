"""The interface of a provider's batches: submitting one, finding it again, and reading what came of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from agents.providers.completion import json_object
from agents.providers.connection import Connection
from agents.providers.faults import Fault, FaultKind


class SentBatch(NamedTuple):
    """A batch as it was submitted: its token, the ids of its requests, and when, in seconds since 1970."""

    token: str
    ids: Collection[str]
    at: float


class BatchState(NamedTuple):
    """The state of a batch: whether it has ended, and why it failed as a whole, if it did."""

    ended: bool
    failed: str = ""


class BatchEntry(NamedTuple):
    """What came of one request: the body of the response, or a fault."""

    content: bytes | None
    fault: Fault | None = None


def result_lines(content: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON objects of a file of results. A line that is none is left out.

    Its request has no result then, and is asked again.

    Raises:
        Fault: if there are lines, and none of them can be read. Such a file is no file of results.
    """
    lines = [line for line in content.split(b"\n") if line.strip()]
    read = 0
    for line in lines:
        try:
            found = json_object(line)
        except Fault:
            continue
        read += 1
        yield found
    if lines and not read:
        raise Fault(FaultKind.GARBLED, "no line of the results of a batch can be read")


def by_id(results: Iterable[tuple[str, BatchEntry]]) -> dict[str, BatchEntry]:
    """Return results by the ids of their requests. Of several, the first that is no fault counts."""
    found: dict[str, BatchEntry] = {}
    for id_, entry in results:
        if id_ not in found or (found[id_].fault is not None and entry.fault is None):
            found[id_] = entry
    return found


class BatchDoor(ABC):
    """A provider's batch interface."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @abstractmethod
    async def submit(self, bodies: Mapping[str, Mapping[str, Any]], token: str) -> str:
        """Submit a batch of requests, by their ids, and return its number at the provider.

        Raises:
            Fault: if it was not taken.
        """

    @abstractmethod
    async def find(self, sent: SentBatch) -> str | None:
        """Return the number of a batch that may have been submitted, or None if it was not.

        Raises:
            Fault: if the provider does not tell.
        """

    @abstractmethod
    async def state(self, number: str) -> BatchState:
        """Return the state of a batch.

        Raises:
            Fault: if the provider does not tell.
        """

    @abstractmethod
    async def results(self, number: str) -> dict[str, BatchEntry]:
        """Return what came of the requests of a batch that has ended, by their ids.

        Raises:
            Fault: if the provider does not tell.
        """
