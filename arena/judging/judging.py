"""Judging a stored run: every judge reads every completed episode, in every order; no agent plays again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from structlog.contextvars import bound_contextvars

from arena.agent import Agent
from arena.budget import Budget
from arena.caps import Caps, Total
from arena.errors import ArenaError, UsageError
from arena.journal import Journal, Run, StoredEpisode, VerdictKey, judging
from arena.judging.asking import Asked, ask_for_verdict
from arena.judging.criterion import Criterion
from arena.judging.family import kinships
from arena.judging.planning import Work, survey
from arena.judging.rulings import combination
from arena.judging.tally import Tally, tally
from arena.log import log, logging_to
from arena.record import Tape
from arena.registry import make_agent
from arena.resuming import caps_and_prices
from arena.scenario import AgentLike, by_name

CONCURRENCY = 20
"""How many verdicts are asked for at once unless the caller says otherwise."""


@dataclass(slots=True)
class JudgingProgress:
    """Where a judging stands: verdicts that were `found` already, `done` since, and `planned` in all."""

    found: int = 0
    done: int = 0
    planned: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judging came to.

    `left_out` counts the run's episodes that were not judged: they did not complete, or nobody said anything
    that the judges may read. `warnings` are for whoever reads the figures.
    """

    folder: Path
    criterion: str
    tally: Tally
    episodes: int
    left_out: int
    warnings: tuple[str, ...] = ()


async def judge_run(
    folder: Path | str,
    judges: Sequence[AgentLike],
    criterion: Criterion | None = None,
    *,
    sides: Sequence[str] | None = None,
    samples: int = 1,
    swap: bool = True,
    combine: str = "two-game",
    append: bool = False,
    overwrite: bool = False,
    other_families: bool = False,
    concurrency: int = CONCURRENCY,
    caps: Caps | None = None,
    progress: JudgingProgress | None = None,
    verbose: bool = False,
) -> Judged:
    """Have `judges` judge the completed episodes of a stored run, and journal their verdicts.

    Args:
        folder: where the run is.
        judges: agents, or their specifications.
        criterion: by what they judge; which side did better unless given.
        sides: the seats that are judged; the protocol's players unless given.
        samples: how often each judge is asked the same.
        swap: ask in every order of the sides, so that each is once in each place.
        combine: how the orders come to one ruling, by its name in `arena.judging.COMBINATIONS`.
        append: skip what a judge has judged already, and go on where an earlier judging was stopped.
        overwrite: replace what a judge has judged already.
        other_families: refuse a judge of the model family of a side, of which there is a warning otherwise.
        concurrency: how many verdicts are asked for at once.
        caps: what the run may spend in all, judging included; none unless given.
        progress: kept up to date while it goes on.
        verbose: show the log on stderr too.

    Raises:
        UsageError: if there is nothing to judge, or a judge has judged already and it is not said what then.
        StopRun: if a judge finds that no request can be answered, such as for a key that is refused.
        CapReached: if a cap is reached; what was judged is kept.
        JournalError: if the journal cannot be read or written.
    """
    folder, criterion = Path(folder), criterion or Criterion()
    progress = progress or JudgingProgress()
    combination(combine)
    if append and overwrite:
        raise UsageError("Say either append or overwrite: verdicts that are there are kept, or replaced.")
    if samples < 1 or concurrency < 1 or not judges:
        raise UsageError("There must be at least one judge, one sample and one verdict at a time.")
    names = by_name(judges)
    work = await asyncio.to_thread(survey, folder, tuple(names), criterion, sides, samples, swap)
    if work.finished and not append and not overwrite:
        judge = min(work.finished).judge
        raise UsageError(
            f"{judge} has judged the run in {folder} by {criterion.name} already: say append to keep those "
            "verdicts and ask for what is missing, or overwrite to ask for all anew."
        )
    made = {name: make_agent(judge) for name, judge in names.items()}
    warnings = kinships(
        {name: judge.priced_as for name, judge in made.items()},
        {side: work.models.get(side, set()) for side in work.sides},
    )
    if warnings and other_families:
        raise UsageError(" ".join(warnings))
    # Verdicts are replaced only when their judges can answer.
    async with AsyncExitStack() as closing:
        for agent in made.values():
            closing.push_async_callback(agent.close)
        for agent in made.values():
            await agent.open()
        _, prices = await asyncio.to_thread(caps_and_prices, folder, None, None)
        budget = Budget(caps, prices, await asyncio.to_thread(_spent, folder))
        asked = criterion.model_dump(mode="json")
        async with judging(folder, made, criterion.name, asked, overwrite=overwrite) as journal:
            with bound_contextvars(judging=criterion.name), logging_to(folder / "log.jsonl", verbose=verbose):
                for warning in warnings:
                    log.warning("judge is of the family of those it judges", judge=warning)
                keeps = work.finished if append else set()
                await _Judging(folder, journal, made, criterion, work, budget, progress).ask(
                    keeps, concurrency
                )
    found = await asyncio.to_thread(_tally, folder, criterion, tuple(names), work.sides, combine)
    return Judged(folder, criterion.name, found, len(work.episodes), work.left_out, tuple(warnings))


def _spent(folder: Path) -> Total:
    with Run(folder) as stored:
        return stored.total()


def _tally(
    folder: Path, criterion: Criterion, judges: Sequence[str], sides: Sequence[str], combine: str
) -> Tally:
    with Run(folder) as stored:
        found = (verdict for verdict in stored.verdicts() if verdict.key.criterion == criterion.name)
        return tally((verdict for verdict in found if verdict.key.judge in judges), sides, combine)


class _Judging:
    def __init__(
        self,
        folder: Path,
        journal: Journal,
        judges: Mapping[str, Agent],
        criterion: Criterion,
        work: Work,
        budget: Budget,
        progress: JudgingProgress,
    ) -> None:
        self._folder = folder
        self._journal = journal
        self._judges = {name: Asked(judge) for name, judge in judges.items()}
        self._criterion = criterion
        self._work = work
        self._budget = budget
        self._progress = progress
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, keeps: set[VerdictKey], concurrency: int) -> None:
        """Ask for every verdict that is planned and not kept; broken ones of before are asked for again."""
        with await asyncio.to_thread(Run, self._folder) as stored:
            keeps &= await asyncio.to_thread(stored.verdict_keys, finished=True)
            begun = await asyncio.to_thread(stored.verdict_keys, finished=False)
            wanted = [key for key in self._work.keys if key not in keeps]
            self._progress.found = len(self._work.keys) - len(wanted)
            self._progress.planned = len(self._work.keys)
            tasks = self._tasks(stored, wanted, begun)
            try:
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
        while True:
            async with self._one_at_a_time:
                task = await asyncio.to_thread(next, tasks, None)
            if task is None:
                return
            key, episode, tape = task
            await ask_for_verdict(
                key,
                self._judges[key.judge],
                self._criterion,
                episode,
                self._work.sides,
                seed=self._work.seed,
                budget=self._budget,
                journal=self._journal,
                tape=tape,
            )
            self._progress.done += 1
            await self._journal.room()
