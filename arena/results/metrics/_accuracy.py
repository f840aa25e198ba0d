"""Accuracy: the share of answers, verdicts or judges that were right."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from arena.core.errors import UsageError
from arena.ratings.bootstrap import Interval
from arena.results.metrics._bootstrap import by_group
from arena.results.metrics._values import Labels, Values, outcomes
from arena.results.metrics.figure import Figure, mean_of

_NORMAL = 1.96


def accuracy(correct: Values) -> Figure:
    """Return the share of answers that were right, from 0 to 1.

    A missing answer is neither right nor wrong, and lowers the coverage. If your rule counts a refusal as a
    wrong answer, give it the value 0.

    Args:
        correct: (rows,), 1 if the answer is right, and 0 if it is wrong.

    Raises:
        UsageError: if a value is neither 0 nor 1.

    >>> accuracy([1, 1, 0, None])
    Figure(value=0.6666666666666666, n=3, of=4, interval=None)
    """
    return mean_of(outcomes("correct", correct))


def accuracy_by_group(
    correct: Values,
    groups: Sequence[str],
    clusters: Labels | None = None,
    *,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Figure]:
    """Return the accuracy of each group, such as each protocol, with clustered percentile intervals.

    Args:
        correct: (rows,), 1 if the answer is right, and 0 if it is wrong.
        groups: (rows,), the name of each row's group.
        clusters: (rows,), names of the clusters, such as tasks. Rows of one cluster are drawn together. None
            draws each row alone.
        samples: the number of resamples, 1 or more.
        confidence: the confidence of the intervals, between 0 and 1.
        seed: the seed of the resamples.

    Returns:
        The accuracies by the name of the group, sorted by name. `with_interval` says when there is no
        interval.

    Raises:
        UsageError: if the columns differ in length, if a value is neither 0 nor 1, or if an argument is out
            of its range.
    """
    return by_group(
        accuracy, groups, correct, clusters=clusters, samples=samples, confidence=confidence, seed=seed
    )


def accuracy_of_questions(correct: Values, questions: Labels) -> Figure:
    """Return the mean accuracy of questions, with the interval of 1.96 standard errors on each side.

    The mean of each question is taken first, for example over both orders of its answers, and the standard
    error is that of these means (Kenton et al. 2024, "On scalable oversight with weak LLMs judging strong
    LLMs"). The ends of the interval may lie below 0 or above 1. Of one question there is no interval.

    Args:
        correct: (rows,), 1 if the verdict is right, and 0 if it is wrong.
        questions: (rows,), the question of each row.

    Raises:
        UsageError: if the columns differ in length, or if a value is neither 0 nor 1.

    >>> accuracy_of_questions([1, 1, 1, 0], ["one", "one", "two", "two"])
    Figure(value=0.75, n=2, of=2, interval=Interval(low=0.26..., high=1.24))
    """
    right = outcomes("correct", correct)
    if len(right) != len(questions):
        raise UsageError(f"There are {len(right)} values, but the questions of {len(questions)} rows.")
    _, own = np.unique(np.asarray(questions), return_inverse=True)
    there = ~np.isnan(right)
    counts = np.bincount(own[there], minlength=int(own.max(initial=-1)) + 1)
    sums = np.bincount(own[there], weights=right[there], minlength=len(counts))
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    figure, known = mean_of(means), means[counts > 0]
    if figure.value is None or len(known) < 2:
        return figure
    error = _NORMAL * float(known.std(ddof=1)) / sqrt(len(known))
    return Figure(figure.value, figure.n, figure.of, Interval(figure.value - error, figure.value + error))
