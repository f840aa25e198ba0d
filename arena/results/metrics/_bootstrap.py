"""Intervals around any figure, and any figure group by group, by resampling whole clusters of rows.

Answers to one task, or verdicts on one debate, are not independent: the task or the debate is what is drawn
(percentile intervals, Efron 1979; clusters, Field and Welsh 2007). The drawing itself is `cluster_interval`'s
of `arena.ratings`; here rows take the place of values, so that a figure of several columns can be resampled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.ratings.bootstrap import cluster_interval
from arena.results.metrics.figure import Figure
from arena.results.metrics.values import Floats, Labels, Table, Values, missing, same_length


def with_interval(
    figure: Callable[..., Figure],
    *columns: Values | Table,
    clusters: Labels | None = None,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Figure:
    """The figure of these columns, with a clustered percentile interval.

    Rows that lack a column altogether are not drawn: the interval is that of the rows the value rests on.
    There is no interval (None) where there are fewer than two clusters of such rows, which say nothing about
    how clusters differ, or where the value is infinite, or where the figure is undefined in any resample, as
    the AUROC is without a wrong answer: then there are too few rows for a percentile interval.

    The interval depends on the seed and not on the order of rows or the names of clusters. Like every
    percentile interval it has no width where all rows agree, and around a biased figure, such as the
    expected calibration error of few rows, it is biased too.

    Args:
        figure: a function of the columns, such as `brier_score`.
        columns: each (rows,) or (rows, more).
        clusters: (rows,), what is drawn together; without them each row is drawn alone.
        samples: number of resamples.
        confidence: of the interval, between 0 and 1.
        seed: decides the resamples.

    Raises:
        UsageError: no columns, columns of different lengths, a cluster without a name, an argument out of
            range, or what the figure raises.

    >>> from arena.results.metrics import accuracy
    >>> with_interval(accuracy, [1, 1, 0, 0], clusters=["ann", "ann", "bob", "bob"])
    Figure(value=0.5, n=4, of=4, interval=Interval(low=0.0, high=1.0))
    """
    arrays = [_array(values) for values in columns]
    if not arrays:
        raise UsageError("A figure needs at least one column.")
    same_length(**{f"column {i}": array for i, array in enumerate(arrays, start=1)})
    found = figure(*arrays)
    drawable = np.flatnonzero(np.all([_present(array) for array in arrays], axis=0)).tolist()
    members = _clusters(drawable, len(arrays[0]), clusters)
    if len(members) < 2 or found.value is None or not math.isfinite(found.value):
        return found

    order, ranges = _canonical(members, arrays)

    def resampled(places: Floats) -> float:
        rows = order[places.astype(np.intp)]
        value = figure(*(array[rows] for array in arrays)).value
        return float("nan") if value is None else value

    interval = cluster_interval(ranges, resampled, samples=samples, confidence=confidence, seed=seed)
    return found if np.isnan(interval).any() else replace(found, interval=interval)


def by_group(
    figure: Callable[..., Figure],
    groups: Sequence[str],
    *columns: Values | Table,
    clusters: Labels | None = None,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Figure]:
    """The figure of each group's rows, with clustered percentile intervals as in `with_interval`.

    Each group is resampled on its own: two intervals that overlap do not say that two groups of the same
    tasks are alike.

    Args:
        figure: a function of the columns, such as `brier_score`.
        groups: (rows,), the name of each row's group: a protocol, a judge, a side.
        columns: each (rows,) or (rows, more).
        clusters: (rows,), what is drawn together; without them each row is drawn alone.
        samples: number of resamples.
        confidence: of the intervals, between 0 and 1.
        seed: decides the resamples.

    Returns:
        By name, in order of the names.

    Raises:
        UsageError: as `with_interval`, or a row without a group.
    """
    arrays = [_array(values) for values in columns]
    same_length(groups=groups, **{f"column {i}": array for i, array in enumerate(arrays, start=1)})
    if clusters is not None:
        same_length(groups=groups, clusters=clusters)
    rows: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        if not isinstance(group, str):
            raise UsageError(f"Row {row} has no group's name but {group!r}.")
        rows.setdefault(group, []).append(row)
    return {
        group: with_interval(
            figure,
            *(array[rows[group]] for array in arrays),
            clusters=None if clusters is None else [clusters[row] for row in rows[group]],
            samples=samples,
            confidence=confidence,
            seed=seed,
        )
        for group in sorted(rows)
    }


def _array(values: Values | Table) -> Floats:
    """The values as an array of rows; what else is wrong with them the figure will say."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"A column must hold numbers, equally many a row: {error}.") from error
    if not array.ndim:
        raise UsageError(f"A column must hold one number a row, or more, and not be the number {array}.")
    return array


def _present(array: Floats) -> NDArray[np.bool_]:
    """Which rows have any value in this column."""
    return np.asarray(~missing(array).all(axis=tuple(range(1, array.ndim))), dtype=np.bool_)


def _clusters(drawable: list[int], rows: int, clusters: Labels | None) -> list[list[int]]:
    """The rows of each cluster that can be drawn."""
    if clusters is None:
        return [[row] for row in drawable]
    if len(clusters) != rows:
        raise UsageError(f"There are {len(clusters)} clusters' names for {rows} rows.")
    members: dict[Hashable, list[int]] = {}
    for row in drawable:
        if clusters[row] is None:
            raise UsageError(f"Row {row} has no cluster.")
        members.setdefault(clusters[row], []).append(row)
    return list(members.values())


def _canonical(members: list[list[int]], arrays: list[Floats]) -> tuple[NDArray[np.intp], list[range]]:
    """The rows in an order that only what they hold decides, and which places of it each cluster takes."""
    held = np.column_stack([array.reshape(len(array), -1) for array in arrays])
    keys: list[Any] = np.where(missing(held), -np.inf, held).tolist()
    ordered = sorted(
        (sorted(cluster, key=keys.__getitem__) for cluster in members),
        key=lambda rows: [keys[row] for row in rows],
    )
    ends = np.cumsum([len(cluster) for cluster in ordered]).tolist()
    ranges = [range(end - len(cluster), end) for end, cluster in zip(ends, ordered, strict=True)]
    return np.concatenate([np.array(cluster, dtype=np.intp) for cluster in ordered]), ranges
