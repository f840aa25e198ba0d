"""Proper scores of stated confidences: the Brier score, its decomposition, and the log score.

A confidence is a probability from 0 to 1 that an answer is correct. A row in which the confidence or the
correctness is missing is left out and lowers the coverage. A confidence of 0 is not missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena.core.errors import UsageError
from arena.results.metrics._values import Values, read_pairs
from arena.results.metrics.figure import Figure, mean_of


@dataclass(frozen=True, slots=True)
class BrierDecomposition:
    """The parts of the Brier score, which is reliability - resolution + uncertainty (Murphy 1973).

    Attributes:
        reliability: the mean squared difference of each confidence and the accuracy at that confidence. 0 is
            perfect calibration.
        resolution: the mean squared difference of the accuracy at each confidence and the overall accuracy.
        uncertainty: the variance of the outcomes, which is accuracy times (1 - accuracy).
    """

    reliability: Figure
    resolution: Figure
    uncertainty: Figure


def brier_score(confidence: Values, correct: Values) -> Figure:
    """Return the mean of (confidence - correct) squared, from 0 (best) to 1 (Brier 1950).

    This is the form for one event. It is half of Brier's own sum over both outcomes.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> brier_score([0.0, 1.0, None], [1, 1, 1])
    Figure(value=0.5, n=2, of=3, interval=None)
    """
    stated, right, of = read_pairs(confidence, correct)
    return mean_of((stated - right) ** 2, of)


def brier_decomposition(confidence: Values, correct: Values) -> BrierDecomposition:
    """Return the Brier score as reliability - resolution + uncertainty (Murphy 1973).

    Rows are grouped by equal confidence and not by bins, because only then the sum is exactly the Brier
    score.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.
    """
    stated, right, of = read_pairs(confidence, correct)
    _, group, sizes = np.unique(stated, return_inverse=True, return_counts=True)
    within = (np.bincount(group, weights=right) / sizes)[group] if len(right) else right
    overall = right.mean() if len(right) else 0.0
    return BrierDecomposition(
        reliability=mean_of((stated - within) ** 2, of),
        resolution=mean_of((within - overall) ** 2, of),
        uncertainty=mean_of((right - overall) ** 2, of),
    )


def log_score(confidence: Values, correct: Values, *, clip: float | None = None) -> Figure:
    """Return the mean of -ln(the probability given to what happened), from 0 (best) up (Good 1952).

    Lower is better, as with the Brier score. It is infinite if an outcome with probability 0 happened and
    probabilities are not clipped.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        clip: probabilities are clipped to [clip, 1 - clip] first. It is between 0 and 1/2. None does not
            clip.

    Raises:
        UsageError: if the columns differ in length, if a value is out of its range, or if the clip is not
            between 0 and 1/2.

    >>> log_score([0.0], [1]).value, round(log_score([0.0], [1], clip=0.01).value, 3)
    (inf, 4.605)
    """
    if clip is not None and not 0 < clip < 0.5:
        raise UsageError(f"The log score's clip must lie between 0 and 1/2, not {clip}.")
    stated, right, of = read_pairs(confidence, correct)
    if clip is not None:
        stated = stated.clip(clip, 1 - clip)
    with np.errstate(divide="ignore"):
        # log1p computes ln(1 - p) exactly if p is so small that 1 - p rounds. 0.0 - x is never -0.0.
        return mean_of(0.0 - np.where(right == 1, np.log(stated), np.log1p(-stated)), of)
