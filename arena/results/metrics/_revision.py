"""Revision: how accuracy changes if a question is answered again.

Rows are questions, or samples of a question. Each has the probability that an answer is right. It is 1 or 0
if one answer was graded, or the share of right answers among samples of the question, or the probability that
a model gave to the right option. If all questions have the same number of samples, graded samples and their
shares by question give the same figures.
"""

from __future__ import annotations

import numpy as np

from arena.core.errors import UsageError
from arena.results.metrics._values import (
    UNIT_INTERVAL,
    Floats,
    Matrix,
    Values,
    chances,
    complete,
    exact_mean,
    matrix,
    missing,
    same_length,
)
from arena.results.metrics.figure import Figure, mean_of


def accuracy_at(right: Matrix, turn: int) -> Figure:
    """Return the share of answers that are right after turn `turn`, which is acc@t (Kumar et al. 2024).

    Args:
        right: (questions, turns), the probability that the answer after a turn is right. After the end of an
            episode its last answer counts for the later turns. If a turn gave no answer, the value is
            missing.
        turn: the number of the turn, counted from 1.

    Raises:
        UsageError: if the rows differ in length, if a value is not within [0, 1], or if there is no such
            turn.

    >>> accuracy_at([[0, 1], [1, 1], [0, None]], turn=2)
    Figure(value=1.0, n=2, of=3, interval=None)
    """
    stands = matrix("right", right, UNIT_INTERVAL)
    if not 1 <= turn <= max(stands.shape[1], 1):
        raise UsageError(f"There is no turn {turn}; the turns are 1 to {stands.shape[1]}.")
    return mean_of(stands[:, turn - 1]) if stands.size else Figure(None, 0, len(stands))


def wrong_to_correct(first: Values, last: Values) -> Figure:
    """Return the share of all questions whose answer changes from wrong to right (Kumar et al. 2024).

    Args:
        first: (questions,), the probability that the first answer is right.
        last: (questions,), the probability that the last answer is right, given that the first was wrong.

    Raises:
        UsageError: if the columns differ in length, or if a value is not within [0, 1].

    >>> wrong_to_correct([0, 0, 1, 1], [1, 0, 1, 0]).value
    0.25
    """
    before, after = _pair(first, last)
    return mean_of((1 - before) * after)


def correct_to_wrong(first: Values, last: Values) -> Figure:
    """Return the share of all questions whose answer changes from right to wrong (Kumar et al. 2024).

    Args:
        first: (questions,), the probability that the first answer is right.
        last: (questions,), the probability that the last answer is right, given that the first was right.

    Raises:
        UsageError: if the columns differ in length, or if a value is not within [0, 1].

    >>> correct_to_wrong([0, 0, 1, 1], [1, 0, 1, 0]).value
    0.25
    """
    before, after = _pair(first, last)
    return mean_of(before * (1 - after))


def confidence_level(first: Values, kept: Values) -> Figure:
    """Return the probability that a right answer stays right, from 0 to 1: the CL of Yang et al. 2024.

    The paper is "Confidence v.s. Critique: a decomposition of self-correction capability for LLMs". With a_i
    for a right first answer to question i and b_i for a right last answer,
    ``CL = sum_i P(a_i) P(b_i | a_i) / sum_i P(a_i)``. Questions whose first answer was never right are left
    out. It is not defined if there are no others.

    Args:
        first: (questions,), P(a_i), the probability that the first answer is right.
        kept: (questions,), P(b_i | a_i), the probability that the last answer is right, given that the first
            was right.

    Raises:
        UsageError: if the columns differ in length, or if a value is not within [0, 1].

    >>> confidence_level([1, 1, 0, None], [1, 0, 1, 1])
    Figure(value=0.5, n=2, of=3, interval=None)
    """
    before, after = _pair(first, kept)
    return _weighted(after, before)


def critique_score(first: Values, repaired: Values) -> Figure:
    """Return the probability that a wrong answer becomes right, from 0 to 1: the CS of Yang et al. 2024.

    ``CS = sum_i (1 - P(a_i)) P(b_i | not a_i) / sum_i (1 - P(a_i))``. Questions whose first answer was
    always right are left out. It is not defined if there are no others.

    Args:
        first: (questions,), P(a_i), the probability that the first answer is right.
        repaired: (questions,), P(b_i | not a_i), the probability that the last answer is right, given that
            the first was wrong.

    Raises:
        UsageError: if the columns differ in length, or if a value is not within [0, 1].

    >>> critique_score([0.5, 0.0, 1.0], [1.0, 0.25, 0.0]).value
    0.5
    """
    before, after = _pair(first, repaired)
    return _weighted(after, 1 - before)


def relative_self_correction(first: Values, last: Values) -> Figure:
    """Return the RSS of Yang et al. 2024: the effect of self-correction relative to the first accuracy.

    ``RSS = (Acc2 - Acc1^2) / (2 Acc1 (1 - Acc1))``, where Acc1 and Acc2 are the first and the last accuracy.
    It says where Acc2 lies between ``Acc1^2`` and ``2 Acc1 - Acc1^2``, which the authors take as its bounds.
    1/2 means no change. Outside the bounds it is below 0 or above 1. It is not defined if all first answers
    are right, or if none is.

    Args:
        first: (questions,), the probability that the first answer is right.
        last: (questions,), the probability that the last answer is right.

    Raises:
        UsageError: if the columns differ in length, or if a value is not within [0, 1].

    >>> relative_self_correction([1, 0, 1, 0], [1, 1, 1, 0]).value
    1.0
    """
    before, after = _pair(first, last)
    both = complete(before, after)
    acc1, acc2 = exact_mean(before[both]), exact_mean(after[both])
    n = int(both.sum())
    if acc1 is None or acc2 is None or not 0 < acc1 < 1:
        return Figure(None, n, len(both))
    return Figure((acc2 - acc1**2) / (2 * acc1 * (1 - acc1)), n, len(both))


def _pair(first: Values, last: Values) -> tuple[Floats, Floats]:
    before, after = chances("first", first), chances("last", last)
    same_length(first=before, last=after)
    return before, after


def _weighted(values: Floats, weights: Floats) -> Figure:
    """Return the weighted mean of the values. Rows with weight 0 are left out."""
    belongs = missing(weights) | (weights > 0)
    rests = complete(values, weights) & belongs
    mass = exact_mean(weights[rests])
    value = exact_mean(values[rests] * weights[rests])
    found = None if mass is None or value is None else value / mass
    return Figure(found, int(rests.sum()), int(np.sum(belongs)))
