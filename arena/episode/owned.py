"""An episode whose caller answers for one seat: a trainer's sampler, a person, or another process.

::

    async with owned_seat(Play(game="kuhn"), "player_0", {"player_1": make_agent("random")}) as seat:
        while (request := await seat.observe()) is not None:
            seat.submit(my_policy(request))
    print(seat.played.outcome.returns)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from arena.core.errors import UsageError
from arena.episode.context import EpisodeContext
from arena.episode.plan import Plan, Played
from arena.episode.playing import play_episode
from arena.episode.protocol import Protocol
from arena.episode.record import NO_RECORD, Recorder
from arena.seat.agent import Agent, Reply, Request
from arena.spending.limits import Limits
from arena.tasks.task import Task


class OwnedSeat:
    """One seat of one episode, answered by the code that holds this object.

    `played` is the result of the episode, once `observe` has returned None.
    """

    def __init__(self) -> None:
        self.played: Played | None = None
        self._asked: asyncio.Queue[Request | None] = asyncio.Queue()
        self._reply: asyncio.Future[Reply] | None = None

    async def observe(self) -> Request | None:
        """Wait for the seat's next request. Return None when the episode has ended.

        Raises:
            UsageError: if the last request has not been answered.
        """
        if self._reply is not None:
            raise UsageError("The seat's last request is still open; submit a reply before observing again.")
        if self.played is not None and self._asked.empty():
            return None
        return await self._asked.get()

    def submit(self, reply: Reply | str) -> None:
        """Answer the open request.

        Raises:
            UsageError: if there is no open request.
        """
        if self._reply is None:
            raise UsageError("The seat has not been asked anything; observe a request before submitting.")
        self._reply.set_result(Reply(reply) if isinstance(reply, str) else reply)
        self._reply = None

    async def ask(self, request: Request) -> Reply:
        """Pass a request to `observe`, and wait for the submitted reply."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._reply = reply
        self._asked.put_nowait(request)
        try:
            return await reply
        finally:
            self._reply = None

    def end(self, played: Played) -> None:
        """Make `observe` return None, because the episode has ended."""
        self.played = played
        self._asked.put_nowait(None)


class _Outside(Agent):
    name = "outside"

    def __init__(self, seat: OwnedSeat) -> None:
        self._seat = seat

    async def reply(self, request: Request) -> Reply:
        return await self._seat.ask(request)


@asynccontextmanager
async def owned_seat(
    protocol: Protocol,
    seat: str,
    agents: Mapping[str, Agent],
    *,
    task: Task | None = None,
    number: int = 0,
    seed: int = 0,
    chance: int = 0,
    limits: Limits | None = None,
    recorder: Recorder = NO_RECORD,
) -> AsyncIterator[OwnedSeat]:
    """Play an episode in which the caller answers for `seat` and `agents` for the other seats.

    Leaving the block before the episode has ended abandons it.

    Raises:
        UsageError: if the agents are not those of the other seats, or the protocol gives seats tools.
    """
    if protocol.tools:
        raise UsageError(
            f"{type(protocol).__name__} gives tools to {', '.join(protocol.tools)}, and an episode with a "
            "seat of yours is played without tools; play it with arena.run, or give it none."
        )
    if {seat, *agents} != set(protocol.seats) or seat in agents:
        raise UsageError(
            f"The seats are {', '.join(protocol.seats)}; give an agent for each of them but {seat}, which "
            "is yours."
        )
    owned = OwnedSeat()
    context = EpisodeContext(seed=seed, limits=limits or Limits(), recorder=recorder)
    plan = Plan(number, task or Task(), {name: name for name in protocol.seats}, chance)

    async def play() -> None:
        everyone = {**agents, seat: _Outside(owned)}
        owned.end(await play_episode(protocol, plan, everyone, context))

    async with asyncio.TaskGroup() as group:
        playing = group.create_task(play())
        try:
            yield owned
        finally:
            playing.cancel()
