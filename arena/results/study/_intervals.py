"""Means with intervals by task, and tests of paired differences by their signs.

Answers to one task are not independent, so a task is what is drawn (percentile intervals: Efron 1979;
clusters: Field and Welsh 2007). The sums of each task are taken first, so that a resample costs one product.
"""

from __future__ import annotations

from math import erfc, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.ratings.bootstrap import Interval

Floats = NDArray[np.float64]

FEWEST_TASKS = 8
"""Below so many tasks there is no interval: percentiles of so few say little about how tasks differ."""
PERMUTATIONS = 10_000
MOST_PERMUTED = 5_000
"""Above so many tasks the p-value is that of the normal approximation."""
MOST_DRAWN = 5_000
"""Above so many tasks the interval of a mean is that of the normal approximation."""
_NORMAL = 1.959963984540054
_CELLS = 4_000_000


class SignTest(NamedTuple):
    """The two-sided p-value of a test that a mean difference is 0, and how it was found."""

    p: float
    how: str


def mean_interval(
    values: Floats, tasks: NDArray[np.int32], *, samples: int, seed: int = 0
) -> tuple[Interval | None, str]:
    """Return the 95 % interval of the mean of some values, or None and the reason why there is none.

    Above `MOST_DRAWN` tasks it is the normal approximation, from how the tasks' sums differ from those that
    the mean predicts (the linearised variance of a ratio: Cochran 1977), and the text says so.

    Args:
        values: (rows,), none missing.
        tasks: (rows,), the task of each value.
        samples: the number of resamples; 0 for no interval.
        seed: decides the resamples.
    """
    if samples < 1:
        return None, "no resamples were asked for"
    sizes = np.bincount(tasks) if len(tasks) else np.zeros(0, dtype=np.intp)
    found = np.flatnonzero(sizes)
    if why := too_few(len(found)):
        return None, why
    sums = np.asarray(np.bincount(tasks, weights=values)[found], dtype=np.float64)
    counts = sizes[found].astype(np.float64)
    if len(found) > MOST_DRAWN:
        return _normal(sums, counts), f"normal approximation, above {MOST_DRAWN:,} tasks"
    order = np.lexsort((counts, sums))
    sums, counts = sums[order], counts[order]
    rng = np.random.default_rng(seed)
    means = np.empty(samples)
    chunk = max(1, _CELLS // len(found))
    for at in range(0, samples, chunk):
        drawn = rng.integers(len(found), size=(min(chunk, samples - at), len(found)))
        means[at : at + len(drawn)] = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5]).tolist()
    return Interval(low, high), ""


def too_few(tasks: int) -> str:
    """Return why there is no interval over so many tasks, or nothing if there is one."""
    return f"{tasks} task{'s' * (tasks != 1)}, fewer than {FEWEST_TASKS}" if tasks < FEWEST_TASKS else ""


def _normal(sums: Floats, counts: Floats) -> Interval:
    total, drawn = counts.sum(), len(counts)
    mean = sums.sum() / total
    error = sqrt(float(((sums - mean * counts) ** 2).sum()) * drawn / (drawn - 1)) / total
    return Interval(float(mean - _NORMAL * error), float(mean + _NORMAL * error))


def sign_test(differences: Floats, *, permutations: int = PERMUTATIONS, seed: int = 0) -> SignTest | None:
    """Return the test of a mean of paired differences by their signs; None below `FEWEST_TASKS`.

    Each task's difference could as well have had the other sign, if the conditions were alike (Fisher 1935,
    "The design of experiments"). The p-value counts the observed signs as one of the draws (Phipson and Smyth
    2010).

    Args:
        differences: (tasks,), none missing.
        permutations: the number of drawn assignments of signs.
        seed: decides them.
    """
    count = len(differences)
    if count < FEWEST_TASKS:
        return None
    observed = abs(float(differences.sum()))
    if count > MOST_PERMUTED:
        spread = float(np.sqrt((differences**2).sum()))
        p = erfc(observed / spread / sqrt(2)) if spread else 1.0
        return SignTest(p, f"normal approximation, above {MOST_PERMUTED:,} tasks")
    rng = np.random.default_rng(seed)
    ordered = np.sort(differences)
    extreme = 0
    chunk = max(1, _CELLS // count)
    for at in range(0, permutations, chunk):
        size = min(chunk, permutations - at)
        signs = rng.integers(2, size=(size, count), dtype=np.int8) * 2 - 1
        extreme += int((np.abs(signs @ ordered) >= observed - 1e-9).sum())
    return SignTest((extreme + 1) / (permutations + 1), f"{permutations:,} permutations of signs")
