"""Which episodes can be judged by what judges may read of them, and why the others cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.journal import StoredEpisode, StoredRun
from arena.judging._answering import NO_ANSWERS, cannot_be_answered
from arena.judging._criterion import Asks, Criterion
from arena.judging._perturbing import shown_to_judge
from arena.judging._work import Work
from arena.judging.rendering import rendered
from arena.tasks.task import Task
from arena.votes.rulings import TIE


def survey_sides(folder: Path, stored: StoredRun, work: Work, criterion: Criterion) -> None:
    """Find the episodes in which the sides can be judged by what judges may read of them."""
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
    if unknown := [side for side in work.sides if side not in seats]:
        raise UsageError(f"No seat is called {unknown[0]}; the seats are {', '.join(seats)}.")
    if not together:
        raise UsageError(
            f"{', '.join(work.sides)} do not sit together in any episode of {folder}; name the sides to "
            "judge, as with --side SEAT."
        )
    _check_episodes(folder, work, criterion, refused)


def _check_episodes(folder: Path, work: Work, criterion: Criterion, refused: str) -> None:
    """Check that there is something to judge. `refused` says why a perturbation cannot change an episode."""
    if not work.episodes and refused:
        raise UsageError(refused)
    if not work.episodes and not work.sides:
        raise UsageError(
            f"There is nothing to judge in {folder}: nobody but its judges says anything, and it does not "
            "hold how they were asked."
        )
    if not work.episodes and criterion.asks is Asks.ANSWER and NO_ANSWERS in work.left_out:
        raise UsageError(
            f"Nobody can be asked which answer is right in {folder}: no episode that completed and could be "
            f"read has several different answers ({because(work.left_out)}); ask with --asks speaker or "
            "--asks score instead."
        )
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
    if len(sides) < 2 and criterion.asks is Asks.SPEAKER:
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
    if reason := unfinished(episode):
        return reason
    if criterion.asks is Asks.ANSWER and (reason := cannot_be_answered(episode)):
        return reason
    if missing := [side for side in sides if side not in episode.plan.seats]:
        return f"without the side {missing[0]}"
    if not rendered(episode, sides, criterion.view):
        heard = f"{criterion.view} saw" if criterion.view else "the judges may read"
        return f"without words of {' or '.join(sides)} that {heard}"
    return ""


def unfinished(episode: StoredEpisode) -> str:
    """Return how an episode ended that did not complete; empty if it did."""
    if episode.played is None:
        return "not finished"
    ending = episode.played.outcome.ending
    return "" if ending is Ending.COMPLETED else ending.value
