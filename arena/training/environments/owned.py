"""An episode whose caller answers for one seat: a trainer's sampler, a person, or another process.

::

    async with owned_seat(Play(game="kuhn"), "player_0", {"player_1": make_agent("random")}) as seat:
        while (request := await seat.observe()) is not None:
            seat.submit(my_policy(request))
    print(seat.played.outcome.returns)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from arena.core.errors import UsageError
from arena.episode.context import EpisodeContext
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.episode.record import NO_RECORD, Recorder
from arena.seat.agent import Agent, Reply, Request
from arena.spending.limits import Limits
from arena.tasks.task import Task
from arena.training.environments.stepper import Stepper


class OwnedSeat:
    """One seat of one episode, answered by the code that holds this object.

    `played` is the result of the episode, once `observe` has returned None.
    """

    def __init__(self, stepper: Stepper) -> None:
        self._stepper = stepper
        self._has_begun = False

    @property
    def played(self) -> Played | None:
        """The result of the episode, or None if it has not ended."""
        return self._stepper.played

    async def observe(self) -> Request | None:
        """Wait for the seat's next request. Return None when the episode has ended.

        Raises:
            UsageError: if the last request has not been answered.
        """
        if self._has_begun:
            return await self._stepper.next()
        self._has_begun = True
        return await self._stepper.start()

    def submit(self, reply: Reply | str) -> None:
        """Answer the open request.

        Raises:
            UsageError: if there is no open request.
        """
        self._stepper.submit(self._stepper.seats[0], reply)


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

    Leaving the block before the episode has ended abandons it. `Stepper` does the same for several seats.

    Raises:
        UsageError: if the agents are not those of the other seats, or the protocol gives seats tools.
    """
    if unknown := sorted(set(agents) - set(protocol.seats)):
        raise UsageError(f"There is no seat {unknown[0]!r}; the seats are {', '.join(protocol.seats)}.")
    context = EpisodeContext(seed=seed, limits=limits or Limits(), recorder=recorder)
    plan = Plan(number, task or Task(), {name: name for name in protocol.seats}, chance)
    async with Stepper(protocol, plan, agents, seats=[seat], context=context) as stepper:
        yield OwnedSeat(stepper)
