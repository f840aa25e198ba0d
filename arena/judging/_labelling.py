"""Labelling a stored run: judges label the turns of every completed episode. No agent plays again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from structlog.contextvars import bound_contextvars

from arena.annotations import AnnotationStatus, Label
from arena.core.errors import CapReached, UsageError
from arena.core.log import log, logging_to
from arena.journal import Journal, StoredRun, labelling, record_judges
from arena.journal.resuming import caps_and_prices, spent_in
from arena.judging._asking import Asked
from arena.judging._family import kinships
from arena.judging._label_asking import LabelAsker
from arena.judging._label_files import LabelLike, Labelling, labellings
from arena.judging._label_planning import LabelWork, survey_labels
from arena.judging._labels import REGEX
from arena.judging._options import JudgingOptions
from arena.judging._patterns import open_matcher
from arena.judging._progress import JudgingProgress
from arena.judging._steering import steered_judging
from arena.judging._verdicts import Verdicts
from arena.registry import AgentLike, by_name, make_agent
from arena.seat.agent import Agent
from arena.spending.budget import Budget
from arena.spending.limits import Caps
from arena.workers.naming import judges_of
from arena.workers.opening import open_agents
from arena.workers.pool import open_pool


@dataclass(slots=True)
class LabelTally:
    """What one judge found of one label, over all turns.

    Attributes:
        turns: how many turns it was to label.
        classified: how many it did label. Of the others nothing is known.
        counts: the sum of the counts; None if it is no count.
        values: how many turns have each value.
    """

    turns: int = 0
    classified: int = 0
    counts: float | None = None
    values: Counter[str] = field(default_factory=Counter)

    @property
    def mean(self) -> float | None:
        """The mean count of the turns that were classified; None if there is none."""
        return None if self.counts is None or not self.classified else self.counts / self.classified


@dataclass(frozen=True, slots=True)
class Labelled:
    """The result of a labelling.

    Attributes:
        folder: the folder of the run.
        tallies: the counts by the name of the label and of the author, those of earlier labellings included.
        episodes: how many episodes have turns to label.
        left_out: how many episodes have none, by the reason.
        warnings: sentences that a reader of the figures should know.
        reached: the cap that ended the labelling early; None if no cap did.
        interrupted: whether the labelling was drained, so that some labels may be missing.
    """

    folder: Path
    tallies: Mapping[tuple[str, str], LabelTally]
    episodes: int
    left_out: Mapping[str, int]
    warnings: tuple[str, ...] = ()
    reached: CapReached | None = None
    interrupted: bool = False


async def label_run(
    folder: Path | str,
    labels: Iterable[LabelLike],
    judges: Sequence[AgentLike] = (),
    options: JudgingOptions | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    progress: JudgingProgress | None = None,
) -> Labelled:
    """Have the turns of a stored run labelled, and record the labels in its journal.

    A label is a question to agents, a regular expression, or a program. A turn for which there is no usable
    answer has a label without a value and without a count, which is not 0, and whose status says why.

    Args:
        folder: the folder of the run.
        labels: the labels: names, ``NAME=QUESTION``, TOML files, criteria, or judges that are programs.
        judges: the agents that are asked, or their specifications. A regular expression needs none.
        options: what may be spent, how often to ask, and whether earlier labels are kept or replaced. The
            options about orders and panels do not apply.
        settings: the settings in `LABEL_SETTINGS` that all labels have, such as ``{"view": "reasoning"}``.
        progress: is updated while the labelling goes on.

    Raises:
        UsageError: if there is nothing to label, if a label cannot be used, if a judge gave the label before
            and the options neither append nor overwrite, or if dollars are capped and the price of a judge is
            not known.
        StopRun: if a judge finds that no request can be answered.
        JournalError: if the journal cannot be read or written.
    """
    folder, options = Path(folder), options or JudgingOptions()
    progress = progress or JudgingProgress()
    progress.what = "labellings"
    if options.combine is not None or options.quorum is not None:
        raise UsageError("Labels are not combined, so combine and quorum do not apply; leave them out.")
    meant = await asyncio.to_thread(labellings, tuple(labels), settings or {})
    named = by_name(judges)
    judged_by = _judged_by(meant, tuple(named))
    criteria = [one.criterion for one in meant]
    work = await asyncio.to_thread(survey_labels, folder, judged_by, criteria, options.samples)
    if not options.overwrite:
        _refuse_again(folder, work, meant, append=options.append)
    made = {name: make_agent(judge) for name, judge in named.items()}
    models = {name: judge.priced_as for name, judge in made.items()}
    labelled = {side for one in criteria for side in work.sides(one)}
    kin = kinships(models, {side: work.models.get(side, set()) for side in labelled})
    if kin and options.other_families:
        raise UsageError(" ".join(kin))
    known = await asyncio.to_thread(judges_of, folder, named, made, replaced=options.overwrite)
    await _label(_PlannedLabels(folder, made, meant, judged_by, options, work, kin, known), progress)
    found = await asyncio.to_thread(_tallies, folder, {one.name for one in criteria})
    left_out = dict(work.left_out.most_common())
    ended = progress.reached, progress.draining
    return Labelled(folder, found, len(work.episodes), left_out, tuple(kin), *ended)


def _judged_by(meant: Sequence[Labelling], judges: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the names of the judges of each criterion, by its name."""
    if judges and all(one.criterion.pattern for one in meant):
        raise UsageError("A regular expression asks nobody; leave the judges out.")
    found: dict[str, tuple[str, ...]] = {}
    for one in meant:
        criterion = one.criterion
        if criterion.needs_agent and not judges:
            raise UsageError(
                f"Somebody must give the label {criterion.label}; name a judge, as in --judge "
                "openai:gpt-5-mini."
            )
        if one.program is not None and len(judges) > 1:
            raise UsageError("A program of labels asks at most one judge; label once for each.")
        alone = (REGEX,) if criterion.pattern else judges or (criterion.label,)
        found[criterion.name] = alone
    return found


def _refuse_again(folder: Path, work: LabelWork, meant: Sequence[Labelling], *, append: bool) -> None:
    names = {one.criterion.name: one.criterion.label for one in meant}
    if work.replaced:
        judge, _ = work.replaced[0]
        raise UsageError(
            f"{judge} has given a label of this name in {folder} before, by another question or with other "
            "settings: give the label another name, or say overwrite to replace the earlier labels."
        )
    if work.finished and not append:
        first = min(work.finished)
        raise UsageError(
            f"{first.judge} has given the label {names[first.criterion]} in {folder} already: say append to "
            "keep those labels and ask for the missing ones, or overwrite to replace them all."
        )


@dataclass(frozen=True, slots=True)
class _PlannedLabels:
    """A labelling that may begin. `kin` are the warnings about judges of the model family of a side.

    `known` is what the run's header will say of its judges.
    """

    folder: Path
    judges: Mapping[str, Agent]
    meant: Sequence[Labelling]
    judged_by: Mapping[str, tuple[str, ...]]
    options: JudgingOptions
    work: LabelWork
    kin: Sequence[str]
    known: Mapping[str, Any]

    def journal(self) -> Any:
        """Open the journal for the labels. Those that are replaced are removed."""
        asked = {one.criterion.name: one.criterion.settings for one in self.meant}
        pairs = [(judge, name) for name, judges in self.judged_by.items() for judge in judges]
        if self.options.overwrite:
            return labelling(self.folder, asked, (), [*pairs, *self.work.replaced])
        return labelling(self.folder, asked, pairs)


async def _label(plan: _PlannedLabels, progress: JudgingProgress) -> None:
    """Open the judges and ask for all planned labels. Earlier labels are removed once they are open."""
    folder, options, work = plan.folder, plan.options, plan.work
    caps = options.caps or Caps()
    _, prices = await asyncio.to_thread(caps_and_prices, folder, None, options.prices)
    async with (
        open_agents(plan.judges, prices, is_capped=caps.dollars is not None) as judges,
        open_matcher() as matcher,
    ):
        progress.spent = await asyncio.to_thread(spent_in, folder)
        if plan.known:
            await record_judges(folder, plan.known)
        async with plan.journal() as journal:
            assert isinstance(journal, Journal)
            budget = Budget(caps, prices, progress.spent)
            asked = {name: Asked(judge) for name, judge in judges.items()}
            by_name = {one.criterion.name: one for one in plan.meant}
            asker = LabelAsker(journal, asked, by_name, matcher, work, budget)
            with (
                bound_contextvars(judging="labels"),
                logging_to(folder / "log.jsonl", verbose=options.verbose),
                await asyncio.to_thread(StoredRun, folder) as stored,
            ):
                for warning in plan.kin:
                    log.warning("judge is of the family of those it judges", judge=warning)
                async with open_pool(
                    options.concurrency, budget, progress, journal.room, quiet=options.quiet
                ) as pool:
                    keeps = work.finished if options.append else set()
                    async with steered_judging(folder, journal, pool, judges):
                        await Verdicts(stored, asker, pool, progress).ask(work.keys, keeps)


def _tallies(folder: Path, criteria: set[str]) -> dict[tuple[str, str], LabelTally]:
    found: dict[tuple[str, str], LabelTally] = {}
    with StoredRun(folder) as stored:
        for verdict in stored.verdicts(calls=False):
            if verdict.key.criterion not in criteria:
                continue
            for row in verdict.found.labels or ():
                tally = found.setdefault((row.name, row.author), LabelTally())
                tally.turns += 1
                if row.status != AnnotationStatus.OK:
                    continue
                tally.classified += 1
                if row.value is not None:
                    tally.counts = (tally.counts or 0.0) + row.value
                if row.kind == Label.kind and row.text is not None:
                    tally.values[row.text] += 1
    return found
