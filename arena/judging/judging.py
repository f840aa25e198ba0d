"""Judging a stored run: every judge reads every completed episode, in every order; no agent plays again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from structlog.contextvars import bound_contextvars

from arena.core.drain import Drain, drained_by
from arena.core.errors import ArenaError, CapReached, Drained, UsageError
from arena.core.log import log, logging_to
from arena.episode.record import Tape
from arena.journal import Journal, PanelRule, Run, StoredEpisode, VerdictKey, judging
from arena.journal.resuming import caps_and_prices
from arena.judging.asking import Asked, ask_for_verdict
from arena.judging.criterion import Criterion
from arena.judging.family import kinships
from arena.judging.planning import Work, survey
from arena.judging.tally import Tally, tally
from arena.registry import AgentLike, by_name, make_agent
from arena.spending.budget import Budget, check_prices
from arena.spending.limits import Caps, Total
from arena.spending.prices import Prices
from arena.workers.notices import on_stderr, telling_who_waits

CONCURRENCY = 20
"""How many verdicts are asked for at once unless the caller says otherwise."""


@dataclass(slots=True)
class JudgingProgress:
    """Where a judging stands: verdicts that were `found` already, `done` since, and `planned` in all.

    `spent` is what the run has taken in all, judging included, and `reached` the cap that ended the judging,
    if one did. Setting `drained` ends it early: who is being asked answers, and nobody else is asked.
    """

    found: int = 0
    done: int = 0
    planned: int = 0
    spent: Total = field(default_factory=Total)
    reached: CapReached | None = None
    drained: Drain = field(default_factory=Drain)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judging came to: the `tally` is of all who have judged by the criterion, now or before.

    `left_out` counts the run's episodes that were not judged: they did not complete, or nobody said anything
    that the judges may read. `warnings` are for whoever reads the figures. `reached` is the cap that ended
    the judging before all verdicts were there, if one did, and `interrupted` says that it was drained.
    """

    folder: Path
    criterion: str
    tally: Tally
    episodes: int
    left_out: int
    warnings: tuple[str, ...] = ()
    reached: CapReached | None = None
    interrupted: bool = False


async def judge_run(
    folder: Path | str,
    judges: Sequence[AgentLike],
    criterion: Criterion | None = None,
    *,
    samples: int = 1,
    swap: bool = True,
    combine: str | None = None,
    quorum: int | None = None,
    append: bool = False,
    overwrite: bool = False,
    other_families: bool = False,
    concurrency: int = CONCURRENCY,
    caps: Caps | None = None,
    prices: Prices | None = None,
    progress: JudgingProgress | None = None,
    verbose: bool = False,
    quiet: bool = False,
) -> Judged:
    """Have `judges` judge the completed episodes of a stored run, and journal their verdicts.

    Args:
        folder: where the run is.
        judges: agents, or their specifications.
        criterion: by what they judge; which side did better unless given.
        samples: how often each judge is asked the same.
        swap: ask in every order of the sides, so that each is once in each place.
        combine: how the orders come to one ruling, by its name in `arena.judging.COMBINATIONS`, from now on
            and for all verdicts by the criterion, in reports too; as before unless given, and first two-game.
        quorum: how many judges must have come to a ruling for the panel to, likewise; first more than half.
        append: skip what a judge has judged already, and go on where an earlier judging was stopped.
        overwrite: replace what a judge has judged already.
        other_families: refuse a judge of the model family of a side, of which there is a warning otherwise.
        concurrency: how many verdicts are asked for at once.
        caps: what the run may spend in all, judging included; none unless given. When one is reached, the
            judging ends, to be gone on with.
        prices: what calls to models cost; those of the run unless given.
        progress: kept up to date while it goes on.
        verbose: show the log on stderr too.
        quiet: do not say on stderr when all calls to a provider wait.

    Raises:
        UsageError: if there is nothing to judge, a judge has judged already and it is not said what then, or
            dollars are capped and a judge's price is not known.
        StopRun: if a judge finds that no request can be answered, such as for a key that is refused.
        JournalError: if the journal cannot be read or written.
    """
    folder, criterion = Path(folder), criterion or Criterion()
    progress = progress or JudgingProgress()
    if append and overwrite:
        raise UsageError("Say either append or overwrite: verdicts that are there are kept, or replaced.")
    if samples < 1 or concurrency < 1 or not judges:
        raise UsageError("There must be at least one judge, one sample and one verdict at a time.")
    names = by_name(judges)
    work = await asyncio.to_thread(survey, folder, tuple(names), criterion, samples, swap)
    rule, warnings = work.rule_for(criterion, combine, quorum)
    if work.finished and not append and not overwrite:
        judge = min(work.finished).judge
        raise UsageError(
            f"{judge} has judged the run in {folder} by {criterion.name} already: say append to keep those "
            "verdicts and ask for what is missing, or overwrite to ask for all anew."
        )
    made = {name: make_agent(judge) for name, judge in names.items()}
    kin = kinships(
        {name: judge.priced_as for name, judge in made.items()},
        {side: work.models.get(side, set()) for side in work.sides},
    )
    if kin and other_families:
        raise UsageError(" ".join(kin))
    caps = caps or Caps()
    # Verdicts are replaced only when their judges can answer.
    async with AsyncExitStack() as closing:
        for agent in made.values():
            closing.push_async_callback(agent.close)
        _, known = await asyncio.to_thread(caps_and_prices, folder, None, prices)
        await asyncio.to_thread(check_prices, made.values(), known, needed=caps.dollars is not None)
        for agent in made.values():
            await agent.open()
        progress.spent = await asyncio.to_thread(_spent, folder)
        asked = criterion.model_dump(mode="json")
        async with judging(folder, made, criterion.name, asked, rule, overwrite=overwrite) as journal:
            with bound_contextvars(judging=criterion.name), logging_to(folder / "log.jsonl", verbose=verbose):
                for warning in kin:
                    log.warning("judge is of the family of those it judges", judge=warning)
                asking = _Judging(
                    folder,
                    journal,
                    {name: Asked(judge) for name, judge in made.items()},
                    criterion,
                    work,
                    Budget(caps, known, progress.spent),
                    progress,
                )
                async with telling_who_waits(None if quiet else on_stderr):
                    await asking.ask(work.finished if append else set(), concurrency)
    found = await asyncio.to_thread(_tally, folder, criterion.name, work.sides, rule)
    counts = len(work.episodes), work.left_out
    ended = progress.reached, progress.drained.is_set
    return Judged(folder, criterion.name, found, *counts, (*kin, *warnings), *ended)


def _spent(folder: Path) -> Total:
    with Run(folder) as stored:
        return stored.total()


def _tally(folder: Path, criterion: str, sides: Sequence[str], rule: PanelRule) -> Tally:
    with Run(folder) as stored:
        return tally((said for said in stored.verdicts() if said.key.criterion == criterion), sides, rule)


@dataclass(slots=True)
class _Judging:
    folder: Path
    journal: Journal
    judges: Mapping[str, Asked]
    criterion: Criterion
    work: Work
    budget: Budget
    progress: JudgingProgress
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, keeps: set[VerdictKey], concurrency: int) -> None:
        """Ask for every verdict that is planned and not kept; broken ones of before are asked for again."""
        with await asyncio.to_thread(Run, self.folder) as stored:
            keeps &= await asyncio.to_thread(stored.verdict_keys, finished=True)
            begun = await asyncio.to_thread(stored.verdict_keys, finished=False)
            wanted = [key for key in self.work.keys if key not in keeps]
            self.progress.found = len(self.work.keys) - len(wanted)
            self.progress.planned = len(self.work.keys)
            tasks = self._tasks(stored, wanted, begun)
            try:
                with drained_by(self.progress.drained), self.budget.when_time_is_up(self._end_at):
                    async with asyncio.TaskGroup() as group:
                        for _ in range(min(concurrency, len(wanted))):
                            group.create_task(self._work_through(tasks))
            except* ArenaError as errors:
                raise errors.exceptions[0] from None

    def _tasks(
        self, stored: Run, wanted: Sequence[VerdictKey], begun: set[VerdictKey]
    ) -> Iterator[tuple[VerdictKey, StoredEpisode, Tape]]:
        episode = None
        for key in wanted:
            if episode is None or episode.number != key.episode:
                episode = stored.episode(key.episode)
            calls = stored.judge_calls(key) if key in begun else ()
            yield key, episode, Tape(call.call for call in calls)

    async def _work_through(self, tasks: Iterator[tuple[VerdictKey, StoredEpisode, Tape]]) -> None:
        while not self.progress.drained.is_set:
            async with self.one_at_a_time:
                task = await asyncio.to_thread(next, tasks, None)
            if task is None:
                return
            try:
                self.budget.check()
                await self._ask_for(*task)
            except CapReached as reached:
                self._end_at(reached)
            except Drained:
                pass  # it is asked for when the judging goes on
            await self.journal.room()

    def _end_at(self, reached: CapReached) -> None:
        """End the judging at a cap: those who are being asked answer, and what they said is kept."""
        self.progress.reached = reached
        self.progress.drained.set()

    async def _ask_for(self, key: VerdictKey, episode: StoredEpisode, tape: Tape) -> None:
        await ask_for_verdict(
            key,
            self.judges[key.judge],
            self.criterion,
            episode,
            self.work.sides,
            seed=self.work.seed,
            budget=self.budget,
            journal=self.journal,
            tape=tape,
        )
        self.progress.done += 1
