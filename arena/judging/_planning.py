"""What there is to judge in a run: which episodes, whom in them, and how often each judge is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.journal import PanelRule, StoredEpisode, StoredRun, VerdictKey
from arena.judging._criterion import Criterion
from arena.judging.rendering import rendered
from arena.tasks.task import Task
from arena.votes.rulings import TIE, combination


@dataclass(slots=True)
class Work:
    """What there is to judge, and what is there already.

    `keys` are the verdicts to be asked for, by episode, and `finished` those that the judges have given by
    this criterion. `models` are those that answered for each seat; `left_out` counts the episodes that did
    not complete, that lack a side, or in which no side said anything that the judges may read. `panel` holds
    all judges who have judged by this criterion or are to, and `rule` is how their verdicts were read before,
    None if nobody has been asked yet. `lacks_outcomes` says whether outcomes are missing from the journal.
    """

    sides: tuple[str, ...]
    seed: int
    episodes: list[int] = field(default_factory=list)
    left_out: int = 0
    models: dict[str, set[str]] = field(default_factory=dict)
    keys: list[VerdictKey] = field(default_factory=list)
    finished: set[VerdictKey] = field(default_factory=set)
    panel: set[str] = field(default_factory=set)
    rule: PanelRule | None = None
    lacks_outcomes: bool = False

    def rule_for(
        self, criterion: Criterion, combine: str | None, quorum: int | None
    ) -> tuple[PanelRule, Sequence[str]]:
        """Return how verdicts are read from now on, and a sentence for each change, or what is amiss.

        Raises:
            UsageError: if they cannot be read so.
        """
        if criterion.is_of_one and (combine is not None or quorum is not None):
            raise UsageError("Scores are averaged; combine and quorum are for choices between sides.")
        before = self.rule or PanelRule()
        rule = PanelRule(
            before.combine if combine is None else combine, before.quorum if quorum is None else quorum
        )
        combination(rule.combine)
        if rule.quorum is not None and not 1 <= rule.quorum <= len(self.panel):
            raise UsageError(f"A quorum of {rule.quorum} is not one of {len(self.panel)} judges.")
        changes = []
        if self.lacks_outcomes:
            changes.append(
                "Outcomes are missing from the journal: an episode that is not judged may have ended."
            )
        if self.rule and rule.combine != before.combine:
            changes.append(
                f"Orders were combined as {before.combine} so far; from now on all verdicts by "
                f"{criterion.name} are as {rule.combine}, in reports too."
            )
        if self.rule and rule.quorum != before.quorum:
            changes.append(
                f"The quorum was {before.quorum or 'more than half of the judges'} so far; from now on that "
                f"of all panels by {criterion.name} is {rule.quorum}, in reports too."
            )
        return rule, changes


def survey(folder: Path, judges: Sequence[str], criterion: Criterion, samples: int, swap: bool) -> Work:
    """Return what there is to judge.

    Raises:
        UsageError: if that is nothing.
    """
    with StoredRun(folder) as stored:
        config = stored.header()["config"]
        work = Work(criterion.sides or tuple(config["players"]), config["seed"], models=stored.models())
        work.lacks_outcomes = stored.lacks_outcomes()
        work.rule = stored.rules().get(criterion.name)
        _check_sides(work.sides, criterion)
        seats: dict[str, None] = {}
        together = False
        for episode in stored.episodes():
            seats |= dict.fromkeys(episode.plan.seats)
            together = together or set(work.sides) <= set(episode.plan.seats)
            if _is_judgeable(episode, work.sides, criterion):
                _check_task(episode.plan.task, criterion)
                work.episodes.append(episode.number)
            else:
                work.left_out += 1
        finished = {key for key in stored.verdict_keys(finished=True) if key.criterion == criterion.name}
    if unknown := [side for side in work.sides if side not in seats]:
        raise UsageError(f"No seat is called {unknown[0]}; the seats are {', '.join(seats)}.")
    if not together:
        raise UsageError(
            f"In no episode of {folder} do {', '.join(work.sides)} sit together; name the sides to judge, as "
            "with --side SEAT."
        )
    if not work.episodes:
        raise UsageError(
            f"There is nothing to judge in {folder}: in no completed episode did {' or '.join(work.sides)} "
            "say anything that everybody heard; with a view, a judge reads what one seat saw."
        )
    orders = range(len(work.sides) if swap else 1)
    subjects = work.sides if criterion.is_of_one else ("",)
    work.keys = [
        VerdictKey(judge, criterion.name, episode, subject, order, sample)
        for episode in work.episodes
        for judge in judges
        for subject in subjects
        for order in orders
        for sample in range(samples)
    ]
    work.finished = {key for key in finished if key.judge in judges}
    work.panel = {*judges, *(key.judge for key in finished)}
    return work


def _check_sides(sides: Sequence[str], criterion: Criterion) -> None:
    if len(set(sides)) < len(sides) or TIE in sides:
        raise UsageError(f"The sides {', '.join(sides)} cannot be told apart.")
    if len(sides) < 2 and not criterion.is_of_one:
        raise UsageError(f"There is no choice with {len(sides)} side; judge by a score or a rubric.")


def _check_task(task: Task, criterion: Criterion) -> None:
    if criterion.reference and task.truth is None:
        raise UsageError(f"The task {task.id} has no truth that a judge could be given as a reference.")
    if criterion.answers_first and not task.text:
        raise UsageError(f"The task {task.id} has no text that a judge could answer first.")


def _is_judgeable(episode: StoredEpisode, sides: Sequence[str], criterion: Criterion) -> bool:
    played = episode.played
    completed = played is not None and played.outcome.ending is Ending.COMPLETED
    seated = set(sides) <= set(episode.plan.seats)
    return completed and seated and bool(rendered(episode, sides, criterion.view))
