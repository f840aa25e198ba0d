"""What agents know of their own answers: calibration in bins of equal counts, and what confidence selects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import final, gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.figures.plots import Plot, ReliabilityPlot
from arena.results.metrics import (
    Bins,
    Figure,
    adaptive_calibration_error,
    area_under_precision_recall,
    conditional_accuracy,
    reliability_curve,
)
from arena.results.study import Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "Confidence of agents in their own answers, and in knowing the answer. To know it means to be right in "
    "more than half of the samples."
)
_OWN = ("right", "knows")
_BINS = Bins(10, "mass")
_MEASURES: tuple[tuple[str, str, Callable[..., Figure]], ...] = (
    (
        "Adaptive calibration error",
        "10 bins of equal counts, each the same; 0 is best",
        adaptive_calibration_error,
    ),
    (
        "RMS calibration error",
        "10 bins of equal counts, root of the mean square; 0 is best",
        partial(adaptive_calibration_error, root_mean_square=True),
    ),
    ("AUPRC of right", "average precision of finding right answers", area_under_precision_recall),
    (
        "AUPRC of wrong",
        "average precision of finding wrong answers",
        partial(area_under_precision_recall, of_wrong=True),
    ),
    ("Accuracy above 0.5", "share right of those above 0.5", conditional_accuracy),
)


def confidence_in_own_answers(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """What beliefs about own answers select, and their calibration in bins of equal counts."""
    for group, stated, true, rows in _of_beliefs(beliefs):
        yield from _measured(study, group, stated, true, rows)


def confidence_in_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """What the confidence that stands in an answer selects, and its calibration in bins of equal counts."""
    for name, group, rows in named(answers):
        for condition, own in gradable(final(rows)).grouped("condition"):
            if not np.isnan(own.confidence).all():
                yield from _measured(study, f"{condition}: {group}{name}", own.confidence, own.correct, own)


def pictures_of_beliefs(beliefs: Annotations, study: Study) -> Iterator[Plot]:
    """Yield how often agents were right, by how sure they were, in bins of equal counts."""
    for group, stated, true, _ in _of_beliefs(beliefs):
        curve = reliability_curve(stated, true, bins=_BINS)
        if curve.n:
            yield ReliabilityPlot(group, curve)


def _of_beliefs(beliefs: Annotations) -> Iterator[tuple[str, Floats, Floats, Annotations]]:
    """Yield each name, author, condition, method and moment with what was stated and what came true."""
    for name, group, rows in named(beliefs.where(beliefs.name.is_(*_OWN) & ~beliefs.method.is_(""))):
        for condition, method, moment, own in rows.grouped("condition", "method", "moment"):
            told = ", ".join(filter(None, (f"{group}{name}", method, moment)))
            known = ~np.isnan(own.came_true)
            true = np.where(known, own.came_true > 0.5, np.nan) if name == "knows" else own.came_true
            if known.any() and np.isin(true[known], (0, 1)).all():
                yield f"{condition}: {told}", own.probability, true, own


def _measured(study: Study, group: str, stated: Floats, true: Floats, rows: Annotations) -> Iterator[Line]:
    if not np.isin(true[~np.isnan(true)], (0, 1)).all():
        return
    for name, convention, function in _MEASURES:
        yield study.measure(name, group, function, (stated, true), rows, convention=convention)


CONFIDENCE = (
    FigureEntry(
        title="Own confidence", function=confidence_in_own_answers, about=ABOUT, plots=pictures_of_beliefs
    ),
    FigureEntry(title="Own confidence", function=confidence_in_answers, about=ABOUT),
)
