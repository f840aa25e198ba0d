"""Whether confidence tells right answers from wrong ones: what is left if the unsure answers are put aside.

Nothing here depends on the order of rows, equal confidences included: a threshold cannot tell them apart,
so what a sort would make of them is averaged out. Rows without a confidence or a correctness are left out
and lower the figures' coverage, which is not the curve's coverage.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.results.metrics._calibration import read_pairs
from arena.results.metrics.figure import Figure
from arena.results.metrics.values import (
    Floats,
    Values,
    average_ranks,
    chances,
    exact_mean,
    missing,
    outcomes,
    same_length,
)


@dataclass(frozen=True, slots=True)
class RiskCoveragePoint:
    """What accepting every answer of at least some confidence brings.

    Attributes:
        threshold: the least confidence that is accepted.
        coverage: the share of answers accepted.
        risk: the share of those that are wrong.
        n: how many are accepted.
    """

    threshold: float
    coverage: float
    risk: float
    n: int


@dataclass(frozen=True, slots=True)
class RiskCoverageCurve:
    """The points of a risk-coverage curve.

    Attributes:
        points: one for each confidence that occurs, from the highest down.
        n: how many rows have both a confidence and a correctness.
        of: how many rows there are.
    """

    points: tuple[RiskCoveragePoint, ...]
    n: int
    of: int


def risk_coverage_curve(confidence: Values, correct: Values) -> RiskCoverageCurve:
    """The share of wrong answers among those accepted, at every threshold (El-Yaniv and Wiener 2010).

    Args:
        confidence: (rows,), from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: columns of different lengths, or a value out of range.
    """
    stated, right, of = read_pairs(confidence, correct)
    thresholds, sizes, wrong = _by_confidence(stated, right)
    accepted, errors = np.cumsum(sizes), np.cumsum(wrong)
    points = (
        RiskCoveragePoint(threshold, n / len(stated), error / n, n)
        for threshold, n, error in zip(thresholds.tolist(), accepted.tolist(), errors.tolist(), strict=True)
    )
    return RiskCoverageCurve(tuple(points), len(stated), of)


def area_under_risk_coverage(confidence: Values, correct: Values) -> Figure:
    """The AURC, from 0 (best) to 1: the mean over k of the risk of the k most confident answers.

    After Geifman, Uziel and El-Yaniv (2019). Where confidences are equal it is the mean over all orders of
    them, exactly: if N answers with E errors are surer, and m are equal with e errors among them, then the
    j-th of these is reached with E + j e / m errors on average. If all are equal it is the error rate.

    Args:
        confidence: (rows,), from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: columns of different lengths, or a value out of range.

    >>> area_under_risk_coverage([0.9, 0.9, 0.5], [1, 0, 1]).value
    0.4444444444444444
    """
    stated, right, of = read_pairs(confidence, correct)
    _, sizes, wrong = _by_confidence(stated, right)
    accepted = np.arange(1, len(stated) + 1)
    before, errors = np.cumsum(sizes) - sizes, np.cumsum(wrong) - wrong
    into = accepted - np.repeat(before, sizes)
    expected = np.repeat(errors, sizes) + into * np.repeat(wrong / sizes, sizes)
    return Figure(exact_mean(expected / accepted), len(stated), of)


def area_under_roc(confidence: Values, correct: Values) -> Figure:
    """The AUROC, from 0 to 1: how often a right answer is surer than a wrong one (Hanley and McNeil 1982).

    Over all pairs of a right and a wrong answer; equal confidences count half. Not defined without at least
    one of each.

    Args:
        confidence: (rows,), from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: columns of different lengths, or a value out of range.

    >>> area_under_roc([0.9, 0.6, 0.6], [1, 1, 0]).value
    0.75
    """
    stated, right, of = read_pairs(confidence, correct)
    positives = int(right.sum())
    pairs = positives * (len(right) - positives)
    if not pairs:
        return Figure(None, len(right), of)
    above = math.fsum(average_ranks(stated)[right == 1]) - positives * (positives + 1) / 2
    return Figure(above / pairs, len(right), of)


def wrong_at_confidence(confidence: Values, correct: Values, threshold: float) -> Figure:
    """Wrong@threshold: the share of wrong answers among those of at least this confidence (Kim et al. 2025).

    It rests on the answers known to be at or above the threshold. To it belong, and lower its coverage, those
    that may be among them: without a confidence, or sure enough but without a correctness.

    Args:
        confidence: (rows,), from 0 to 1.
        correct: (rows,), 1 or 0.
        threshold: from 0 to 1; it is included.

    Raises:
        UsageError: columns of different lengths, or a value out of range.

    >>> wrong_at_confidence([0.9, 0.8, 0.5, None], [1, 0, 0, 0], threshold=0.8)
    Figure(value=0.5, n=2, of=3, interval=None)
    """
    if not 0 <= threshold <= 1:
        raise UsageError(f"The threshold must lie between 0 and 1, not {threshold}.")
    stated, right = chances("confidence", confidence), outcomes("correct", correct)
    same_length(confidence=stated, correct=right)
    sure = stated >= threshold
    judged = right[sure & ~missing(right)]
    return Figure(exact_mean(1 - judged), len(judged), int((sure | missing(stated)).sum()))


def _by_confidence(stated: Floats, right: Floats) -> tuple[Floats, NDArray[np.intp], Floats]:
    """The confidences that occur, from the highest down, how often each does and how often it is wrong."""
    values, group, sizes = np.unique(stated, return_inverse=True, return_counts=True)
    wrong = np.asarray(np.bincount(group, weights=1 - right), dtype=np.float64)
    return values[::-1], sizes[::-1], wrong[::-1]
