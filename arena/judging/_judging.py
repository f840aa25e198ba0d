"""Judging a stored run. Every judge reads every completed episode in every order. No agent plays again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from structlog.contextvars import bound_contextvars

from arena.core.errors import CapReached, UsageError
from arena.core.log import log, logging_to
from arena.designs.scenario import AnyScenario
from arena.journal import Journal, PanelRule, StoredRun, VerdictKey, judging, record_judges
from arena.journal.resuming import caps_and_prices, spent_in
from arena.judging._asking import Asked, VerdictAsker
from arena.judging._batch_log import BatchFile
from arena.judging._criterion import Asks, Criterion
from arena.judging._family import kinships
from arena.judging._options import JudgingOptions
from arena.judging._planning import criterion_for, survey
from arena.judging._progress import JudgingProgress
from arena.judging._reasking import AnswerAsker
from arena.judging._steering import steered_judging
from arena.judging._verdicts import Asker, Verdicts
from arena.judging._work import Work
from arena.judging.tally import Tally, tally
from arena.registry import AgentLike, by_name, make_agent
from arena.seat.agent import Agent
from arena.seat.batching import Batching
from arena.spending.budget import Budget
from arena.spending.limits import Caps
from arena.workers.naming import judges_of
from arena.workers.opening import open_agents
from arena.workers.pool import open_pool


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of a judging.

    Attributes:
        folder: the folder of the run.
        criterion: the key of the criterion.
        asks: what the judges were asked.
        tally: the counts of all verdicts by the criterion, those of earlier judgings included.
        episodes: how many episodes can be judged.
        left_out: how many episodes cannot be judged.
        left_out_because: how many of them there are of each reason, such as "failed", "truncated", "without
            the side pro", or that no side said anything that the judges may read.
        warnings: sentences that a reader of the figures should know.
        reached: the cap that ended the judging early; None if no cap did.
        interrupted: whether the judging was drained, so that some verdicts may be missing.
    """

    folder: Path
    criterion: str
    asks: Asks
    tally: Tally
    episodes: int
    left_out: int
    warnings: tuple[str, ...] = ()
    reached: CapReached | None = None
    interrupted: bool = False
    left_out_because: Mapping[str, int] = field(default_factory=dict)


async def judge_run(
    folder: Path | str,
    judges: Sequence[AgentLike],
    criterion: Criterion | None = None,
    options: JudgingOptions | None = None,
    *,
    progress: JudgingProgress | None = None,
    scenario: AnyScenario | None = None,
    **former: object,
) -> Judged:
    """Ask judges for verdicts on the completed episodes of a stored run, and record them in its journal.

    Each judge reads each episode as a text. A criterion that chooses between sides is asked once for each
    order of the sides, because a judge may prefer the side that it reads first. `JudgingOptions` says how
    the verdicts are combined. A verdict without a usable answer is never counted as a tie or as a vote for a
    side. A score or a rubric is asked about each side separately, and the scores are averaged.

    Args:
        folder: the folder of the run.
        judges: the agents that judge, or their specifications. The panel consists of them and of all earlier
            judges by the same criterion.
        criterion: what the judges are asked. The default is what the run's own judge was asked, if it was
            asked for an answer, and else which side did better.
        options: how the judges are asked, how verdicts are combined, what may be spent, and whether earlier
            verdicts are kept or replaced.
        progress: is updated while the judging goes on.
        scenario: the run's scenario. Without it, its protocol is made from the run's configuration.
        former: must be empty. Before 0.2 the options were arguments of this function.

    Raises:
        UsageError: if there is nothing to judge, if a judge has already judged the run by this criterion and
            the options neither append nor overwrite, or if dollars are capped and the price of a judge is not
            known.
        StopRun: if a judge finds that no request can be answered, for example because its key is refused.
        JournalError: if the journal cannot be read or written.
    """
    folder, options = Path(folder), options or JudgingOptions()
    progress = progress or JudgingProgress()
    _check(judges, former)
    named = by_name(judges)
    asked = await asyncio.to_thread(criterion_for, folder, {}) if criterion is None else criterion
    sought = folder, tuple(named), asked, options, scenario
    work = await asyncio.to_thread(survey, *sought)
    rule, warnings = work.rule_for(asked, options.combine, options.quorum)
    if work.finished and not options.keeps and not options.overwrite:
        raise _judged_already(folder, min(work.finished).judge, work.key)
    made = {name: make_agent(judge) for name, judge in named.items()}
    models = {name: judge.priced_as for name, judge in made.items()}
    kin = kinships(models, {side: work.models.get(side, set()) for side in work.sides})
    if kin and options.other_families:
        raise UsageError(" ".join(kin))
    known = await asyncio.to_thread(judges_of, folder, named, made, replaced=options.overwrite)
    batches = await _ask(_Planned(folder, made, asked, options, work, rule, kin, known), progress)
    found = await asyncio.to_thread(_tally, folder, work.key, work.sides, rule)
    told = (*kin, *warnings, *_files_run(work), *batches)
    return Judged(
        folder, work.key, asked.asks, found, len(work.episodes), work.left_out.total(), told,
        progress.reached, progress.draining, dict(work.left_out.most_common()),
    )  # fmt: skip


def _check(judges: Sequence[AgentLike], former: Mapping[str, object]) -> None:
    for name in former:
        raise UsageError(
            f"judge_run takes {name} as one of its options: write options=JudgingOptions({name}=...)."
        )
    if not judges:
        raise UsageError("There must be at least one judge.")


def _files_run(work: Work) -> Iterator[str]:
    for file in work.protocols.files if work.protocols else ():
        yield f"The run's protocol was read from {file}, which was run, to ask its judge's question again."
    for file in work.protocols.changed_files if work.protocols else ():
        yield (
            f"{file} has changed since the run ran it, so the judge may have been asked something else than "
            "the run's own judge was."
        )


def _judged_already(folder: Path, judge: str, criterion: str) -> UsageError:
    return UsageError(
        f"{judge} has judged the run in {folder} by {criterion} already: say append to keep those "
        "verdicts and ask for the missing ones, or overwrite to replace them all."
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    """A judging that may begin. `kin` are the warnings about judges of the model family of a side.

    `known` is what the run's header will say of its judges.
    """

    folder: Path
    judges: Mapping[str, Agent]
    criterion: Criterion
    options: JudgingOptions
    work: Work
    rule: PanelRule
    kin: Sequence[str]
    known: Mapping[str, Any]


async def _ask(plan: _Planned, progress: JudgingProgress) -> Sequence[str]:
    """Open the judges and ask for all planned verdicts. Earlier verdicts are removed once they are open.

    Sentences about what is in batches are returned.
    """
    folder, criterion, options, work = plan.folder, plan.criterion, plan.options, plan.work
    caps = options.caps or Caps()
    _, prices = await asyncio.to_thread(caps_and_prices, folder, None, options.prices)
    batching = Batching(BatchFile(folder), waits=options.wait) if options.batch else None
    asked_of: Mapping[str, Agent] = plan.judges
    if batching is not None:
        asked_of = {name: one.batched(batching, f"{work.key} {name}") for name, one in asked_of.items()}
    async with open_agents(asked_of, prices, is_capped=caps.dollars is not None) as judges:
        progress.spent = await asyncio.to_thread(spent_in, folder)
        asked = criterion.settings
        await record_judges(folder, plan.known)
        async with judging(
            folder, judges, work.key, asked, plan.rule, overwrite=options.overwrite
        ) as journal:
            budget = Budget(caps, prices, progress.spent)
            asker = _asker(plan, journal, {name: Asked(judge) for name, judge in judges.items()}, budget)
            with (
                bound_contextvars(judging=work.key),
                logging_to(folder / "log.jsonl", verbose=options.verbose),
                await asyncio.to_thread(StoredRun, folder) as stored,
            ):
                for warning in plan.kin:
                    log.warning("judge is of the family of those it judges", judge=warning)
                async with open_pool(
                    options.at_once(len(work.keys)), budget, progress, journal.room, quiet=options.quiet
                ) as pool:
                    keeps = work.finished if options.keeps else set()
                    async with steered_judging(folder, journal, pool, judges):
                        await Verdicts(stored, asker, pool, progress).ask(_in_turn(plan), keeps)
    return () if batching is None else batching.sentences()


def _in_turn(plan: _Planned) -> Sequence[VerdictKey]:
    """Return what is asked for, in its order.

    A person is asked about all episodes in one order of the sides before any comes in another order, as a
    person remembers, unlike a model, what the verdict in the other order was.
    """
    keys = plan.work.keys
    if any(judge.desk for judge in plan.judges.values()):
        return sorted(keys, key=lambda key: (key.order, key.sample))
    return keys


def _asker(plan: _Planned, journal: Journal, judges: Mapping[str, Asked], budget: Budget) -> Asker:
    work, criterion = plan.work, plan.criterion
    if work.protocols is not None:
        own = work.protocols, work.players, criterion.view
        return AnswerAsker(journal, judges, *own, work.seed, budget)
    return VerdictAsker(journal, judges, criterion, work.sides, work.seed, budget, work.perturbation)


def _tally(folder: Path, criterion: str, sides: Sequence[str], rule: PanelRule) -> Tally:
    with StoredRun(folder) as stored:
        return tally((said for said in stored.verdicts() if said.key.criterion == criterion), sides, rule)
