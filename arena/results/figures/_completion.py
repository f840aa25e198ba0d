"""What rubrics give: partial completion and success of the tasks, over several runs of each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure
from arena.results.study import Annotations, Line, Study, group_codes

Floats = NDArray[np.float64]

ABOUT = (
    "Scores that judges gave by a rubric, from 0 to 1. The k-th run of a task is its k-th episode. An "
    "episode without a score is in none of these."
)
FEWEST_RUNS = 2
OF_RUNS = "it is itself a measure of spread"


def completion(scores: Annotations, study: Study) -> Iterator[Line]:
    """How far tasks were completed by a rubric, as Mind2Web 2 reports it (Gou et al. 2025)."""
    given = scores.where(np.array([name in study.rubrics for name in scores.name], dtype=np.bool_))
    for name, group, rows in named(given):
        for about, condition, own in rows.grouped("about", "condition"):
            what = f"{condition}: {group}{name}{f', of {about}' if about else ''}"
            yield from _lines(study, what, own)


def _lines(study: Study, what: str, rows: Annotations) -> Iterator[Line]:
    stand, table = _by_run(rows)
    runs, there = table.shape[1], ~np.isnan(table)
    means = [float(table[known, run].mean()) for run, known in enumerate(there.T) if known.any()]
    covered = int(there.sum()), table.size
    told = f"mean over the tasks of each run, mean over {runs} runs"
    figure = Figure(float(np.mean(means)) if means else None, *covered)
    yield Line("Partial completion", what, told, "scores", figure, no_interval="see the mean score")
    whole = np.where(np.isnan(rows.value), np.nan, rows.value == 1)
    yield study.line("Success", what, whole, rows, convention="share of scores that are exactly 1")
    if runs < FEWEST_RUNS:
        return
    told = f"standard deviation (n) of the partial completions of {runs} runs"
    figure = Figure(float(np.std(means)) if means else None, *covered)
    yield Line("Partial completion, spread", what, told, "scores", figure, no_interval=OF_RUNS)
    succeeded = (table == 1).any(axis=1)
    passed = np.where(succeeded | there.all(axis=1), succeeded, np.nan)
    told = f"share of tasks with a score of exactly 1 in any of {runs} runs"
    yield study.line(f"Pass@{runs}", what, passed, stand, unit="tasks", convention=told)


def _by_run(rows: Annotations) -> tuple[Annotations, Floats]:
    """Return a row of each task, and the mean score of each of its runs, (tasks, runs); NaN where none."""
    codes = group_codes(rows.task)
    _, firsts = np.unique(codes, return_index=True)
    runs: dict[int, list[int]] = {}
    for task, episode in zip(codes.tolist(), rows.episode.tolist(), strict=True):
        if episode not in runs.setdefault(task, []):
            runs[task].append(episode)
    table = np.full((len(runs), max(map(len, runs.values()))), np.nan)
    for task, episodes in runs.items():
        for run, episode in enumerate(sorted(episodes)):
            own = rows.value[(codes == task) & (rows.episode == episode)]
            known = own[~np.isnan(own)]
            table[task, run] = known.mean() if len(known) else np.nan
    return rows.where(firsts), table


COMPLETION = FigureEntry(title="Rubrics", function=completion, about=ABOUT)
