"""How often an answer, a verdict or a judge was right."""

from __future__ import annotations

from collections.abc import Sequence

from arena.results.metrics._bootstrap import by_group
from arena.results.metrics.figure import Figure, mean_of
from arena.results.metrics.values import Labels, Values, outcomes


def accuracy(correct: Values) -> Figure:
    """The share of answers that were right, from 0 to 1.

    An answer that is missing is neither right nor wrong: it lowers the coverage. Score it 0 beforehand where
    the rule says that a refusal is a wrong answer.

    Args:
        correct: (rows,), 1 where right and 0 where wrong.

    Raises:
        UsageError: a value that is neither 0 nor 1.

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
    """The accuracy within each group, such as each protocol, with clustered percentile intervals.

    Args:
        correct: (rows,), 1 where right and 0 where wrong.
        groups: (rows,), the name of each row's group.
        clusters: (rows,), what is drawn together, such as the task; without them each row is drawn alone.
        samples: number of resamples.
        confidence: of the intervals, between 0 and 1.
        seed: decides the resamples.

    Returns:
        By name, in order of the names; see `with_interval` for when there is no interval.

    Raises:
        UsageError: columns of different lengths, a value that is neither 0 nor 1, an argument out of range.
    """
    return by_group(
        accuracy, groups, correct, clusters=clusters, samples=samples, confidence=confidence, seed=seed
    )
