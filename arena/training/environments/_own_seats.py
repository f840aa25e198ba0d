"""The caller's seats in one episode: their open requests, and the task that plays the episode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from arena.core.errors import UsageError
from arena.episode.context import EpisodeContext
from arena.episode.plan import Plan, Played
from arena.episode.playing import play_episode
from arena.episode.protocol import Protocol
from arena.seat.agent import Agent, Reply, Request

Playing = Callable[[], Coroutine[Any, Any, Played]]


class OpenRequest(NamedTuple):
    """An open request, and the future that its reply is put into."""

    request: Request
    answer: asyncio.Future[Reply]


class OwnSeats(Agent):
    """An agent in the caller's seats. Each request stays open until the caller answers it.

    `put` is called with each request, and with None when the episode has ended. It is called one turn of the
    event loop later, so that `requests` then holds those of all seats that are asked at once. The task of the
    episode refers to this object and never to the caller's, so an abandoned episode is noticed.
    """

    name = "outside"

    def __init__(self, put: Callable[[OpenRequest | None], None]) -> None:
        self.requests: dict[str, OpenRequest] = {}
        self.task: asyncio.Task[Played] | None = None
        self._coroutine: Coroutine[Any, Any, Played]
        self._context: Context
        self._put = put

    async def reply(self, request: Request) -> Reply:
        """Wait until the caller answers the request."""
        loop = asyncio.get_running_loop()
        asked = self.requests[request.seat] = OpenRequest(request, loop.create_future())
        loop.call_soon(self._put, asked)
        try:
            return await asked.answer
        finally:
            if self.requests.get(request.seat) is asked:
                del self.requests[request.seat]

    def begin(self, playing: Playing) -> None:
        """Begin to play in a task of the running event loop."""
        self._coroutine, self._context = playing(), copy_context()
        self.task = asyncio.get_running_loop().create_task(self._coroutine, context=self._context)
        self.task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[Played]) -> None:
        if not task.cancelled():
            task.exception()  # so that asyncio does not report it again where nobody asks for it
        self._put(None)

    def cancel(self) -> None:
        """Cancel the episode, from any thread. Where its event loop has stopped, close it at once."""
        task = self.task
        if task is None or task.done():
            return
        loop = task.get_loop()
        if loop.is_running():
            loop.call_soon_threadsafe(task.cancel)
            return
        # Nothing runs the task any more, and the caller knows that it has gone.
        task._log_destroy_pending = False  # type: ignore[attr-defined]
        with suppress(RuntimeError):
            self._context.run(self._coroutine.close)


class Stepping:
    """What both faces of a stepper have: the episode, its open requests, and what may be answered.

    Args:
        protocol: the protocol that is played.
        plan: the episode's number, task, seats and chance.
        agents: the agents in the other seats, by the names that the plan has for them.
        seats: the caller's seats. By default, all whose agent is not among `agents`.
        context: the seed, limits, budget, recorder and wording.
        put: called with each request, and with None at the end.

    Raises:
        UsageError: if a seat has no agent, does not exist or has two owners, or the protocol gives tools.
    """

    def __init__(
        self,
        protocol: Protocol,
        plan: Plan,
        agents: Mapping[str, Agent],
        seats: Sequence[str],
        context: EpisodeContext | None,
        put: Callable[[OpenRequest | None], None],
    ) -> None:
        if protocol.tools:
            raise UsageError(
                f"{type(protocol).__name__} gives tools to {', '.join(protocol.tools)}, and an episode with "
                "a seat of yours is played without tools; play it with arena.run, or give it none."
            )
        self.seats = tuple(seats) or tuple(s for s in protocol.seats if plan.seats.get(s) not in agents)
        _check(protocol, plan, agents, self.seats)
        self._own = OwnSeats(put)
        everyone = {**agents, **{plan.seats[seat]: self._own for seat in self.seats}}
        self._errors: list[BaseException] = []
        context = replace(context or EpisodeContext(), failed_by=self._errors.append)
        self._playing: Playing = partial(play_episode, protocol, plan, everyone, context)
        self._handed_out: dict[str, OpenRequest] = {}
        self._seen: dict[str, OpenRequest] = {}
        self._has_begun = self._is_closed = False

    def __del__(self) -> None:
        own = getattr(self, "_own", None)  # a stepper that was refused has none
        if own is not None:
            own.cancel()

    @property
    def played(self) -> Played | None:
        """The result of the episode, or None if it has not ended or was closed before."""
        task = self._own.task
        if task is None or not task.done() or task.cancelled() or task.exception() is not None:
            return None
        return task.result()

    @property
    def error(self) -> BaseException | None:
        """The protocol's error, if one failed the episode. Its `played` then says the same in words."""
        return self._errors[0] if self._errors else None

    @property
    def open(self) -> dict[str, Request]:
        """The requests that wait for a reply, by seat. If seats are asked at once, there are several."""
        waiting = dict(self._own.requests)
        self._seen |= waiting
        return {seat: asked.request for seat, asked in waiting.items()}

    def _note_beginning(self) -> None:
        if self._has_begun:
            raise UsageError("The episode has begun already; call next for the next request.")
        self._check_not_closed()
        self._has_begun = True

    def _check_not_closed(self) -> None:
        if self._is_closed and self.played is None:
            raise UsageError("The episode was closed before it ended; begin another.")

    def _check_can_wait(self) -> None:
        """Refuse to wait for a request while all that are open have been handed out."""
        self._check_not_closed()
        if not self._has_begun:
            raise UsageError("The episode has not begun; call start first.")
        open_now = list(self._own.requests.items())
        if open_now and all(self._handed_out.get(seat) is asked for seat, asked in open_now):
            seats = ", ".join(seat for seat, _ in open_now)
            raise UsageError(f"The last request to {seats} is still open; submit a reply before the next.")

    def _hand_out(self, asked: OpenRequest) -> bool:
        """Return whether the request is still open, so that it is handed out."""
        seat = asked.request.seat
        if self._own.requests.get(seat) is not asked:
            return False
        self._handed_out[seat] = self._seen[seat] = asked
        return True

    def _end(self) -> None:
        """Raise what ended the episode, if an error or a cancellation did."""
        task = self._own.task
        if task is not None and task.cancelled():
            raise UsageError("The episode was closed before it ended; begin another.")
        if task is not None:
            task.result()

    def _only_seat(self) -> str:
        """Return the seat whose request is answered where no seat is named.

        Raises:
            UsageError: if no seat or several have been handed a request.
        """
        open_now = list(self._own.requests.items())
        waiting = [seat for seat, asked in open_now if self._handed_out.get(seat) is asked]
        if len(waiting) > 1:
            raise UsageError(f"{' and '.join(waiting)} are asked; say who replies: step(reply, seat).")
        return waiting[0] if waiting else self.seats[0]

    def _take(self, seat: str, reply: Reply | str) -> tuple[OpenRequest, Reply]:
        """Close the open request of a seat, and return it with its reply.

        Raises:
            UsageError: if the seat has no open request.
        """
        if seat not in self.seats:
            raise UsageError(f"{seat!r} is no seat of yours; yours: {', '.join(self.seats)}.")
        if isinstance(reply, str):
            reply = Reply(reply)
        if not isinstance(reply, Reply):
            raise UsageError(f"A reply is a text or an arena.Reply, not {type(reply).__name__}.")
        self._check_not_closed()
        asked = self._own.requests.get(seat)
        # Another thread may have put a request there that the caller has not seen yet.
        if asked is not None and self._seen.get(seat) is asked:
            self._own.requests.pop(seat, None)
        else:
            task = self._own.task
            if task is not None and task.done():
                raise UsageError(f"The episode has ended, so {seat} cannot reply any more; begin another.")
            raise UsageError(f"{seat} has not been asked anything that is still open; wait for a request.")
        return asked, reply


def _check(protocol: Protocol, plan: Plan, agents: Mapping[str, Agent], own: Sequence[str]) -> None:
    if unknown := sorted(set(own) - set(protocol.seats)):
        raise UsageError(f"There is no seat {unknown[0]!r}; the seats are {', '.join(protocol.seats)}.")
    if not own:
        raise UsageError("Every seat has an agent, so none is yours; name your seats.")
    named = {seat: plan.seats.get(seat) for seat in protocol.seats}
    for seat, name in named.items():
        if (seat in own) == (name in agents):
            fault = "is yours and has an agent" if seat in own else "is not yours and has no agent"
            raise UsageError(
                f"{seat} {fault}. The seats are {', '.join(protocol.seats)}; give an agent for each of them "
                f"but {' and '.join(own)}."
            )


def answer(asked: OpenRequest, reply: Reply) -> None:
    """Give a request its reply, unless it was given up in the meantime."""
    if not asked.answer.done():
        asked.answer.set_result(reply)
