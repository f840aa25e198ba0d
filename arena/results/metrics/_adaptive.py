"""Calibration in bins of equal counts, precision and recall by confidence, and what confidence selects."""

from __future__ import annotations

import numpy as np

from arena.core.errors import UsageError
from arena.results.metrics._values import Values, exact_mean, read_pairs
from arena.results.metrics.figure import Figure


def adaptive_calibration_error(
    confidence: Values, correct: Values, *, bins: int = 10, root_mean_square: bool = False
) -> Figure:
    """Return the adaptive calibration error, from 0 (best) to 1, over bins of equal counts.

    It is the mean over bins of |accuracy - mean confidence|, each bin the same (Nixon et al. 2019; Zeng et
    al. 2025; the ECE of Kadavath et al. 2022). Equal confidences may be in two bins: of these, wrong rows
    come before right ones. `expected_calibration_error` with bins of equal mass never parts them.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        bins: the number of bins. Fewer rows than bins have a bin each.
        root_mean_square: whether the root of the mean square is taken in place of the mean.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> adaptive_calibration_error([0.9, 0.9, 0.8, 0.6, 0.6, 0.3], [1, 0, 1, 1, 0, 0], bins=3).value
    0.3833333333333333
    """
    stated, right, of = read_pairs(confidence, correct)
    if not len(stated):
        return Figure(None, 0, of)
    order = np.lexsort((right, stated))
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = np.array([abs((exact_mean(stated[part]) or 0) - (exact_mean(right[part]) or 0)) for part in parts])
    value = float(np.sqrt((gaps**2).mean())) if root_mean_square else exact_mean(gaps)
    return Figure(value, len(stated), of)


def area_under_precision_recall(confidence: Values, correct: Values, *, of_wrong: bool = False) -> Figure:
    """Return the average precision, from 0 to 1 (best), at which right answers are found by confidence.

    It is the sum over the confidences that occur, highest first, of the precision at it times the recall that
    it adds. Answers of equal confidence are found together. None if there is nothing to find.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        of_wrong: whether wrong answers are to be found, by 1 less the confidence.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> area_under_precision_recall([0.9, 0.8, 0.8], [1, 1, 0]).value
    0.8333333333333333
    """
    stated, right, of = read_pairs(confidence, correct)
    if of_wrong:
        stated, right = 1 - stated, 1 - right
    if not right.sum():
        return Figure(None, len(stated), of)
    _, group = np.unique(-stated, return_inverse=True)
    found = np.bincount(group, weights=right)
    precision = np.cumsum(found) / np.cumsum(np.bincount(group))
    return Figure(float((precision * found).sum() / right.sum()), len(stated), of)


def conditional_accuracy(confidence: Values, correct: Values, *, above: float = 0.5) -> Figure:
    """Return the share that is right of those with a confidence above a level (Kadavath et al. 2022).

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        above: the level, from 0 to 1.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> conditional_accuracy([0.9, 0.9, 0.8, 0.6, 0.6, 0.3], [1, 0, 1, 1, 0, 0]).value
    0.6
    """
    if not 0 <= above <= 1:
        raise UsageError(f"The level must lie between 0 and 1, not {above}.")
    stated, right, _ = read_pairs(confidence, correct)
    chosen = right[stated > above]
    return Figure(exact_mean(chosen), len(chosen), len(chosen))
