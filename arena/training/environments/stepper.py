"""An episode that is stepped through from outside: its caller answers for some seats, agents for the others.

::

    plan = Plan(0, Task(), {seat: seat for seat in protocol.seats}, chance=7)
    stepper = Stepper(protocol, plan, {"player_1": make_agent("random")})
    request = await stepper.start()
    while request is not None:
        request = await stepper.step(my_policy(request))
    print(stepper.played.outcome.returns)

Trainers, environments of other libraries, people and other processes take seats by it. `SyncStepper` does the
same without ``await``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from arena.episode.context import EpisodeContext
from arena.episode.plan import Plan
from arena.episode.protocol import Protocol
from arena.seat.agent import Agent, Reply, Request
from arena.training.environments._loop_thread import loop_thread
from arena.training.environments._own_seats import OpenRequest, Stepping, answer


class Stepper(Stepping):
    """An episode in which the caller answers for its own seats, one request after another.

    `start` begins to play, `next` waits for a request, and `submit` answers one. `step` submits and waits for
    the next. They may be called in different tasks of one event loop. A reply that cannot be used is asked
    for again, as any agent's is: the next request says why.

    Where several seats are asked at once, `open` holds all of their requests, and `next` returns one after
    the other. No seat sees another's reply before it has given its own.

    An episode that is left early is abandoned: by `close`, at the end of ``async with``, or when nothing
    refers to the stepper any more.

    Args:
        protocol: the protocol that is played.
        plan: the episode's number, task, seats and chance.
        agents: the agents in the other seats, by the names that the plan has for them. They are open.
        seats: the caller's seats. By default, all whose agent is not among `agents`.
        context: the seed, limits, budget, recorder and wording.

    Raises:
        UsageError: if a seat has no agent, does not exist or has two owners, or the protocol gives tools.
    """

    def __init__(
        self,
        protocol: Protocol,
        plan: Plan,
        agents: Mapping[str, Agent],
        *,
        seats: Sequence[str] = (),
        context: EpisodeContext | None = None,
    ) -> None:
        self._news: asyncio.Queue[OpenRequest | None] = asyncio.Queue()
        super().__init__(protocol, plan, agents, seats, context, self._news.put_nowait)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> Request | None:
        """Begin to play, and return the first request; None if the episode ended without any.

        Raises:
            UsageError: if the episode has begun, or was closed.
        """
        self._note_beginning()
        self._own.begin(self._playing)
        return await self.next()

    async def next(self) -> Request | None:
        """Wait for the next request, and return it; None if the episode has ended.

        Raises:
            UsageError: if the episode has not begun or was closed, or if all open requests were returned
                before.
            JournalError, StopRun, CapReached: if one of these ended the episode.
        """
        self._check_can_wait()
        while (came := await self._news.get()) is not None:
            if self._hand_out(came):
                return came.request
        self._news.put_nowait(None)
        self._end()
        return None

    def submit(self, seat: str, reply: Reply | str) -> None:
        """Answer the open request of a seat.

        Raises:
            UsageError: if the seat is not the caller's, or has no open request.
        """
        answer(*self._take(seat, reply))

    async def step(self, reply: Reply | str, seat: str | None = None) -> Request | None:
        """Answer for `seat`, by default the one whose request was returned last, and return the next request.

        Raises:
            UsageError: as `submit` and `next` do, or if several seats wait and none is named.
        """
        self.submit(self._only_seat() if seat is None else seat, reply)
        return await self.next()

    async def close(self) -> None:
        """Abandon the episode if it has not ended, and wait until it is over. It may be called again.

        From another event loop or thread, it does not wait.
        """
        self._is_closed = True
        self._own.cancel()
        task = self._own.task
        if task is not None and task.get_loop() is asyncio.get_running_loop():
            await asyncio.wait([task])


class SyncStepper(Stepping):
    """A `Stepper` whose methods are called without ``await``, from any thread, also where a loop is running.

    All episodes of a process are played on one event loop in a thread of its own, so the agents must not be
    bound to another loop. After a fork the child process begins new episodes; those of its parent are not its
    own.
    """

    def __init__(
        self,
        protocol: Protocol,
        plan: Plan,
        agents: Mapping[str, Agent],
        *,
        seats: Sequence[str] = (),
        context: EpisodeContext | None = None,
    ) -> None:
        self._news: SimpleQueue[OpenRequest | None] = SimpleQueue()
        super().__init__(protocol, plan, agents, seats, context, self._news.put)
        self._thread = loop_thread()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_thread", None) is not None and self._thread.is_ours:
            self._thread.later(self._own.cancel)

    def start(self) -> Request | None:
        """Do what `Stepper.start` does."""
        self._thread.check()
        self._note_beginning()
        self._thread.later(self._own.begin, self._playing)
        return self.next()

    def next(self) -> Request | None:
        """Do what `Stepper.next` does."""
        self._thread.check()
        self._check_can_wait()
        while (came := self._news.get()) is not None:
            if self._hand_out(came):
                return came.request
        self._news.put(None)
        self._end()
        return None

    def submit(self, seat: str, reply: Reply | str) -> None:
        """Do what `Stepper.submit` does."""
        self._thread.check()
        self._thread.later(answer, *self._take(seat, reply))

    def step(self, reply: Reply | str, seat: str | None = None) -> Request | None:
        """Do what `Stepper.step` does."""
        self.submit(self._only_seat() if seat is None else seat, reply)
        return self.next()

    def close(self) -> None:
        """Abandon the episode if it has not ended, and wait until it is over. It may be called again."""
        self._is_closed = True
        if not self._has_begun or not self._thread.is_ours:
            return
        self._thread.later(self._own.cancel)
        while self._news.get() is not None:
            pass
        self._news.put(None)
