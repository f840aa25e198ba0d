"""A threshold that is fitted on some of the tasks and frozen on the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import final, gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure, f1_at, fit_threshold
from arena.results.study import FEWEST_TASKS, NOT_REACHED, Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "What is at least as sure as the threshold is taken for right. The tasks are ordered by the hash of "
    "their names. The threshold is fitted on every second task and reported on the others, which did not "
    "choose it. If only some scores have a gold label, it is fitted on their tasks, and frozen on the others."
)
STEPS = np.arange(101) / 100
"""The thresholds that are tried, as shares of the scale."""
NO_INTERVAL = "it was chosen on the grid"


@dataclass(frozen=True, slots=True)
class Graded:
    """Numbers and whether what they are of is right, 1 or 0; NaN where missing.

    Args:
        group: whose numbers they are.
        values: (rows,), the numbers.
        true: (rows,), what is right.
        rows: the annotations that they are of.
        grid: the thresholds that are tried.
    """

    group: str
    values: Floats
    true: Floats
    rows: Annotations
    grid: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which rows have a number and are known to be right or wrong."""
        return ~np.isnan(self.values + self.true)


def thresholds_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Threshold of the confidence in answers with the best F1, and what it is worth on other tasks."""
    for group, rows in _confident(answers):
        yield from _halved(Graded(group, rows.confidence, rows.correct, rows, STEPS), study)


def thresholds_of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Threshold of the confidence in verdicts with the best F1, and what it is worth on other tasks."""
    for group, rows in _confident(verdicts):
        yield from _halved(Graded(group, rows.confidence, rows.correct, rows, STEPS), study)


def thresholds_of_beliefs(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """Threshold of beliefs with the best F1, and what it is worth on other tasks."""
    for name, group, rows in named(beliefs):
        for condition, method, moment, own in rows.grouped("condition", "method", "moment"):
            told = f"{condition}: {', '.join(filter(None, (f'{group}{name}', method, moment)))}"
            yield from _halved(Graded(told, own.probability, own.correct, own, STEPS), study)


def thresholds_of_scores(scores: Annotations, study: Study) -> Iterator[Line]:
    """Threshold of scores with the best F1 by their gold labels, and what it is worth on other tasks."""
    for name, group, rows in named(scores):
        for about, condition, own in rows.grouped("about", "condition"):
            gold = np.array([float(text) if text else np.nan for text in own.truth], dtype=np.float64)
            told = f"{condition}: {group}{name}{f', of {about}' if about else ''}"
            graded = Graded(told, own.value, gold, own, _grid(own))
            if (np.isnan(gold) & own.ok).any():
                yield from _counted(graded, study)
            else:
                yield from _halved(graded, study)


def fitted_on(tasks: list[str]) -> set[str]:
    """Return every second task, from the first, in the order of the hashes of their names."""
    ordered = sorted(set(tasks), key=lambda task: (blake2b(task.encode(), digest_size=8).digest(), task))
    return set(ordered[::2])


def _grid(scores: Annotations) -> Floats:
    """Return the thresholds of a scale, which is 0 to 1 if none is given and all scores are in it."""
    low, high = scores.low, scores.high
    if np.isnan(low).all() or np.isnan(high).all():
        there = scores.value[~np.isnan(scores.value)]
        low, high = np.append(there, 0.0), np.append(there, 1.0)
    start = float(np.nanmin(low))
    return np.asarray(start + (float(np.nanmax(high)) - start) * STEPS, dtype=np.float64)


def _confident(found: Annotations) -> Iterator[tuple[str, Annotations]]:
    for name, group, rows in named(found):
        for condition, own in gradable(final(rows)).grouped("condition"):
            yield f"{condition}: {group}{name}", own


def _fitted(graded: Graded, chosen: NDArray[np.bool_], on: str) -> tuple[float, Line] | None:
    """Return the threshold of the chosen rows and its line, or None if they are not both right and wrong."""
    fitted = fit_threshold(graded.values[chosen], graded.true[chosen], graded.grid.tolist())
    if fitted is None:
        return None
    ties = "no other ties" if fitted.ties == 1 else f"{fitted.ties} tie, up to {fitted.highest:g}"
    figure = Figure(fitted.lowest, int(graded.known[chosen].sum()), int(chosen.sum()))
    grid = f"{graded.grid[0]:g}, {graded.grid[1]:g} .. {graded.grid[-1]:g}"
    how = f"lowest of the grid {grid} with the best F1, {fitted.f1:.3f}, on {on}; {ties}"
    unit = f"{graded.rows.kind}s"
    return fitted.lowest, Line("Threshold", graded.group, how, unit, figure, no_interval=NO_INTERVAL)


def _halved(graded: Graded, study: Study) -> Iterator[Line]:
    """Yield the threshold and its worth, if there are enough tasks to fit it on half of them."""
    values, true, rows, known = graded.values, graded.true, graded.rows, graded.known
    if not np.isin(true[known], (0, 1)).all():
        return
    tasks = sorted(set(rows.task.of(known)))
    if len(tasks) < 2 * FEWEST_TASKS:
        return
    chosen = rows.task.is_(*fitted_on(tasks))
    fitted = _fitted(graded, chosen, "the fitted half")
    if fitted is None:
        return
    threshold, line = fitted
    yield line
    frozen = f"at or above {threshold:g}, frozen, on the other half of the tasks"
    others = rows.where(~chosen)
    held, truth = values[~chosen], true[~chosen]
    yield study.measure(
        "F1 at the frozen threshold",
        graded.group,
        lambda stated, right: f1_at(stated, right, threshold),
        (held, truth),
        others,
        convention=f"2 TP / (2 TP + FP + FN), right if {frozen}",
    )
    agrees = np.where(np.isnan(held + truth), np.nan, (held >= threshold) == (truth == 1))
    yield study.line(
        "Accuracy at the frozen threshold",
        graded.group,
        agrees,
        others,
        convention=f"share for which being right is told by being {frozen}",
    )


def _counted(graded: Graded, study: Study) -> Iterator[Line]:
    """Yield the threshold that fits the tasks with gold labels, and the share of others at or above it."""
    rows, labelled = graded.rows, ~np.isnan(graded.true)
    if not labelled.any() or not np.isin(graded.true[labelled], (0, 1)).all():
        return
    tasks = sorted(set(rows.task.of(labelled)))
    chosen = rows.task.is_(*tasks)
    fitted = _fitted(graded, chosen, "the tasks with gold labels") if len(tasks) >= FEWEST_TASKS else None
    if fitted is None:
        return
    threshold, line = fitted
    yield line
    others, held = rows.where(~chosen), graded.values[~chosen]
    reached = ~others.status.is_(NOT_REACHED)
    above = np.where(np.isnan(held), np.nan, held >= threshold)
    all_above = np.where(reached, held >= threshold, np.nan)
    for name, told, values in (
        ("", "one that is missing is left out", above),
        (", missing as below", "one that is missing is below it", all_above),
    ):
        yield study.line(
            f"At or above the frozen threshold{name}",
            graded.group,
            values,
            others,
            convention=f"share at or above {threshold:g}, frozen, of the tasks without gold labels; {told}",
        )


THRESHOLDS = (
    *(
        FigureEntry(title="Thresholds", function=function, about=ABOUT)
        for function in (thresholds_of_answers, thresholds_of_verdicts, thresholds_of_beliefs)
    ),
    FigureEntry(title="Thresholds", function=thresholds_of_scores, columns=("truth",), about=ABOUT),
)
