"""A threshold that is fitted on one half of the tasks and frozen on the other half."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import final, gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure
from arena.results.study import FEWEST_TASKS, Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "What is at least as sure as the threshold is taken for right. The tasks are ordered by the hash of "
    "their names. The threshold is fitted on every second task and reported on the others, which did not "
    "choose it."
)
GRID = np.arange(101) / 100
"""The thresholds that are tried."""
NO_INTERVAL = "it was chosen on the grid"


class Threshold(NamedTuple):
    """The lowest of the thresholds with the highest F1, the highest of them, how many there are, and F1."""

    lowest: float
    highest: float
    ties: int
    f1: float


def thresholds_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Threshold of the confidence in answers with the best F1, and what it is worth on other tasks."""
    for group, rows in _confident(answers):
        yield from _lines(group, rows.confidence, rows, study)


def thresholds_of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Threshold of the confidence in verdicts with the best F1, and what it is worth on other tasks."""
    for group, rows in _confident(verdicts):
        yield from _lines(group, rows.confidence, rows, study)


def thresholds_of_beliefs(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """Threshold of beliefs with the best F1, and what it is worth on other tasks."""
    for name, group, rows in named(beliefs):
        for condition, method, moment, own in rows.grouped("condition", "method", "moment"):
            told = ", ".join(filter(None, (f"{group}{name}", method, moment)))
            yield from _lines(f"{condition}: {told}", own.probability, own, study)


def fit_threshold(values: Floats, true: Floats) -> Threshold | None:
    """Return the threshold of `GRID` with the highest F1; None if what is right or wrong is not among them.

    Args:
        values: (rows,), from 0 to 1; NaN where missing.
        true: (rows,), 1 or 0; NaN where missing.

    >>> fit_threshold(np.array([0.9, 0.8, 0.3]), np.array([1.0, 1.0, 0.0]))
    Threshold(lowest=0.31, highest=0.8, ties=50, f1=1.0)
    """
    there = ~np.isnan(values + true)
    if len(set(true[there].tolist())) < 2:
        return None
    worth = np.array([f1_at(values, true, threshold).value or 0.0 for threshold in GRID.tolist()])
    best = GRID[worth >= worth.max() - 1e-12]
    return Threshold(float(best[0]), float(best[-1]), len(best), float(worth.max()))


def f1_at(values: Floats, true: Floats, threshold: float) -> Figure:
    """Return the F1 of taking what is at or above a threshold for right: 2 TP / (2 TP + FP + FN).

    It has no value if nothing is right and nothing is at or above the threshold.

    Args:
        values: (rows,), NaN where missing.
        true: (rows,), 1 or 0; NaN where missing.
        threshold: in the unit of the values.
    """
    there = ~np.isnan(values + true)
    taken, right = values[there] >= threshold, true[there] == 1
    size = int(taken.sum() + right.sum())
    value = 2 * int((taken & right).sum()) / size if size else None
    return Figure(value, int(there.sum()), len(values))


def fitted_on(tasks: list[str]) -> set[str]:
    """Return every second task, from the first, in the order of the hashes of their names."""
    ordered = sorted(set(tasks), key=lambda task: (blake2b(task.encode(), digest_size=8).digest(), task))
    return set(ordered[::2])


def _confident(found: Annotations) -> Iterator[tuple[str, Annotations]]:
    for name, group, rows in named(found):
        for condition, own in gradable(final(rows)).grouped("condition"):
            yield f"{condition}: {group}{name}", own


def _lines(group: str, values: Floats, rows: Annotations, study: Study) -> Iterator[Line]:
    """Yield the threshold and its worth, if there are enough tasks to fit it on half of them."""
    true = rows.correct
    known = ~np.isnan(values + true)
    if not np.isin(true[known], (0, 1)).all():
        return
    tasks = sorted(set(rows.task.of(known)))
    if len(tasks) < 2 * FEWEST_TASKS:
        return
    chosen = rows.task.is_(*fitted_on(tasks))
    fitted = fit_threshold(values[chosen], true[chosen])
    if fitted is None:
        return
    ties = "no other ties" if fitted.ties == 1 else f"{fitted.ties} tie, up to {fitted.highest:g}"
    count = Figure(fitted.lowest, int(known[chosen].sum()), int(chosen.sum()))
    how = f"lowest of the grid 0, 0.01 .. 1 with the best F1, {fitted.f1:.3f}, on the fitted half; {ties}"
    yield Line("Threshold", group, how, f"{rows.kind}s", count, no_interval=NO_INTERVAL)
    frozen = f"at or above {fitted.lowest:g}, frozen, on the other half of the tasks"
    others = rows.where(~chosen)
    held, truth = values[~chosen], true[~chosen]
    yield study.measure(
        "F1 at the frozen threshold",
        group,
        lambda stated, right: f1_at(stated, right, fitted.lowest),
        (held, truth),
        others,
        convention=f"2 TP / (2 TP + FP + FN), right if {frozen}",
    )
    agrees = np.where(np.isnan(held + truth), np.nan, (held >= fitted.lowest) == (truth == 1))
    yield study.line(
        "Accuracy at the frozen threshold",
        group,
        agrees,
        others,
        convention=f"share for which being right is told by being {frozen}",
    )


THRESHOLDS = tuple(
    FigureEntry(title="Thresholds", function=function, about=ABOUT)
    for function in (thresholds_of_answers, thresholds_of_verdicts, thresholds_of_beliefs)
)
