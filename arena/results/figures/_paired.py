"""Differences between conditions over the same tasks: the headline of every comparison."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import as_wrong, final, gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "Two conditions are compared on the tasks that both have: each task's mean is taken first. An answer "
    "that is missing or undecided is left out in one line and counts as wrong in another. A task for which "
    "one of them has none lowers the coverage. The p-value is of the difference being 0, by the signs of the "
    "tasks' differences."
)


def paired_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Accuracy of the last answers under one condition less another's, over the tasks that both have."""
    yield from _paired(answers, study)


def paired_verdicts(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Accuracy of the verdicts under one condition less another's, over the tasks that both have."""
    yield from _paired(verdicts, study)


def paired_labels(labels: Annotations, study: Study) -> Iterator[Line]:
    """Count, or share of yes, of a later judge's label under one condition less another's, by task."""
    later = labels.by.is_("judge") | (labels.judgement > 0)
    for name, group, rows in named(labels.where(later & (labels.perturbed.codes < 0))):
        counts, classes = rows.count, {text for text in rows.text if text}
        is_counted = not np.isnan(counts).all()
        if not is_counted and not classes <= {"yes", "no"}:
            continue
        said = np.where(rows.text.codes >= 0, rows.text.is_("yes").astype(np.float64), np.nan)
        cells = study.cells(counts if is_counted else said, rows)
        played = ~np.isnan(study.cells(np.zeros(len(rows)), rows))
        what = "Mean count" if is_counted else "Share of yes"
        for one, other in combinations(range(len(study.conditions)), 2):
            both = played[:, one] & played[:, other]
            gain = cells[both, other] - cells[both, one]
            if not np.isnan(gain).all():
                pair = f"{group}{name}: {study.conditions[other]} less {study.conditions[one]}"
                yield study.line(f"{what}, paired difference", pair, gain, test=True)


def paired_scores(scores: Annotations, study: Study) -> Iterator[Line]:
    """Mean of each score under the second of two conditions less the first, over the tasks that both have."""
    if len(study.conditions) != 2:
        return  # a series of many conditions would have a line for each pair of them
    first, second = study.conditions
    for name, group, rows in named(scores.where(scores.perturbed.codes < 0)):
        for about, own in rows.grouped("about"):
            cells = study.cells(own.value, own)
            played = ~np.isnan(study.cells(np.zeros(len(own)), own)).all(axis=1)
            gain = cells[played, 1] - cells[played, 0]
            if not np.isnan(gain).all():
                of = f", of {about}" if about else ""
                pair = f"{group}{name}{of}: {second} less {first}"
                yield study.line("Mean score, paired difference", pair, gain, test=True)


def _paired(found: Annotations, study: Study) -> Iterator[Line]:
    plain = found.where(found.perturbed.codes < 0)
    for name, group, rows in named(plain):
        last = gradable(final(rows))
        played = ~np.isnan(study.cells(np.zeros(len(last)), last))
        for undecided, right in (("left out", last.correct), ("as wrong", as_wrong(last))):
            cells = study.cells(right, last)
            for one, other in combinations(range(len(study.conditions)), 2):
                both = played[:, one] & played[:, other]
                if not np.isnan(cells[both, one] + cells[both, other]).all():
                    pair = f"{study.conditions[other]} less {study.conditions[one]}"
                    what = f"{group}{name}, undecided {undecided}: {pair}"
                    yield from _lines(study, what, cells[both, one], cells[both, other])


def _lines(
    study: Study, what: str, first: NDArray[np.float64], second: NDArray[np.float64]
) -> Iterator[Line]:
    there = ~np.isnan(first + second)
    yield study.line("Accuracy, paired difference", what, second - first, test=True)
    for name, moved in (
        ("Right to wrong", (first > 0.5) & (second < 0.5)),
        ("Wrong to right", (first < 0.5) & (second > 0.5)),
    ):
        yield study.line(name, what, np.where(there, moved, np.nan))


PAIRED = (
    FigureEntry(title="Paired differences", function=paired_answers, about=ABOUT),
    FigureEntry(title="Paired differences", function=paired_verdicts, about=ABOUT),
    FigureEntry(title="Paired differences", function=paired_labels, columns=("text",), about=ABOUT),
    FigureEntry(title="Paired differences", function=paired_scores, about=ABOUT),
)
