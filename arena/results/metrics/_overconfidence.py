"""The beliefs of debaters and judges over a debate, and whether beliefs of both sides can be true.

Both sides of a debate cannot be likely to win. If confidences rise on both sides, or sum to more than 1, they
are wrong for any verdict (Prasad and Nguyen 2025, "When Two LLMs Debate, Both Think They'll Win"). All
confidences are probabilities from 0 to 1, so a bet of 75 is 0.75.
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
    matrix,
    missing,
    same_length,
)
from arena.results.metrics.figure import Figure, mean_of


def confidence_escalation(confidence: Matrix) -> Figure:
    """Return the mean change of confidence from the first round to the last, from -1 to 1.

    Rows that lack one of the two are left out. With fewer than two rounds it is not defined.

    Args:
        confidence: (speakers, rounds). Each row is one speaker of one debate. The last column is the last
            round, so do not mix debates of different lengths.

    Raises:
        UsageError: if the rows differ in length, or if a value is not within [0, 1].

    >>> confidence_escalation([[0.5, 0.75, 1.0], [0.75, None, 0.5]]).value
    0.125
    """
    stated = matrix("confidence", confidence, UNIT_INTERVAL)
    if stated.shape[1] < 2:
        return Figure(None, 0, len(stated))
    return mean_of(stated[:, -1] - stated[:, 0])


def confidence_slope(confidence: Matrix) -> Figure:
    """Return the mean over speakers of the least-squares slope of their confidence, per round.

    The slope of a row is fitted to the rounds that it has, at their own numbers. Rows with fewer than two
    rounds are left out.

    Args:
        confidence: (speakers, rounds). Each row is one speaker of one debate.

    Raises:
        UsageError: if the rows differ in length, or if a value is not within [0, 1].

    >>> confidence_slope([[0.5, 0.75, 1.0], [0.5, None, 1.0]]).value
    0.25
    """
    stated = matrix("confidence", confidence, UNIT_INTERVAL)
    there = ~missing(stated)
    fitted = there.sum(axis=1) >= 2
    stated, there = stated[fitted], there[fitted]
    rounds = np.where(there, np.arange(stated.shape[1]), 0)
    distance = np.where(there, rounds - (rounds.sum(axis=1) / there.sum(axis=1))[:, None], 0)
    slopes = (distance * np.where(there, stated, 0)).sum(axis=1) / (distance**2).sum(axis=1)
    return mean_of(slopes, of=len(fitted))


def mutual_confidence_at_least(one: Values, other: Values, threshold: float = 0.75) -> Figure:
    """Return the share of debates in which both sides' confidence is at least the threshold (>=).

    Prasad and Nguyen report this and `mutual_confidence_above` separately. Bets of exactly 75 are common, so
    the two differ.

    Args:
        one: (debates,), one side's confidence from 0 to 1.
        other: (debates,), the other side's confidence.
        threshold: the threshold, from 0 to 1.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> mutual_confidence_at_least([0.75, 0.8], [0.75, 0.9]).value
    1.0
    """
    mine, theirs, of = _both(one, other, threshold)
    return mean_of(np.minimum(mine, theirs) >= threshold, of)


def mutual_confidence_above(one: Values, other: Values, threshold: float = 0.75) -> Figure:
    """Return the share of debates in which both sides' confidence is above the threshold (>).

    Args:
        one: (debates,), one side's confidence from 0 to 1.
        other: (debates,), the other side's confidence.
        threshold: the threshold, from 0 to 1.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> mutual_confidence_above([0.75, 0.8], [0.75, 0.9]).value
    0.5
    """
    mine, theirs, of = _both(one, other, threshold)
    return mean_of(np.minimum(mine, theirs) > threshold, of)


def confidence_sum_above_one(one: Values, other: Values) -> Figure:
    """Return the share of debates in which the sides' confidences sum to more than 1 (bets to more than 100).

    Args:
        one: (debates,), one side's confidence from 0 to 1.
        other: (debates,), the other side's confidence.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> confidence_sum_above_one([0.7, 0.7, 0.7], [0.7, 0.3, None])
    Figure(value=0.5, n=2, of=3, interval=None)
    """
    mine, theirs, of = _both(one, other)
    return mean_of(mine + theirs > 1, of)


def belief_change(before: Values, after: Values) -> Figure:
    """Return the mean change of a judge's belief over a debate, from -1 to 1.

    If the belief is the probability of the true answer, a change above 0 is towards the truth.

    Args:
        before: (judgements,), the belief before the debate, from 0 to 1.
        after: (judgements,), the belief after the debate, from 0 to 1.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> belief_change([0.5, 0.5, None], [0.75, 0.5, 1.0])
    Figure(value=0.125, n=2, of=3, interval=None)
    """
    return mean_of(_change(before, after))


def absolute_belief_change(before: Values, after: Values) -> Figure:
    """Return the mean absolute change of a judge's belief over a debate, from 0 to 1.

    Args:
        before: (judgements,), the belief before the debate, from 0 to 1.
        after: (judgements,), the belief after the debate, from 0 to 1.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> absolute_belief_change([0.5, 0.5], [0.75, 0.25]).value
    0.25
    """
    return mean_of(np.abs(_change(before, after)))


def _change(before: Values, after: Values) -> Floats:
    """Return the belief after minus the belief before. It is NaN if one of them is missing."""
    first, last = chances("before", before), chances("after", after)
    same_length(before=first, after=last)
    return last - first


def _both(one: Values, other: Values, threshold: float = 1.0) -> tuple[Floats, Floats, int]:
    """Return the confidences of the debates in which both sides stated one, and the number of debates."""
    if not 0 <= threshold <= 1:
        raise UsageError(f"The threshold must lie between 0 and 1, not {threshold}.")
    mine, theirs = chances("one", one), chances("other", other)
    same_length(one=mine, other=theirs)
    both = complete(mine, theirs)
    return mine[both], theirs[both], len(both)
