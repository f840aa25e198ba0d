"""Playing the rounds of a run in a pool. An episode that has a tape continues from it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from arena.core.aio import to_its_end
from arena.core.errors import UsageError
from arena.core.log import log
from arena.designs.scenario import AnyScenario, Round
from arena.episode.context import EpisodeContext
from arena.episode.measurement import Measurement
from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.episode.record import Beyond, Recorder, Tape
from arena.journal import Journal, StoredRun
from arena.running._holding import SettingsHeld
from arena.running._to_play import ToPlay
from arena.running._watching import Watched
from arena.running.progress import Progress
from arena.seat.agent import Agent
from arena.steering import SettingsSince
from arena.workers.pool import WorkerPool
from arena.workers.tools import OpenTools

_ROUND_OVER = (
    "The round in which episodes failed is over, so they are not played again while the run goes on."
)


@dataclass(slots=True)
class RunRounds:
    """The rounds of the run in `folder`. Open agents play their remaining episodes in a pool.

    A match is played under the last of the settings `held` when its first episode begins, and stays so.
    """

    scenario: AnyScenario
    folder: Path
    journal: Journal
    agents: Mapping[str, Agent]
    tools: OpenTools
    pool: WorkerPool
    progress: Progress
    held: SettingsHeld
    _to_play: ToPlay | None = None
    _reopened: set[int] = field(default_factory=set)
    _finished: set[int] = field(default_factory=set)
    _begun: set[int] = field(default_factory=set)
    _stored: StoredRun | None = None
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _desks: dict[tuple[str, str], asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def play(self) -> None:
        """Play the rounds one after the other, until the last one is over or the pool is drained."""
        try:
            await self._play()
        finally:
            if self._stored is not None:
                self._stored.close()

    async def _play(self) -> None:
        await asyncio.to_thread(self._read_past)
        log.info("run begins", finished=len(self._finished))
        while not self.progress.draining:
            await self.journal.flush()
            measured, round_, failed = await asyncio.to_thread(self._round)
            for measurement in measured:
                self.journal.measurement(measurement)
            if round_ is None:
                break
            self.progress.planned += round_.size
            self._to_play = ToPlay(round_.plans, self._finished, failed)
            await self.pool.work_through(self._to_play, self._play_episode, round_.size)
            while self._to_play.has_more and not self.progress.draining:
                await self.pool.work_through(self._to_play, self._play_episode, round_.size)
            self._to_play = None
            self.progress.rounds += 1
        ended = {ending.value: count for ending, count in self.progress.ended.items()}
        log.info("run ends", **ended)

    def _read_past(self) -> None:
        with StoredRun(self.folder) as stored:
            self._finished = stored.numbers(finished=True)
            self._begun = stored.numbers(finished=False)
            self.held.begin(stored.begun_after(), stored.matches_begun_after())
            self.progress.ended = dict.fromkeys(Ending, 0)
            for ending, count in stored.counts().items():
                self.progress.ended[ending] = count
        self.progress.found = self.progress.done

    def _round(self) -> tuple[list[Measurement], Round | None, set[int]]:
        number = self.progress.rounds
        with StoredRun(self.folder) as stored:
            measured = list(self.scenario.look_back(number, stored))
            round_ = self.scenario.round(number, stored.finished(self.scenario.reads))
            is_last = number == stored.last_round()
            return measured, round_, stored.failed_last() if is_last else set()

    def play_again(self) -> None:
        """Let the failed episodes of the round be played again, before those that have not begun.

        What is recorded of it is durable together with what is recorded by the caller at the same moment.

        Raises:
            UsageError: if no round is being played.
        """
        if self._to_play is None:
            raise UsageError(_ROUND_OVER)
        self.held.keep(self._to_play.matches_failed())
        numbers, earlier = self._to_play.again()
        if not numbers:
            return
        self.journal.reopen(numbers)
        self._reopened |= numbers
        self.progress.ended[Ending.FAILED] -= len(numbers)
        self.progress.found -= earlier
        self.pool.resize(self.pool.concurrency)

    async def _settle(self) -> None:
        """Wait until the journal has what is to be played again, and read what it still holds of it."""
        async with self._reading:
            if not self._reopened:
                return
            numbers = frozenset(self._reopened)
            await self.journal.flush()
            self.held.begin_again(numbers, *await to_its_end(self._read_begun))
            self._begun |= numbers
            self._reopened -= numbers

    def _read_begun(self) -> tuple[dict[int, int], dict[int, int]]:
        with StoredRun(self.folder) as stored:
            return stored.begun_after(), stored.matches_begun_after()

    def _tape(self, plan: Plan) -> Tape:
        """Return the tape of an episode: the part that it shares with its siblings, then its own part."""
        if self._stored is None:
            self._stored = StoredRun(self.folder)
        branch, given = plan.branch, {}
        calls = self._stored.calls(plan.number) if plan.number in self._begun else ()
        if branch is not None:
            calls = calls or self._stored.prefix(branch)[1]
            if branch.reply is not None:
                earlier = sum(call.seat == branch.seat and call.step < branch.step for call in calls)
                given[branch.seat, earlier] = branch.reply
        return Tape(calls, given, self._stored.returned(plan.number, branch))

    async def _play_episode(self, plan: Plan) -> None:
        if plan.number in self._reopened:
            await self._settle()
        has_played = False
        while not has_played and not self.progress.draining:
            has_played = await self._play_at_desks(plan, self.held.of(plan))

    async def _play_at_desks(self, plan: Plan, settings: SettingsSince) -> bool:
        """Play an episode when its people play no other one, so that none is asked about two by turns.

        Return False if others were to play it when they were free.
        """
        names = settings.seats(plan.seats).values()
        async with AsyncExitStack() as seated:
            people = [(name, self.agents[name]) for name in names if self.agents[name].desk]
            for desk in sorted({(one.desk, "" if one.shares_desk else name) for name, one in people}):
                await seated.enter_async_context(self._desks[desk])
                if self.progress.draining:
                    return True
            if settings is not self.held.of(plan):
                return False
            with self.held.playing(plan, settings):
                await self._play_seated(plan, settings)
            return True

    async def _play_seated(self, planned: Plan, settings: SettingsSince) -> None:
        plan = planned
        tape: Tape | None = None
        recorder: Recorder = self.journal
        if plan.branch is not None:
            recorder = Beyond(self.journal, plan.branch.step)
        if self.progress.watcher is not None:
            recorder = Watched(recorder, self.progress.watcher, plan)
        if plan.branch is not None or plan.number in self._begun:
            async with self._reading:
                # The reader is closed when the run ends, and must not be in use then.
                tape = await to_its_end(self._tape, plan)
        given, protocol = self.scenario.tools_of(plan), self.scenario.protocol_of(plan)
        wording = self.scenario.wording_of(plan)
        if settings.act:
            plan = replace(plan, seats=settings.seats(plan.seats), act=settings.act)
        seated = {seat: self.agents[name] for seat, name in plan.seats.items()}
        context = EpisodeContext(
            seed=self.scenario.seed,
            limits=settings.limits,
            budget=self.pool.budget,
            recorder=recorder,
            tape=tape,
            probes=self.scenario.probes,
            wording=wording,
            tools=await self.tools.boxes(given, seated) if given else {},
            listener=self.progress.listener,
        )
        played = await play_episode(protocol, plan, self.agents, context)
        self.progress.ended[played.outcome.ending] += 1
        if played.outcome.ending is Ending.FAILED and self._to_play is not None:
            self._to_play.note_failure(planned)
        self.progress.turns += played.turns
