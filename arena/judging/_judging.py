"""Judging a stored run: every judge reads every completed episode, in every order; no agent plays again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from structlog.contextvars import bound_contextvars

from arena.core.errors import CapReached, UsageError
from arena.core.log import log, logging_to
from arena.journal import PanelRule, StoredRun, judging
from arena.journal.resuming import caps_and_prices, spent_in
from arena.judging._asking import Asked, VerdictAsker
from arena.judging._criterion import Criterion
from arena.judging._family import kinships
from arena.judging._options import JudgingOptions
from arena.judging._planning import Work, survey
from arena.judging._progress import JudgingProgress
from arena.judging._verdicts import Verdicts
from arena.judging.tally import Tally, tally
from arena.registry import AgentLike, by_name, make_agent
from arena.seat.agent import Agent
from arena.spending.budget import Budget
from arena.spending.limits import Caps
from arena.workers.opening import open_agents
from arena.workers.pool import open_pool


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
    options: JudgingOptions | None = None,
    *,
    progress: JudgingProgress | None = None,
    **former: object,
) -> Judged:
    """Have `judges` judge the completed episodes of a stored run, and journal their verdicts.

    Args:
        folder: where the run is.
        judges: agents, or their specifications.
        criterion: by what they judge; which side did better unless given.
        options: how they judge, what they may spend, and what becomes of earlier verdicts.
        progress: kept up to date while it goes on.
        former: nothing; what was an argument of its own before 0.2 is one of the options.

    Raises:
        UsageError: if there is nothing to judge, a judge has judged already and it is not said what then, or
            dollars are capped and a judge's price is not known.
        StopRun: if a judge finds that no request can be answered, such as for a key that is refused.
        JournalError: if the journal cannot be read or written.
    """
    folder, criterion, options = Path(folder), criterion or Criterion(), options or JudgingOptions()
    progress = progress or JudgingProgress()
    if former:
        name = next(iter(former))
        raise UsageError(f"judge_run takes {name} in its options: options=JudgingOptions({name}=...).")
    if not judges:
        raise UsageError("There must be at least one judge.")
    named = by_name(judges)
    work = await asyncio.to_thread(survey, folder, tuple(named), criterion, options.samples, options.swap)
    rule, warnings = work.rule_for(criterion, options.combine, options.quorum)
    if work.finished and not options.append and not options.overwrite:
        judge = min(work.finished).judge
        raise UsageError(
            f"{judge} has judged the run in {folder} by {criterion.name} already: say append to keep those "
            "verdicts and ask for what is missing, or overwrite to ask for all anew."
        )
    made = {name: make_agent(judge) for name, judge in named.items()}
    kin = kinships(
        {name: judge.priced_as for name, judge in made.items()},
        {side: work.models.get(side, set()) for side in work.sides},
    )
    if kin and options.other_families:
        raise UsageError(" ".join(kin))
    await _ask(_Planned(folder, made, criterion, options, work, rule, kin), progress)
    found = await asyncio.to_thread(_tally, folder, criterion.name, work.sides, rule)
    counts = len(work.episodes), work.left_out
    ended = progress.reached, progress.draining
    return Judged(folder, criterion.name, found, *counts, (*kin, *warnings), *ended)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A judging that may begin; `kin` are the warnings of judges that are of the family of a side."""

    folder: Path
    judges: Mapping[str, Agent]
    criterion: Criterion
    options: JudgingOptions
    work: Work
    rule: PanelRule
    kin: Sequence[str]


async def _ask(plan: _Planned, progress: JudgingProgress) -> None:
    """Open the judges and ask for all verdicts that are planned; the earlier ones go only then."""
    folder, criterion, options, work = plan.folder, plan.criterion, plan.options, plan.work
    caps = options.caps or Caps()
    _, prices = await asyncio.to_thread(caps_and_prices, folder, None, options.prices)
    async with open_agents(plan.judges, prices, is_capped=caps.dollars is not None) as judges:
        progress.spent = await asyncio.to_thread(spent_in, folder)
        asked = criterion.model_dump(mode="json")
        async with judging(
            folder, judges, criterion.name, asked, plan.rule, overwrite=options.overwrite
        ) as journal:
            budget = Budget(caps, prices, progress.spent)
            asker = VerdictAsker(
                journal,
                {name: Asked(judge) for name, judge in judges.items()},
                criterion,
                work.sides,
                work.seed,
                budget,
            )
            with (
                bound_contextvars(judging=criterion.name),
                logging_to(folder / "log.jsonl", verbose=options.verbose),
                await asyncio.to_thread(StoredRun, folder) as stored,
            ):
                for warning in plan.kin:
                    log.warning("judge is of the family of those it judges", judge=warning)
                async with open_pool(
                    options.concurrency, budget, progress, journal.room, quiet=options.quiet
                ) as pool:
                    keeps = work.finished if options.append else set()
                    await Verdicts(stored, asker, pool, progress).ask(work.keys, keeps)


def _tally(folder: Path, criterion: str, sides: Sequence[str], rule: PanelRule) -> Tally:
    with StoredRun(folder) as stored:
        return tally((said for said in stored.verdicts() if said.key.criterion == criterion), sides, rule)
