"""Running a scenario: many episodes at once, each failure kept to its own, everything journalled."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from structlog.contextvars import bound_contextvars

from arena.cache.cache import log_counts, open_cache
from arena.core.aio import to_its_end
from arena.core.drain import drained_by
from arena.core.errors import ArenaError, CapReached, Drained, Unwritable, UsageError
from arena.core.files import why
from arena.core.garbage import collecting_rarely
from arena.core.log import log, logging_to
from arena.core.version import __version__
from arena.designs.scenario import AnyScenario, Round
from arena.episode.measure import Measurement
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.episode.record import Beyond, Recorder, Tape
from arena.journal import Journal, Run, recording
from arena.journal.resuming import caps_and_prices, check_unchanged
from arena.running.progress import Progress, RunResult
from arena.seat.agent import Agent
from arena.spending.budget import Budget
from arena.spending.limits import Caps, Total
from arena.spending.prices import Prices
from arena.workers.notices import on_stderr, telling_who_waits
from arena.workers.opening import open_agents

__all__ = ["CONCURRENCY", "Progress", "RunResult", "new_folder", "run"]

CONCURRENCY = 100
"""How many episodes are played at once unless the caller says otherwise."""


async def run(
    scenario: AnyScenario,
    folder: Path | str | None = None,
    *,
    concurrency: int = CONCURRENCY,
    resume: bool = False,
    retry_failed: bool = False,
    cache: Path | str | None = None,
    caps: Caps | None = None,
    prices: Prices | None = None,
    source: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    verbose: bool = False,
    quiet: bool = False,
    instead: Callable[[Agent], Agent] | None = None,
) -> RunResult:
    """Play all episodes of a scenario and journal them.

    Args:
        scenario: what to play.
        folder: where the run is kept; a new folder in ``runs/`` unless given.
        concurrency: how many episodes are played at once.
        resume: continue the run in `folder`; no finished episode is played and no finished call made again.
        retry_failed: when resuming, also play the failed episodes again, from the point of failure.
        cache: the file of a response cache, made if there is none: models are not asked again what they have
            answered in it.
        caps: what the run may spend. When one is reached, the run ends, to be resumed; then the caps that it
            had still hold, but for those given anew.
        prices: what calls to models cost; when resuming, as before unless given.
        source: from what the command line can build the scenario again.
        progress: kept up to date while the run goes on.
        verbose: show the log on stderr too.
        quiet: do not say on stderr when all calls to a provider wait.
        instead: returns who takes the place of an agent, itself or another; each is taken as it is unless
            given.

    Raises:
        UsageError: if the scenario cannot be run as it stands, if `folder` is not as it should be, or if
            there is a cap in dollars and an agent whose price is not known.
        ConfigurationChanged: if the run to resume was begun under another configuration.
        StopRun: if an agent finds that no episode can go on, such as for a key that is refused.
        Unwritable: if there can be no folder for the run.
        JournalError: if the journal cannot be read or written; what it holds stays whole.
        CacheError: if the cache cannot be opened.
    """
    progress = progress or Progress()
    config = scenario.config()
    # What cannot be run is refused before any agent is opened or anything is written.
    if not resume:
        await asyncio.to_thread(scenario.round, 0, ())
    elif folder is None:
        raise UsageError("Say which run to resume: run(scenario, folder, resume=True).")
    else:
        if retry_failed and scenario.learns:
            raise UsageError(
                f"What failed in {scenario.name} cannot be played again: its agents have learnt from what "
                "else there was."
            )
        await asyncio.to_thread(check_unchanged, Path(folder), config)
        caps, prices = await asyncio.to_thread(caps_and_prices, Path(folder), caps, prices)
    caps, prices = caps or Caps(), prices or Prices()
    is_capped = caps.dollars is not None or scenario.limits.dollars is not None
    money = {"caps": caps.model_dump(exclude_none=True), "prices": prices.described()}
    asks_for = getattr(getattr(scenario, "protocol", None), "asks_for", None)
    async with (
        open_cache(cache) as replies,
        open_agents(scenario.cast(), instead, replies, prices, is_capped, asks_for) as agents,
    ):
        progress.cache = None if replies is None else replies.counts
        where = Path(folder) if folder is not None else await asyncio.to_thread(new_folder, scenario.name)
        progress.folder = where
        header = None
        if not resume:
            header = {"config": config, "version": __version__, "source": source, **money}
            if scenario.forked_from is not None:
                header["parent"] = os.path.relpath(scenario.forked_from, where)  # noqa: ASYNC240
        async with recording(where, header, changed=money, retry_failed=retry_failed) as journal:
            progress.spent = await asyncio.to_thread(_spent, where)
            budget = Budget(caps, prices, progress.spent)
            progress.begun.set()
            log_file = where / "log.jsonl"
            with (
                collecting_rarely(),
                bound_contextvars(run=where.name),
                logging_to(log_file, verbose=verbose),
                drained_by(progress.drained),
            ):
                runner = _Runner(scenario, where, journal, agents, budget, progress, concurrency)
                try:
                    async with telling_who_waits(None if quiet else on_stderr):
                        await runner.play()
                finally:
                    log_counts(replies)
    came = progress.ended, progress.draining, progress.cache, progress.spent, progress.reached
    return RunResult(where, *came)


def new_folder(name: str, root: Path | str = "runs") -> Path:
    """Make and return the first folder ``root/name-1``, ``root/name-2``, ... that does not exist yet."""
    number = 1
    try:
        Path(root).mkdir(parents=True, exist_ok=True)
        while True:
            folder = Path(root) / f"{name}-{number}"
            try:
                folder.mkdir()
            except FileExistsError:
                number += 1
            else:
                return folder
    except OSError as error:
        raise Unwritable(f"No run can be kept in the folder {root}: {why(error)}.") from error


def _spent(folder: Path) -> Total:
    with Run(folder) as stored:
        return stored.total()


class _Runner:
    def __init__(
        self,
        scenario: AnyScenario,
        folder: Path,
        journal: Journal,
        agents: Mapping[str, Agent],
        budget: Budget,
        progress: Progress,
        concurrency: int,
    ) -> None:
        self._scenario = scenario
        self._folder = folder
        self._journal = journal
        self._agents = agents
        self._budget = budget
        self._progress = progress
        self._concurrency = concurrency
        self._finished: set[int] = set()
        self._begun: set[int] = set()
        self._stored: Run | None = None
        self._reading = asyncio.Lock()

    async def play(self) -> None:
        """Play the rounds one after another."""
        try:
            with self._budget.when_time_is_up(self._end_at):
                await self._play()
        finally:
            if self._stored is not None:
                self._stored.close()

    async def _play(self) -> None:
        await asyncio.to_thread(self._read_past)
        log.info("run begins", finished=len(self._finished))
        while not self._progress.draining:
            await self._journal.flush()
            measured, round_ = await asyncio.to_thread(self._round)
            for measure in measured:
                self._journal.measure(measure)
            if round_ is None:
                break
            self._progress.planned += round_.size
            await self._play_round(round_)
            self._progress.rounds += 1
        ended = {ending.value: count for ending, count in self._progress.ended.items()}
        log.info("run ends", **ended)

    def _read_past(self) -> None:
        with Run(self._folder) as stored:
            self._finished = stored.numbers(finished=True)
            self._begun = stored.numbers(finished=False)
            for ending, count in stored.counts().items():
                self._progress.ended[ending] = count
        self._progress.found = self._progress.done

    def _round(self) -> tuple[list[Measurement], Round | None]:
        number = self._progress.rounds
        with Run(self._folder) as stored:
            measured = list(self._scenario.look_back(number, stored))
            return measured, self._scenario.round(number, stored.finished())

    def _tape(self, plan: Plan) -> Tape:
        """Return what is known of an episode: what it shares with its siblings, and its own past."""
        if self._stored is None:
            self._stored = Run(self._folder)
        branch, given = plan.branch, {}
        calls = self._stored.calls(plan.number) if plan.number in self._begun else ()
        if branch is not None:
            calls = calls or self._stored.prefix(branch)[1]
            if branch.reply is not None:
                earlier = sum(call.seat == branch.seat and call.step < branch.step for call in calls)
                given[branch.seat, earlier] = branch.reply
        return Tape(calls, given)

    async def _play_round(self, round_: Round) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._concurrency, round_.size)):
                    group.create_task(self._work(round_.plans))
        except* ArenaError as errors:
            raise errors.exceptions[0] from None

    async def _work(self, plans: Iterator[Plan]) -> None:
        for plan in plans:
            if self._progress.draining:
                return
            if plan.number not in self._finished:
                try:
                    self._budget.check()
                    await self._play_episode(plan)
                except CapReached as reached:
                    self._end_at(reached)
                except Drained:
                    pass  # it is left for when the run is resumed
                await self._journal.room()

    def _end_at(self, reached: CapReached) -> None:
        """End the run at a cap: what cannot go on is left for when it is resumed."""
        if self._progress.reached is None:
            log.warning("cap reached", reason=str(reached))
            self._progress.reached = reached
        self._progress.drain()

    async def _play_episode(self, plan: Plan) -> None:
        tape: Tape | None = None
        recorder: Recorder = self._journal
        if plan.branch is not None:
            recorder = Beyond(self._journal, plan.branch.step)
        if plan.branch is not None or plan.number in self._begun:
            async with self._reading:
                # The reader is closed when the run ends, and must not be in use then.
                tape = await to_its_end(self._tape, plan)
        played = await play_episode(
            self._scenario.protocol_of(plan),
            plan,
            self._agents,
            seed=self._scenario.seed,
            limits=self._scenario.limits,
            budget=self._budget,
            recorder=recorder,
            tape=tape,
        )
        self._progress.ended[played.outcome.ending] += 1
        self._progress.turns += played.turns
