"""Whether beliefs and confidences mean what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import final, gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.figures.plots import Plot, ReliabilityPlot, RiskCoveragePlot
from arena.results.metrics import (
    Bins,
    Figure,
    area_under_risk_coverage,
    area_under_roc,
    expected_calibration_error,
    reliability_curve,
    risk_coverage_curve,
)
from arena.results.study import Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "Beliefs and confidences are from 0 to 1. One that was refused or cut off is no number, and lowers the "
    "coverage."
)
BINS = Bins()
CLIP = 0.01
SURE = (0.8, 0.9, 0.95)
MEANS: tuple[tuple[str, str, Callable[[Floats, Floats], Floats]], ...] = (
    ("Brier score", "mean of (stated - came true)²; 0 is best", lambda stated, true: (stated - true) ** 2),
    (
        "Log score",
        f"mean of -ln of the probability of what happened, clipped to [{CLIP}, {1 - CLIP}]; 0 is best",
        lambda stated, true: _surprise(stated, true),
    ),
    (
        "Overconfidence",
        "mean stated less the share that came true; above 0 is overconfident",
        lambda stated, true: stated - true,
    ),
)
MEASURES: tuple[tuple[str, str, Callable[..., Figure]], ...] = (
    (
        "Expected calibration error",
        f"{BINS}; each bin by its mean; 0 is best, few rows push it up",
        partial(expected_calibration_error, bins=BINS),
    ),
    ("AUROC", "how often what came true was held likelier than what did not, ties half", area_under_roc),
)
SELECTIVE: tuple[tuple[str, str, Callable[..., Figure]], ...] = (
    (
        "AURC",
        "mean of the risks of the risk-coverage curve, over all orders of equal confidences; 0 is best",
        area_under_risk_coverage,
    ),
    (
        "AURC, trapezoid",
        "area under the risk-coverage curve by the trapezoid rule over coverages 1/n to 1, not rescaled",
        partial(area_under_risk_coverage, rule="trapezoid"),
    ),
)
NO_COLUMNS: Mapping[str, Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Stated:
    """Probabilities that were stated of some rows, and what came true; NaN where missing."""

    group: str
    stated: Floats
    true: Floats
    rows: Annotations


def calibration_of_beliefs(beliefs: Annotations, study: Study) -> Iterator[Line]:
    """Stated probabilities against what came true."""
    for name, group, rows in named(beliefs):
        for condition, method, moment, own in rows.grouped("condition", "method", "moment"):
            told = ", ".join(filter(None, (f"{group}{name}", method, moment)))
            yield from calibrated(study, Stated(f"{condition}: {told}", own.probability, own.came_true, own))


def calibration_of_answers(answers: Annotations, study: Study) -> Iterator[Line]:
    """Stated confidence in answers against whether they are right."""
    yield from _of_confidence(answers, study)


def calibration_of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Stated confidence in verdicts against whether they are right."""
    yield from _of_confidence(verdicts, study)


def pictures_of_answers(answers: Annotations, study: Study) -> Iterator[Plot]:
    """Yield how often answers are right, by how sure they are."""
    yield from _pictures(answers)


def pictures_of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Plot]:
    """Yield how often verdicts are right, by how sure they are."""
    yield from _pictures(verdicts)


def calibrated(
    study: Study, stated: Stated, *, of: str = "", columns: Mapping[str, Sequence[str]] = NO_COLUMNS
) -> Iterator[Line]:
    """Yield the scores of what was stated, if anything is known to have come true or not.

    Args:
        study: makes the lines.
        stated: what was stated, and what came true.
        of: whose it is, after the name of each score, as in `` of debaters``.
        columns: the columns of a grid in which scores stand, by the scores' names.
    """
    if np.isnan(stated.true).all():
        return
    pairs = np.isnan(stated.true) | (stated.true == 0) | (stated.true == 1)
    for name, convention, value in MEANS:
        if name != "Log score" or pairs.all():
            found = value(stated.stated, stated.true)
            line = study.line(f"{name}{of}", stated.group, found, stated.rows, convention=convention)
            yield replace(line, columns=columns.get(name, ()))
    for name, convention, function in MEASURES if pairs.all() else ():
        both = stated.stated, stated.true
        line = study.measure(f"{name}{of}", stated.group, function, both, stated.rows, convention=convention)
        yield replace(line, columns=columns.get(name, ()))


def _of_confidence(found: Annotations, study: Study) -> Iterator[Line]:
    for stated in _confidences(found):
        yield from calibrated(study, stated)
        if np.isnan(stated.true).all():
            continue
        columns = stated.stated, stated.true
        for name, convention, function in SELECTIVE:
            yield study.measure(name, stated.group, function, columns, stated.rows, convention=convention)
        for sure in SURE:
            chosen = (stated.stated >= sure) | np.isnan(stated.stated)
            wrong = np.where(stated.stated >= sure, 1 - stated.true, np.nan)[chosen]
            yield study.line(
                f"Wrong@{sure:g}",
                stated.group,
                wrong,
                stated.rows.where(chosen),
                convention=f"share that is wrong of what has at least {sure:g} confidence, of all that may",
            )


def _confidences(found: Annotations) -> Iterator[Stated]:
    """Yield the rows of each name, author and condition in which any confidence was stated."""
    for name, group, rows in named(found):
        for condition, own in gradable(final(rows)).grouped("condition"):
            if not np.isnan(own.confidence).all():
                yield Stated(f"{condition}: {group}{name}", own.confidence, own.correct, own)


def _pictures(found: Annotations) -> Iterator[Plot]:
    curves = []
    for one in _confidences(found):
        there = ~np.isnan(one.true)
        if not np.isin(one.true[there], (0, 1)).all():
            continue
        curve = reliability_curve(one.stated, one.true, bins=BINS)
        if curve.n:
            yield ReliabilityPlot(one.group, curve)
            curves.append((one.group, risk_coverage_curve(one.stated, one.true)))
    if curves:
        yield RiskCoveragePlot(curves)


def _surprise(stated: Floats, true: Floats) -> Floats:
    """Return -ln of the probability of what happened, clipped; NaN where either is missing."""
    said = np.clip(stated, CLIP, 1 - CLIP)
    return np.asarray(-np.log(np.where(true == 1, said, 1 - said)) + 0 * true, dtype=np.float64)


CALIBRATION = (
    FigureEntry(title="Calibration", function=calibration_of_beliefs, about=ABOUT),
    FigureEntry(title="Calibration", function=calibration_of_answers, about=ABOUT, plots=pictures_of_answers),
    FigureEntry(
        title="Calibration", function=calibration_of_verdicts, about=ABOUT, plots=pictures_of_verdicts
    ),
)
