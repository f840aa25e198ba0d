"""Whether beliefs and confidences mean what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import (
    Bins,
    Figure,
    area_under_roc,
    brier_score,
    expected_calibration_error,
    overconfidence_bias,
    with_interval,
)
from arena.results.study import FEWEST_TASKS, Annotations, Line, Study

ABOUT = (
    "Beliefs and confidences are from 0 to 1. One that was refused or cut off is no number, and lowers the "
    "coverage."
)
MEASURES: tuple[tuple[str, str, Callable[..., Figure]], ...] = (
    ("Brier score", "mean of (stated - came true)²; 0 is best", brier_score),
    (
        "Expected calibration error",
        f"{Bins()}; each bin by its mean; 0 is best, few rows push it up",
        partial(expected_calibration_error, bins=Bins()),
    ),
    (
        "Overconfidence",
        "mean stated less the share that came true; above 0 is overconfident",
        overconfidence_bias,
    ),
    ("AUROC", "how often what came true was held likelier than what did not, ties half", area_under_roc),
)


def calibration_of_beliefs(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """Stated probabilities against what came true."""
    for name, group, rows in named(beliefs):
        for condition, method, moment, own in rows.grouped("condition", "method", "moment"):
            told = ", ".join(filter(None, (f"{group}{name}", method, moment)))
            yield from _calibration(study, f"{condition}: {told}", own.probability, own.came_true, own)


def calibration_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Stated confidence in answers against whether they are right."""
    yield from _of_confidence(answers, study)


def calibration_of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Stated confidence in verdicts against whether they are right."""
    yield from _of_confidence(verdicts, study)


def _of_confidence(found: Annotations, study: Study) -> Iterator[Line]:
    for name, group, rows in named(found):
        if np.isnan(rows.confidence).all():
            continue
        for condition, own in rows.grouped("condition"):
            yield from _calibration(study, f"{condition}: {group}{name}", own.confidence, own.correct, own)


def _calibration(
    study: Study, group: str, stated: NDArray[np.float64], true: NDArray[np.float64], rows: Annotations
) -> Iterator[Line]:
    if np.isnan(true).all():
        return
    binary = np.isnan(true) | (true == 0) | (true == 1)
    tasks = rows.task.codes
    enough = len(np.unique(tasks)) >= FEWEST_TASKS
    for name, convention, function in MEASURES:
        if not binary.all() and function is area_under_roc:
            continue
        # Without clusters' names only the value is computed.
        figure = (
            with_interval(function, stated, true, clusters=tasks.tolist(), samples=study.samples)
            if enough and study.samples
            else function(stated, true)
        )
        why = "" if enough else f"fewer than {FEWEST_TASKS} tasks"
        yield Line(name, group, convention, f"{rows.kind}s", figure, no_interval=why)


CALIBRATION = tuple(
    FigureEntry(title="Calibration", function=function, about=ABOUT)
    for function in (calibration_of_beliefs, calibration_of_answers, calibration_of_verdicts)
)
