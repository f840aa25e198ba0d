"""What answering again does to being right: accuracy by turn, what is mended and what is spoilt.

Rows are questions, or samples of one. What is given of each is the probability that an answer is right: 1 or
0 where one answer was graded, or the share of right ones among samples of the same question, or what a
model's probabilities of the options say. Graded samples and their shares by question come to the same where
each question has as many samples as any other.
"""

from __future__ import annotations

import numpy as np

from arena.core.errors import UsageError
from arena.results.metrics.figure import Figure, mean_of
from arena.results.metrics.values import (
    CHANCE,
    Floats,
    Table,
    Values,
    chances,
    complete,
    exact_mean,
    missing,
    same_length,
    table,
)


def accuracy_at(right: Table, turn: int) -> Figure:
    """The share of answers that are right after turn `turn`, counted from 1: acc@t (Kumar et al. 2024).

    Args:
        right: (questions, turns), the probability that the answer that stands after a turn is right. Where an
            episode ended earlier, its last answer stands on; where a turn brought no answer, it is missing.
        turn: which column, from 1.

    Raises:
        UsageError: rows of different lengths, a value that is not within [0, 1], or no such turn.

    >>> accuracy_at([[0, 1], [1, 1], [0, None]], turn=2)
    Figure(value=1.0, n=2, of=3, interval=None)
    """
    stands = table("right", right, CHANCE)
    if not 1 <= turn <= max(stands.shape[1], 1):
        raise UsageError(f"There is no turn {turn}; there are {stands.shape[1]}.")
    return mean_of(stands[:, turn - 1]) if stands.size else Figure(None, 0, len(stands))


def wrong_to_correct(first: Values, last: Values) -> Figure:
    """The share of all questions whose answer was wrong at first and is right at last (Kumar et al. 2024).

    Args:
        first: (questions,), the probability that the first answer is right.
        last: (questions,), the probability that the last one is, given that the first was wrong.

    Raises:
        UsageError: columns of different lengths, or a value that is not within [0, 1].

    >>> wrong_to_correct([0, 0, 1, 1], [1, 0, 1, 0]).value
    0.25
    """
    before, after = _pair(first, last)
    return mean_of((1 - before) * after)


def correct_to_wrong(first: Values, last: Values) -> Figure:
    """The share of all questions whose answer was right at first and is wrong at last (Kumar et al. 2024).

    Args:
        first: (questions,), the probability that the first answer is right.
        last: (questions,), the probability that the last one is, given that the first was right.

    Raises:
        UsageError: columns of different lengths, or a value that is not within [0, 1].

    >>> correct_to_wrong([0, 0, 1, 1], [1, 0, 1, 0]).value
    0.25
    """
    before, after = _pair(first, last)
    return mean_of(before * (1 - after))


def confidence_level(first: Values, kept: Values) -> Figure:
    """How likely a right answer is to stay right: CL of Yang et al. 2024, from 0 to 1.

    "Confidence v.s. Critique: a decomposition of self-correction capability for LLMs": of questions i with a
    right first answer a_i and last answer b_i, ``CL = sum_i P(a_i) P(b_i | a_i) / sum_i P(a_i)``. Questions
    that were never right have no part in it; not defined if there are no others.

    Args:
        first: (questions,), P(a_i), the probability that the first answer is right.
        kept: (questions,), P(b_i | a_i), the probability that the last one is, given that the first was.

    Raises:
        UsageError: columns of different lengths, or a value that is not within [0, 1].

    >>> confidence_level([1, 1, 0, None], [1, 0, 1, 1])
    Figure(value=0.5, n=2, of=3, interval=None)
    """
    before, after = _pair(first, kept)
    return _weighted(after, before)


def critique_score(first: Values, repaired: Values) -> Figure:
    """How likely a wrong answer is to become right: CS of Yang et al. 2024, from 0 to 1.

    ``CS = sum_i (1 - P(a_i)) P(b_i | not a_i) / sum_i (1 - P(a_i))``. Questions that were always right have
    no part in it; not defined if there are no others.

    Args:
        first: (questions,), P(a_i), the probability that the first answer is right.
        repaired: (questions,), P(b_i | not a_i), that the last one is, given that the first was wrong.

    Raises:
        UsageError: columns of different lengths, or a value that is not within [0, 1].

    >>> critique_score([0.5, 0.0, 1.0], [1.0, 0.25, 0.0]).value
    0.5
    """
    before, after = _pair(first, repaired)
    return _weighted(after, 1 - before)


def relative_self_correction(first: Values, last: Values) -> Figure:
    """How much correcting oneself does, given how good one was at first: RSS of Yang et al. 2024.

    ``RSS = (Acc2 - Acc1^2) / (2 Acc1 (1 - Acc1))``, where Acc1 and Acc2 are the accuracies at first and at
    last: where Acc2 is between the bounds ``Acc1^2`` and ``2 Acc1 - Acc1^2`` that the authors take for it.
    1/2 is no change; beyond the bounds it is below 0 or above 1. Not defined if all first answers are right,
    or none is.

    Args:
        first: (questions,), the probability that the first answer is right.
        last: (questions,), the probability that the last one is.

    Raises:
        UsageError: columns of different lengths, or a value that is not within [0, 1].

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
    """The mean of the values by their weights; rows without any weight do not belong to it."""
    belongs = missing(weights) | (weights > 0)
    rests = complete(values, weights) & belongs
    mass = exact_mean(weights[rests])
    value = exact_mean(values[rests] * weights[rests])
    found = None if mass is None or value is None else value / mass
    return Figure(found, int(rests.sum()), int(np.sum(belongs)))
