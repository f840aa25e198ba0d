"""What there is to judge in a run: which episodes, whom in them, and how often each judge is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arena.errors import UsageError
from arena.journal import Run, StoredEpisode, VerdictKey
from arena.judging.criterion import Criterion
from arena.judging.rendering import rendered
from arena.judging.rulings import TIE
from arena.outcome import Ending


@dataclass(slots=True)
class Work:
    """What there is to judge, and what is there already.

    `keys` are the verdicts to be asked for, by episode, and `finished` those that the judges have given by
    this criterion. `models` are those that answered for each seat; `left_out` counts the episodes that did
    not complete, that lack a side, or in which no side said anything that the judges may read.
    """

    sides: tuple[str, ...]
    seed: int
    episodes: list[int] = field(default_factory=list)
    left_out: int = 0
    models: dict[str, set[str]] = field(default_factory=dict)
    keys: list[VerdictKey] = field(default_factory=list)
    finished: set[VerdictKey] = field(default_factory=set)


def survey(
    folder: Path,
    judges: Sequence[str],
    criterion: Criterion,
    sides: Sequence[str] | None,
    samples: int,
    swap: bool,
) -> Work:
    """Return what there is to judge.

    Raises:
        UsageError: if that is nothing.
    """
    with Run(folder) as stored:
        config = stored.header()["config"]
        work = Work(tuple(sides or config["players"]), config["seed"], models=stored.models())
        _check_sides(work.sides, criterion)
        seats: dict[str, None] = {}
        together = False
        for episode in stored.episodes():
            seats |= dict.fromkeys(episode.plan.seats)
            together = together or set(work.sides) <= set(episode.plan.seats)
            if _is_judgeable(episode, work.sides, criterion):
                work.episodes.append(episode.number)
            else:
                work.left_out += 1
        finished = stored.verdict_keys(finished=True)
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
    work.finished = {key for key in finished if key.judge in judges and key.criterion == criterion.name}
    return work


def _check_sides(sides: Sequence[str], criterion: Criterion) -> None:
    if len(set(sides)) < len(sides) or TIE in sides:
        raise UsageError(f"The sides {', '.join(sides)} cannot be told apart.")
    if len(sides) < 2 and not criterion.is_of_one:
        raise UsageError(f"There is no choice with {len(sides)} side; judge by a score or a rubric.")


def _is_judgeable(episode: StoredEpisode, sides: Sequence[str], criterion: Criterion) -> bool:
    played = episode.played
    completed = played is not None and played.outcome.ending is Ending.COMPLETED
    seated = set(sides) <= set(episode.plan.seats)
    return completed and seated and bool(rendered(episode, sides, criterion.view))
