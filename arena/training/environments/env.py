"""`Env`: the episodes of a game or protocol in a loop of one's own, without ``await``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from operator import index
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.designs.scenario import AnyScenario
from arena.episode.context import EpisodeContext
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan
from arena.episode.protocol import Protocol
from arena.episode.record import NO_RECORD, Recorder
from arena.journal import recording
from arena.registry import AgentLike, agent_name, make_agent
from arena.running.again import Again
from arena.seat.agent import Agent, Reply, Request
from arena.spending.prices import Prices
from arena.tasks.task import Task
from arena.training.environments._loop_thread import loop_thread
from arena.training.environments._record import record_place
from arena.training.environments._seats import POLICY, Counting
from arena.training.environments._stepped import scenario_of_one
from arena.training.environments.observation import Observation
from arena.training.environments.stepper import SyncStepper
from arena.workers.naming import agents_played
from arena.workers.opening import open_agents


class Env:
    """A game or protocol whose episodes are stepped through by the caller's own loop.

    ::

        env = arena.Env("kuhn")
        observation = env.reset(seed=7)
        while not env.done:
            observation = env.step(choose(observation.moves))
        print(env.returns)

    The caller answers for its own seats, one after the other, and agents for the other seats. What an episode
    does depends on its seed alone: the same seed gives the same cards on every reset. If several seats are
    asked at once, `waiting` names them, and `observe` and `act` take a seat.

    An error in the code of a game or protocol is raised as it is, by `reset`, `step` or `observe`. An agent
    that gives no usable reply fails or forfeits the episode, as the `outcome` says.

    An `Env` can be used in a ``with`` block, which closes it.

    Args:
        what: a game, a scenario or a protocol: its name, its place (``"mine.py:MyGame"``), the file of a
            study, or the object.
        seats: the caller's seat or seats. By default, all players that get no agent.
        agents: the agents in the other seats, by seat.
        settings: settings by their paths, such as ``{"protocol.hands": 5, "limits.turns": 20}``.
        seed: the seed from which the seeds of resets without one are derived. By default, it is
            the scenario's.
        record: the folder in which the episodes are recorded as a run. By default, nothing is recorded.
        again: what to do if that folder holds a run already: ``"resume"`` goes on after its last episode, and
            ``"new"`` records in the first free folder of ``folder-2``, ``folder-3``, ... By default it is an
            error.

    Raises:
        UsageError: if the game, a seat, an agent or a setting does not exist, or a seat has tools.
    """

    def __init__(
        self,
        what: AnyScenario | Protocol | str,
        *,
        seats: Sequence[str] | str = (),
        agents: Mapping[str, AgentLike] | None = None,
        settings: Mapping[str, Any] | None = None,
        seed: int | None = None,
        record: Path | str | None = None,
        again: Again | None = None,
    ) -> None:
        self._stepper: SyncStepper | None = None
        self._opened: AsyncExitStack | None = None
        chosen = {**(settings or {}), **({} if seed is None else {"seed": seed})}
        own = (seats,) if isinstance(seats, str) else tuple(seats)
        self._scenario = scenario_of_one(what, own, agents or {}, chosen)
        filled = self._scenario.seats
        for agent in (agents or {}).values():
            make_agent(agent)  # one that does not exist is found before the first reset
        self._seats = {seat: agent_name(filled[seat]) for seat in self._scenario.protocol.seats}
        self._record, self._again = None if record is None else Path(record), again
        self._folder: Path | None = None
        self._recorder: Recorder = NO_RECORD
        self._agents: dict[str, Agent] = {}
        self._number = 0
        self._now: Observation | None = None
        self._done = False
        self._thread = loop_thread()

    @property
    def seats(self) -> tuple[str, ...]:
        """The caller's seats."""
        return tuple(seat for seat, name in self._seats.items() if name == POLICY)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The caller's seats that are asked now. If they are asked at once, there are several."""
        return tuple(self._stepper.open) if self._stepper else ()

    @property
    def folder(self) -> Path | None:
        """The folder of the record. It is None before the first reset, and without a record."""
        return self._folder

    @property
    def done(self) -> bool:
        """Whether the episode has ended."""
        return self._done

    @property
    def outcome(self) -> Outcome | None:
        """How the episode ended; None before."""
        played = self._stepper.played if self._stepper and self._done else None
        return played.outcome if played else None

    @property
    def returns(self) -> dict[str, float | None]:
        """The return of each seat. It is None, and not 0, if there is none: before the end, without a result,
        or because the protocol gives the seat none.
        """
        outcome = self.outcome
        given = outcome.returns if outcome and outcome.is_result else {}
        return {seat: given.get(seat) for seat in self._seats}

    def reset(self, *, seed: int | None = None, task: Task | int | None = None) -> Observation | None:
        """Begin a new episode, and return the first observation; None if it ended without one.

        An episode that has not ended is abandoned. A record keeps it as not ended.

        Args:
            seed: the seed of the episode: its task, its cards, and what agents draw. By default, another one
                each time, derived from the seed of the `Env`.
            task: the task, or its place among the scenario's tasks, counted from 0. By default, the seeds 0,
                1, ... go through the tasks, and so do resets without a seed.

        Raises:
            UsageError: if there is no such task, or the folder of the record holds something already.
            StopRun: if an agent reports that no episode can be played.
        """
        seed = None if seed is None else _whole("seed", seed)
        self._abandon()
        self._thread.check()
        if self._opened is None:
            self._thread.wait_for(self._open())
        number, self._number = self._number, self._number + 1
        chosen = self._task(task, number if seed is None else seed)
        seed = derive(self._scenario.seed, "reset", number) if seed is None else seed
        recorder = self._recorder
        if recorder is not NO_RECORD:
            self._thread.wait_for(recorder.room())
            recorder = Counting(recorder, number)
        scenario = self._scenario
        plan = Plan(0, chosen, self._seats, derive(seed, "chance"), match=number)
        context = EpisodeContext(
            seed=seed,
            limits=scenario.limits,
            recorder=recorder,
            probes=scenario.probes,
            wording=scenario.wording_of(plan),
        )
        protocol = scenario.protocol
        self._stepper = SyncStepper(protocol, plan, self._agents, seats=self.seats, context=context)
        return self._observed(self._stepper.start())

    def observe(self, seat: str | None = None) -> Observation | None:
        """Return what the seat that is to reply observes, and wait for it; None if the episode has ended.

        Args:
            seat: the seat, if several are asked at once.

        Raises:
            UsageError: if no episode has begun, or the seat is not asked.
        """
        stepper = self._begun()
        if seat is not None:
            if seat not in (waiting := stepper.open):
                raise UsageError(f"{seat!r} is not asked now; asked: {', '.join(waiting) or 'nobody'}.")
            return Observation(waiting[seat])
        if self._now is not None or self._done:
            return self._now
        return self._observed(stepper.next())

    def act(self, reply: Reply | str, seat: str | None = None) -> None:
        """Reply for a seat, by default the one that was observed, and do not wait for what follows.

        Args:
            reply: a legal move or another text, or a `Reply` that also holds tokens, reasoning and usage. One
                that cannot be used is asked for again (`Observation.refused`).
            seat: the seat, if several are asked at once.

        Raises:
            UsageError: if the seat is not asked.
        """
        stepper, now = self._begun(), self._now
        seat = seat or (now.seat if now is not None else self.seats[0])
        stepper.submit(seat, reply)
        if now is not None and now.seat == seat:
            self._now = None

    def step(self, reply: Reply | str, seat: str | None = None) -> Observation | None:
        """Do what `act` and then `observe` do."""
        self.act(reply, seat)
        return self.observe()

    def close(self) -> None:
        """Abandon the episode if it has not ended, and close the agents and the record."""
        self._abandon()
        opened, self._opened = self._opened, None
        if opened is not None and self._thread.is_ours:
            self._thread.opened.discard(opened)
            self._thread.wait_for(opened.aclose())

    def __del__(self) -> None:
        opened = getattr(self, "_opened", None)  # an Env that was refused has none
        if opened is not None and self._thread.is_ours:
            self._stepper = None
            self._thread.close_later(opened)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begun(self) -> SyncStepper:
        if self._stepper is None:
            raise UsageError("No episode has begun; call reset first.")
        return self._stepper

    def _observed(self, request: Request | None) -> Observation | None:
        self._now, self._done = (None, True) if request is None else (Observation(request), False)
        if self._done and self._stepper is not None and (error := self._stepper.error) is not None:
            raise error
        return self._now

    def _abandon(self) -> None:
        stepper, self._stepper = self._stepper, None
        self._now, self._done = None, False
        if stepper is not None and stepper.played is None:
            stepper.close()

    def _task(self, task: Task | int | None, place: int) -> Task:
        if isinstance(task, Task):
            return task
        tasks = self._scenario.played_tasks
        if task is None:
            return tasks[place % len(tasks)]
        task = _whole("task", task)
        if not 0 <= task < len(tasks):
            raise UsageError(f"There is no task {task}; there are {len(tasks):,}, counted from 0.")
        return tasks[task]

    async def _open(self) -> None:
        """Open the other agents, and the journal if there is one."""
        scenario = self._scenario
        others = {name: agent for name, agent in scenario.cast().items() if name != POLICY}
        opened = AsyncExitStack()
        try:
            self._agents = await opened.enter_async_context(open_agents(others, Prices()))
            if self._record is not None:
                played = agents_played(others, self._agents)
                place = await asyncio.to_thread(
                    record_place, self._record, self._again, scenario.config(), played
                )
                journal = recording(place.folder, place.header)
                self._recorder = await opened.enter_async_context(journal)
                self._folder, self._number = place.folder, place.number
        except BaseException:
            await opened.aclose()
            raise
        self._opened = opened
        self._thread.opened.add(opened)


def _whole(name: str, value: int) -> int:
    """Return a whole number of any kind as an int, so that equal numbers are equal seeds."""
    try:
        return index(value)
    except TypeError:
        raise UsageError(f"A {name} is a whole number, not {value!r}.") from None
