"""Words as they are written: how an agent tells of a reply that is not finished yet, if somebody listens.

Words that are not finished are not parsed. They may hold a scratchpad or a bet that no other seat may ever
see. So they are for the owner of a run, in the lane of the seat that writes, and for nobody else. They are in
no record: the record holds the finished reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol

from arena.core.text import storable
from arena.seat.agent import Agent, Reply, Request, RequestUsage
from arena.seat.response import Response, consult

LONGEST_LIVE = 1_000_000
"""The most characters of one reply that a listener is told."""


class LiveWriter(NamedTuple):
    """Who writes a reply: a seat of an episode. `request` numbers its requests in the episode from 0."""

    episode: int
    seat: str
    request: int


class Listener(Protocol):
    """Is told of words as they are written. It is called on the run's event loop, and must not block it.

    What a writer writes begins with `begin` and ends with `end`, after which the finished reply is read. A
    reply that is written in pieces begins again with each piece, with all that stands before it.
    """

    def wants(self, episode: int) -> bool:
        """Whether it listens to an episode now. It is asked before each request."""

    def begin(self, writer: LiveWriter, so_far: str) -> None:
        """A reply begins. In place of what was written before, it now reads `so_far`."""

    def more(self, writer: LiveWriter, text: str, *, is_thought: bool) -> None:
        """More words of the reply are written, or of the reasoning apart from it."""

    def taken_back(self, writer: LiveWriter) -> None:
        """What was written since `begin` is taken back, because the call failed or is made again."""

    def end(self, writer: LiveWriter) -> None:
        """Nothing more is written."""


class LiveReply:
    """A reply that is being written, as its agent tells of it."""

    def __init__(self, listener: Listener, writer: LiveWriter, root: int) -> None:
        self._listener = listener
        self._writer = writer
        self._root = root
        self._is_open = False
        self._is_over = False
        self._told = 0

    def is_of(self, request: Request) -> bool:
        """Whether it is the reply to a request, and nobody else is writing it now.

        A draft, or the answer of a helper, is another reply: its randomness is not that of the seat itself.
        """
        asked = (request.seat, request.count, request.root)
        is_own = asked == (self._writer.seat, self._writer.request, self._root)
        return is_own and not (self._is_open or self._is_over)

    def begin(self, so_far: str = "") -> None:
        """Begin to write, after `so_far`, which is already there."""
        if not self._is_over:
            self._is_open, self._told = True, 0
            self._listener.begin(self._writer, storable(so_far))

    def more(self, text: str, *, is_thought: bool = False) -> None:
        """Write more of the reply, or of the reasoning apart from it."""
        left = LONGEST_LIVE - self._told
        if text and left > 0 and self._is_open:
            self._told += len(text)
            self._listener.more(self._writer, storable(text[:left]), is_thought=is_thought)

    def taken_back(self) -> None:
        """Take back what was written since `begin`. Without any words there is nothing to take back."""
        if self._is_open and self._told:
            self._told = 0
            self._listener.taken_back(self._writer)

    def end(self) -> None:
        """Write no more. What comes afterwards is not told, unless the reply begins again."""
        if self._is_open:
            self._is_open = False
            self._listener.end(self._writer)

    @contextmanager
    def writing(self, so_far: str = "") -> Iterator[None]:
        """Begin, and end with the block. If the block is left by an error, the words are taken back."""
        self.begin(so_far)
        try:
            yield
        except BaseException:
            self.taken_back()
            raise
        finally:
            self.end()

    def close(self) -> None:
        """End for good, because the reply is finished or given up."""
        self.end()
        self._is_over = True


_LIVE: ContextVar[LiveReply | None] = ContextVar("live", default=None)


def live_reply(request: Request) -> LiveReply | None:
    """Return where to tell of the words of a reply as they are written; None if nobody listens.

    An agent that is given one begins it and ends it. It need not use it.
    """
    live = _LIVE.get()
    return live if live is not None and live.is_of(request) else None


async def consulted(
    listener: Listener | None, episode: int, agent: Agent, request: Request
) -> tuple[Response[Any], Reply | None, RequestUsage]:
    """Consult an agent as `consult` does. A listener that wants an episode hears its words as they come."""
    if listener is None or not listener.wants(episode):
        return await consult(agent, request)
    live = LiveReply(listener, LiveWriter(episode, request.seat, request.count), request.root)
    before = _LIVE.set(live)
    try:
        return await consult(agent, request)
    finally:
        _LIVE.reset(before)
        live.close()
