"""Intervals around any figure, and figures by group. They resample whole clusters of rows.

Answers to one task, or verdicts on one debate, are not independent. So whole tasks or debates are drawn
(percentile intervals, Efron 1979; clusters, Field and Welsh 2007). `arena.ratings.cluster_interval` does the
drawing. Here it draws rows instead of values, so that a figure of several columns can be resampled.
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
from arena.results.metrics._values import Floats, Labels, Matrix, Values, missing, same_length
from arena.results.metrics.figure import Figure


def with_interval(
    figure: Callable[..., Figure],
    *columns: Values | Matrix,
    clusters: Labels | None = None,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Figure:
    """Return the figure of these columns, with a clustered percentile interval.

    Rows that lack all values of a column are not drawn, so the interval is that of the rows on which the
    value rests. There is no interval in three cases: if there are fewer than two clusters of such rows, which
    say nothing about how clusters differ; if the value is infinite; or if the figure is not defined in some
    resample, because then there are too few rows. The AUROC, for example, is not defined without a wrong
    answer.

    The interval depends on the seed, but not on the order of the rows or the names of the clusters. Like
    every percentile interval, it has no width if all rows agree, and it is biased around a biased figure,
    such as the expected calibration error of few rows.

    Args:
        figure: a function of the columns, such as `brier_score`.
        columns: arrays of shape (rows,) or (rows, more).
        clusters: (rows,), names of the clusters. Rows of one cluster are drawn together. None draws each row
            alone.
        samples: the number of resamples, 1 or more.
        confidence: the confidence of the interval, between 0 and 1.
        seed: the seed of the resamples.

    Raises:
        UsageError: if there are no columns, if the columns differ in length, if a cluster has no name, if an
            argument is out of its range, or if the figure raises one.

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
    *columns: Values | Matrix,
    clusters: Labels | None = None,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Figure]:
    """Return the figure of each group's rows, with clustered percentile intervals as in `with_interval`.

    Each group is resampled by itself. So if the intervals of two groups on the same tasks overlap, that does
    not mean that the groups are alike.

    Args:
        figure: a function of the columns, such as `brier_score`.
        groups: (rows,), the name of each row's group, such as a protocol, a judge or a side.
        columns: arrays of shape (rows,) or (rows, more).
        clusters: (rows,), names of the clusters. Rows of one cluster are drawn together. None draws each row
            alone.
        samples: the number of resamples, 1 or more.
        confidence: the confidence of the intervals, between 0 and 1.
        seed: the seed of the resamples.

    Returns:
        The figures by the name of the group, sorted by name.

    Raises:
        UsageError: as in `with_interval`, or if a row has no group.
    """
    arrays = [_array(values) for values in columns]
    same_length(groups=groups, **{f"column {i}": array for i, array in enumerate(arrays, start=1)})
    if clusters is not None:
        same_length(groups=groups, clusters=clusters)
    rows: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        if not isinstance(group, str):
            raise UsageError(f"The group of row {row} must be a name, not {group!r}.")
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


def _array(values: Values | Matrix) -> Floats:
    """Return the values as an array of rows. The figure checks everything else."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"A column must hold numbers, and the same number of them in each row: {error}."
        ) from error
    if not array.ndim:
        raise UsageError(f"A column must hold at least one number for each row; it is the number {array}.")
    return array


def _present(array: Floats) -> NDArray[np.bool_]:
    """Return which rows have any value in this column."""
    return np.asarray(~missing(array).all(axis=tuple(range(1, array.ndim))), dtype=np.bool_)


def _clusters(drawable: list[int], rows: int, clusters: Labels | None) -> list[list[int]]:
    """Return the rows of each cluster, without those that cannot be drawn."""
    if clusters is None:
        return [[row] for row in drawable]
    if len(clusters) != rows:
        raise UsageError(
            f"There are {rows} rows, but {len(clusters)} names of clusters; give one name for each row."
        )
    members: dict[Hashable, list[int]] = {}
    for row in drawable:
        if clusters[row] is None:
            raise UsageError(f"Row {row} has no cluster; give its name.")
        members.setdefault(clusters[row], []).append(row)
    return list(members.values())


def _canonical(members: list[list[int]], arrays: list[Floats]) -> tuple[NDArray[np.intp], list[range]]:
    """Return the rows in an order that depends only on their values, and the places of each cluster in it."""
    held = np.column_stack([array.reshape(len(array), -1) for array in arrays])
    keys: list[Any] = np.where(missing(held), -np.inf, held).tolist()
    ordered = sorted(
        (sorted(cluster, key=keys.__getitem__) for cluster in members),
        key=lambda rows: [keys[row] for row in rows],
    )
    ends = np.cumsum([len(cluster) for cluster in ordered]).tolist()
    ranges = [range(end - len(cluster), end) for end, cluster in zip(ends, ordered, strict=True)]
    return np.concatenate([np.array(cluster, dtype=np.intp) for cluster in ordered]), ranges
