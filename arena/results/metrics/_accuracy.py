"""Accuracy: the share of answers, verdicts or judges that were right."""

from __future__ import annotations

from collections.abc import Sequence

from arena.results.metrics._bootstrap import by_group
from arena.results.metrics._values import Labels, Values, outcomes
from arena.results.metrics.figure import Figure, mean_of


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
