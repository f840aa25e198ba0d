"""Whether verdicts were right, and whether the judge's confidence means what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any

from arena.results.columns import Columns
from arena.results.figures.lines import FigureDefinition, by_judge, grouped
from arena.results.figures.plots import Plot, ReliabilityPlot, RiskCoveragePlot
from arena.results.metrics import (
    Bins,
    Figure,
    accuracy,
    area_under_risk_coverage,
    area_under_roc,
    brier_score,
    expected_calibration_error,
    log_score,
    overconfidence_bias,
    reliability_curve,
    risk_coverage_curve,
    wrong_at_confidence,
)
from arena.results.study import Axis, Line

BINS = Bins()
CLIP = 0.01
SURE = (0.8, 0.9)

CALIBRATION: tuple[tuple[str, str, Callable[..., Figure]], ...] = (
    ("Brier score", "mean of (confidence - correct)²; 0 is best", brier_score),
    (
        "Log score",
        f"mean of -ln of the probability of what happened, clipped to [{CLIP}, {1 - CLIP}]; 0 is best",
        partial(log_score, clip=CLIP),
    ),
    (
        "Expected calibration error",
        f"{BINS}; each bin by its mean confidence; 0 is best, few rows push it up",
        partial(expected_calibration_error, bins=BINS),
    ),
    (
        "Overconfidence",
        "mean confidence less the share that was right; above 0 is overconfident",
        overconfidence_bias,
    ),
)
"""How confidence and what came of it are compared, for judges and for debaters."""

SELECTIVE: tuple[tuple[str, str, Callable[..., Figure]], ...] = (
    (
        "AURC",
        "area under the risk-coverage curve, the mean over all orders of equal confidences; 0 is best",
        area_under_risk_coverage,
    ),
    ("AUROC", "how often a right verdict is surer than a wrong one, ties half; 1 is best", area_under_roc),
    *(
        (
            f"Wrong@{sure:g}",
            f"share of wrong verdicts among those of at least {sure:g} confidence; of all that may be",
            partial(wrong_at_confidence, threshold=sure),
        )
        for sure in SURE
    ),
)

_CONDITION: Callable[[Any], str] = attrgetter("condition")
_CORRECT: Callable[[Any], Any] = attrgetter("correct")
_CONFIDENCE: Callable[[Any], Any] = attrgetter("confidence")


def judges(columns: Columns, samples: int) -> Iterator[Line]:
    """Yield accuracy and calibration of the verdicts that were given, and the accuracy of later judges."""
    known = [row for row in columns.episodes if row.truth is not None]
    verdicts = grouped(known, _CONDITION)
    right = "share of decisions that were right"
    yield from FigureDefinition("Accuracy", right, accuracy, [_CORRECT], axis=Axis(right, 0.5)).of(
        verdicts, samples
    )
    truth = {row.episode for row in known}
    asks = [ask for ask in columns.asks if ask.episode in truth and not ask.criterion]
    yield from FigureDefinition(
        "Accuracy of single verdicts",
        "each ask of the judge by itself, before its orders are combined",
        accuracy,
        [_CORRECT],
        unit="asks",
    ).of(grouped(asks, _CONDITION), samples)
    rulings = [row for row in columns.rulings if row.episode in truth]
    yield from FigureDefinition(
        "Accuracy of each judge",
        "of several, or of those who judged later: share of rulings for the right answer; orders combined as "
        "the group says, as two-game where it does not",
        accuracy,
        [_CORRECT],
        unit="rulings",
    ).of(grouped(rulings, by_judge), samples)
    sure = {
        condition: rows
        for condition, rows in verdicts.items()
        if any(row.confidence is not None for row in rows)
    }
    for name, convention, function in (*CALIBRATION, *SELECTIVE):
        yield from FigureDefinition(name, convention, function, [_CONFIDENCE, _CORRECT]).of(sure, samples)


def verdict_plots(columns: Columns) -> Iterator[Plot]:
    """Yield how often each condition's judge is right, by how sure it is; and what that is good for."""
    curves = []
    known = [row for row in columns.episodes if row.truth is not None]
    for condition, rows in grouped(known, _CONDITION).items():
        stated, right = [row.confidence for row in rows], [row.correct for row in rows]
        curve = reliability_curve(stated, right, bins=BINS)
        if curve.n:
            yield ReliabilityPlot(f"{condition}, the judge", curve)
            curves.append((condition, risk_coverage_curve(stated, right)))
    if curves:
        yield RiskCoveragePlot(curves)
