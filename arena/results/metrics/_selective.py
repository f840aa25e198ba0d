"""Selective answering: whether confidence separates right answers from wrong ones.

The figures do not depend on the order of rows, even if confidences are equal. A threshold cannot separate
equal confidences, so the figures are means over all their orders. Rows without a confidence or a correctness
are left out. They lower the coverage of the figure, which is not the coverage of the curve.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.results.metrics._values import (
    Floats,
    Values,
    average_ranks,
    chances,
    check_convention,
    exact_mean,
    missing,
    outcomes,
    read_pairs,
    same_length,
)
from arena.results.metrics.figure import Figure

AreaRule = Literal["mean", "trapezoid"]
"""How the area under the risk-coverage curve is taken."""


@dataclass(frozen=True, slots=True)
class RiskCoveragePoint:
    """A point of a risk-coverage curve: the result of accepting all answers above a confidence.

    Attributes:
        threshold: the lowest confidence that is accepted.
        coverage: the share of answers that are accepted.
        risk: the share of accepted answers that are wrong.
        n: the number of accepted answers.
    """

    threshold: float
    coverage: float
    risk: float
    n: int


@dataclass(frozen=True, slots=True)
class RiskCoverageCurve:
    """The points of a risk-coverage curve.

    Attributes:
        points: one point for each confidence that occurs, highest first.
        n: the number of rows with both a confidence and a correctness.
        of: the number of all rows.
    """

    points: tuple[RiskCoveragePoint, ...]
    n: int
    of: int


def risk_coverage_curve(confidence: Values, correct: Values) -> RiskCoverageCurve:
    """Return the share of wrong answers among those accepted, at every threshold (El-Yaniv and Wiener 2010).

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.
    """
    stated, right, of = read_pairs(confidence, correct)
    thresholds, sizes, wrong = _by_confidence(stated, right)
    accepted, errors = np.cumsum(sizes), np.cumsum(wrong)
    points = (
        RiskCoveragePoint(threshold, n / len(stated), error / n, n)
        for threshold, n, error in zip(thresholds.tolist(), accepted.tolist(), errors.tolist(), strict=True)
    )
    return RiskCoverageCurve(tuple(points), len(stated), of)


def area_under_risk_coverage(confidence: Values, correct: Values, *, rule: AreaRule = "mean") -> Figure:
    """Return the AURC, from 0 (best) to 1: the mean over k of the risk of the k most confident answers.

    The definition is that of Geifman, Uziel and El-Yaniv (2019). By the trapezoid rule over the coverages 1/n
    to 1, not rescaled, it is smaller by half the first and half the last risk over n (the code of ObjexMT,
    Kim et al. 2025). For equal confidences it is the exact mean over all their orders. If N answers with E
    errors have a higher confidence, and m answers with e errors have the same confidence, then there are
    E + j e / m errors on average up to the j-th of these. If all confidences are equal, the mean is the error
    rate.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        rule: whether it is the mean of the risks, or the area by the trapezoid rule.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> area_under_risk_coverage([0.9, 0.9, 0.5], [1, 0, 1]).value
    0.4444444444444444
    >>> round(area_under_risk_coverage([0.9, 0.9, 0.5], [1, 0, 1], rule="trapezoid").value, 6)
    0.305556
    """
    check_convention("rule", rule, get_args(AreaRule))
    stated, right, of = read_pairs(confidence, correct)
    _, sizes, wrong = _by_confidence(stated, right)
    accepted = np.arange(1, len(stated) + 1)
    before, errors = np.cumsum(sizes) - sizes, np.cumsum(wrong) - wrong
    into = accepted - np.repeat(before, sizes)
    expected = np.repeat(errors, sizes) + into * np.repeat(wrong / sizes, sizes)
    risks = expected / accepted
    area = exact_mean(risks)
    if rule == "trapezoid" and area is not None:
        area -= float(risks[0] + risks[-1]) / (2 * len(risks))
    return Figure(area, len(stated), of)


def area_under_roc(confidence: Values, correct: Values) -> Figure:
    """Return the AUROC, from 0 to 1 (Hanley and McNeil 1982).

    It is the share of pairs of a right and a wrong answer in which the right one has the higher confidence.
    Pairs with equal confidences count half. It is not defined without at least one right and one wrong
    answer.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> area_under_roc([0.9, 0.6, 0.6], [1, 1, 0]).value
    0.75
    """
    stated, right, of = read_pairs(confidence, correct)
    positives = int(right.sum())
    pairs = positives * (len(right) - positives)
    if not pairs:
        return Figure(None, len(right), of)
    above = math.fsum(average_ranks(stated)[right == 1].tolist()) - positives * (positives + 1) / 2
    return Figure(above / pairs, len(right), of)


def wrong_at_confidence(confidence: Values, correct: Values, threshold: float) -> Figure:
    """Return wrong@threshold: the share of wrong answers among those at or above it (Kim et al. 2025).

    `n` counts the answers that are known to be at or above the threshold. `of` also counts those that may
    belong to them: answers without a confidence, and those at or above the threshold without a correctness.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        threshold: the lowest confidence that counts, from 0 to 1.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

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
    """Return the confidences that occur, highest first, and how many answers and wrong answers have each."""
    values, group, sizes = np.unique(stated, return_inverse=True, return_counts=True)
    wrong = np.asarray(np.bincount(group, weights=1 - right), dtype=np.float64)
    return values[::-1], sizes[::-1], wrong[::-1]
