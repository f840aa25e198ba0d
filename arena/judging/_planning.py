"""Planning a judging: the episodes and sides that can be judged, and the verdicts to ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arena.core.errors import UsageError
from arena.designs.perturbing import Perturbation, perturbation
from arena.episode.outcome import Ending
from arena.journal import PanelRule, StoredEpisode, StoredRun, VerdictKey
from arena.judging._criterion import Criterion
from arena.judging._perturbing import shown_to_judge
from arena.judging.rendering import rendered
from arena.tasks.task import Task
from arena.votes.rulings import TIE, combination


@dataclass(slots=True)
class Work:
    """The verdicts to ask for, and the verdicts that are there already.

    Attributes:
        sides: the seats that are judged.
        seed: the seed of the run.
        episodes: the numbers of the episodes that can be judged.
        left_out: how many episodes cannot be judged, by the reason.
        models: the models that answered for each seat.
        keys: the keys of all verdicts that are wanted, ordered by episode.
        finished: the keys of the verdicts that these judges have given by this criterion.
        panel: the names of all judges by this criterion, earlier ones and those of this judging.
        rule: how the verdicts were combined before; None if there was no judging by this criterion.
        lacks_outcomes: whether outcomes are missing from the journal.
        perturbation: what changes the episodes before the judges read them; None if nothing does.
    """

    sides: tuple[str, ...]
    seed: int
    episodes: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    models: dict[str, set[str]] = field(default_factory=dict)
    keys: list[VerdictKey] = field(default_factory=list)
    finished: set[VerdictKey] = field(default_factory=set)
    panel: set[str] = field(default_factory=set)
    rule: PanelRule | None = None
    lacks_outcomes: bool = False
    perturbation: Perturbation | None = None

    def rule_for(
        self, criterion: Criterion, combine: str | None, quorum: int | None
    ) -> tuple[PanelRule, Sequence[str]]:
        """Return the rule by which verdicts are combined from now on, and warnings.

        There is a warning for each change of the rule, and one if outcomes are missing from the journal.

        Args:
            criterion: the criterion of the verdicts.
            combine: the name of a rule for a judge's orders; None keeps the rule of before.
            quorum: how many judges must have a ruling; None keeps the quorum of before.

        Raises:
            UsageError: if there is no such rule, if the quorum is less than 1 or more than the number of
                judges, or if the criterion gives scores, which are not combined.
        """
        if criterion.is_of_one and (combine is not None or quorum is not None):
            raise UsageError(
                "Scores are averaged, so combine and quorum apply only to choices between sides; leave them "
                "out."
            )
        before = self.rule or PanelRule()
        rule = PanelRule(
            before.combine if combine is None else combine, before.quorum if quorum is None else quorum
        )
        combination(rule.combine)
        if rule.quorum is not None and not 1 <= rule.quorum <= len(self.panel):
            raise UsageError(
                f"A quorum of {rule.quorum} is not possible with {len(self.panel)} judges; give a "
                "number from 1 to the number of judges."
            )
        changes = []
        if self.lacks_outcomes:
            changes.append(
                "Outcomes are missing from the journal, so an episode that is not judged may have completed."
            )
        if self.rule and rule.combine != before.combine:
            changes.append(
                f"Orders were combined by {before.combine} so far; from now on all verdicts by "
                f"{criterion.name} are combined by {rule.combine}, in reports too."
            )
        if self.rule and rule.quorum != before.quorum:
            changes.append(
                f"The quorum was {before.quorum or 'more than half of the judges'} so far; from now on the "
                f"quorum of all panels by {criterion.name} is {rule.quorum}, in reports too."
            )
        return rule, changes


def survey(folder: Path, judges: Sequence[str], criterion: Criterion, samples: int, swap: bool) -> Work:
    """Read a stored run and return the verdicts to ask for.

    Args:
        folder: the folder of the run.
        judges: the names of the judges.
        criterion: what the judges are asked.
        samples: how often each judge is asked the same question.
        swap: whether each judge is asked in every order of the sides.

    Raises:
        UnknownName: if there is no such perturbation.
        UsageError: if no episode can be judged, or if a task lacks what the criterion needs.
    """
    with StoredRun(folder) as stored:
        config = stored.header()["config"]
        work = Work(criterion.sides or tuple(config["players"]), config["seed"], models=stored.models())
        work.lacks_outcomes = stored.lacks_outcomes()
        work.perturbation = perturbation(criterion.perturb) if criterion.perturb else None
        work.rule = stored.rules().get(criterion.name)
        _check_sides(work.sides, criterion)
        seats: dict[str, None] = {}
        together, refused = False, ""
        for episode in stored.episodes():
            seats |= dict.fromkeys(episode.plan.seats)
            together = together or set(work.sides) <= set(episode.plan.seats)
            if reason := _left_out_because(episode, work.sides, criterion):
                work.left_out[reason] += 1
            elif refusal := _refusal(episode, criterion, work):
                work.left_out[f"that {criterion.perturb} cannot change"] += 1
                refused = refused or refusal
            else:
                _check_task(episode.plan.task, criterion)
                work.episodes.append(episode.number)
        finished = {key for key in stored.verdict_keys(finished=True) if key.criterion == criterion.name}
    if unknown := [side for side in work.sides if side not in seats]:
        raise UsageError(f"No seat is called {unknown[0]}; the seats are {', '.join(seats)}.")
    if not together:
        raise UsageError(
            f"{', '.join(work.sides)} do not sit together in any episode of {folder}; name the sides to "
            "judge, as "
            "with --side SEAT."
        )
    _check_episodes(folder, work, refused)
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


def _check_episodes(folder: Path, work: Work, refused: str) -> None:
    """Check that there is something to judge. `refused` says why a perturbation cannot change an episode."""
    if not work.episodes and refused:
        raise UsageError(refused)
    if not work.episodes:
        raise UsageError(
            f"There is nothing to judge in {folder}: {' and '.join(work.sides)} said nothing that everybody "
            f"heard in any completed episode ({because(work.left_out)}); give a view, and the judge reads "
            "what one seat saw."
        )


def _refusal(episode: StoredEpisode, criterion: Criterion, work: Work) -> str:
    """Return why the perturbation cannot change an episode; empty if it can, or if there is none."""
    try:
        shown_to_judge(work.perturbation, episode, work.sides, criterion.view, work.seed)
    except UsageError as error:
        return str(error)
    return ""


def _check_sides(sides: Sequence[str], criterion: Criterion) -> None:
    if len(set(sides)) < len(sides) or TIE in sides:
        raise UsageError(
            f"The sides {', '.join(sides)} cannot be told apart; give each its own name, other than {TIE}."
        )
    if len(sides) < 2 and not criterion.is_of_one:
        raise UsageError(
            f"There is nothing to choose from with {len(sides)} side; judge by a score or a rubric."
        )


def _check_task(task: Task, criterion: Criterion) -> None:
    if criterion.reference and task.truth is None:
        raise UsageError(f"The task {task.id} has no truth, so a judge cannot be given a reference.")
    if criterion.answers_first and not task.text:
        raise UsageError(f"The task {task.id} has no text, so a judge cannot answer it first.")


def because(left_out: Mapping[str, int]) -> str:
    """Return how many episodes were left out for each reason, such as ``"2 failed, 1 truncated"``."""
    return ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())


def _left_out_because(episode: StoredEpisode, sides: Sequence[str], criterion: Criterion) -> str:
    """Return why an episode cannot be judged; empty if it can."""
    if episode.played is None:
        return "not finished"
    if (ending := episode.played.outcome.ending) is not Ending.COMPLETED:
        return ending.value
    if missing := [side for side in sides if side not in episode.plan.seats]:
        return f"without the side {missing[0]}"
    if not rendered(episode, sides, criterion.view):
        heard = f"{criterion.view} saw" if criterion.view else "the judges may read"
        return f"without words of {' or '.join(sides)} that {heard}"
    return ""
