"""The lines of figures: means of tasks and conditions, and other measures, with intervals by task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.ratings import Interval
from arena.results.metrics import Figure, is_weighable, weighted_interval, with_interval
from arena.results.metrics.figure import mean_of
from arena.results.study._annotations import Annotations
from arena.results.study._episodes import EpisodeTable
from arena.results.study._intervals import MOST_DRAWN, mean_interval, sign_test, too_few
from arena.results.study._line import Line

Floats = NDArray[np.float64]

MOST_CELLS = 5_000_000
"""A measure that is no mean is computed anew in each resample: at most of so many rows, all together."""
MANY_ROWS = 5_000
"""Above so many rows a resample is drawn as weights, where the measure has a weighted form."""
FEWEST_SAMPLES = 100
FEW_SAMPLES = 25


class LineMaker:
    """Makes the lines of figures.

    Args:
        samples: the number of resamples of each interval; 0 for none.
    """

    def __init__(self, samples: int) -> None:
        self.samples = samples

    def cells(self, values: Floats, rows: Annotations) -> Floats:
        """Return the mean of each task's values under each condition, (tasks, conditions); NaN where none.

        Args:
            values: (rows,), NaN where missing.
            rows: the annotations that they are of.
        """
        episodes: EpisodeTable = rows.episodes
        tasks, conditions = rows.task.codes, rows.condition.codes
        shape = len(episodes.task.names), len(episodes.condition.names)
        there = ~np.isnan(values)
        place = tasks[there].astype(np.intp) * shape[1] + conditions[there]
        sums = np.bincount(place, weights=values[there], minlength=shape[0] * shape[1])
        counts = np.bincount(place, minlength=shape[0] * shape[1])
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / counts, dtype=np.float64).reshape(shape)

    def line(
        self,
        name: str,
        group: str,
        values: Floats | NDArray[np.bool_] | list[float],
        rows: Annotations | None = None,
        *,
        unit: str = "",
        test: bool = False,
        **shown: Any,
    ) -> Line:
        """Return the mean of some values as a line of a figure, with its interval and coverage.

        Args:
            name: what it is.
            group: of what, such as a condition.
            values: (rows,) or, without `rows`, (tasks,); NaN where missing.
            rows: the annotations that the values are of, which know their tasks: whole tasks are drawn.
            unit: what the values count; tasks, or the kind's name in the plural.
            test: whether the mean is tested to be 0, by the signs of the tasks' means.
            shown: the fields `convention`, `axis` and `columns` of the line.
        """
        numbers = np.asarray(values, dtype=np.float64)
        tasks = np.arange(len(numbers), dtype=np.int32) if rows is None else rows.task.codes
        there = ~np.isnan(numbers)
        found, drawn = numbers[there], tasks[there]
        interval, told = mean_interval(found, drawn, samples=self.samples)
        figure = mean_of(numbers)
        figure = Figure(figure.value, figure.n, figure.of, interval)
        tested = sign_test(_by_task(found, drawn)) if test else None
        return Line(
            name,
            group,
            shown.pop("convention", ""),
            unit or _counted(rows),
            figure,
            test=tested,
            no_interval="" if interval else told,
            how=told if interval else "",
            **shown,
        )

    def measure(
        self,
        name: str,
        group: str,
        function: Callable[..., Figure],
        columns: tuple[NDArray[Any], ...],
        rows: Annotations,
        **shown: Any,
    ) -> Line:
        """Return a measure that is no mean as a line, with the interval of resampled tasks.

        It is computed anew in each resample, so of many rows there are fewer resamples, and the line says so.

        Args:
            name: what it is.
            group: of what, such as a condition.
            function: the measure, a function of the columns.
            columns: each (rows,) or (rows, more); NaN where missing.
            rows: the annotations that the columns are of, which know their tasks.
            shown: the fields `unit`, `convention`, `axis` and `columns` of the line.
        """
        tasks = rows.task.codes
        why = too_few(len(np.unique(tasks))) if self.samples else "no resamples were asked for"
        samples = max(min(self.samples, MOST_CELLS // max(len(tasks), 1)), min(self.samples, FEWEST_SAMPLES))
        figure = function(*columns)
        if not why and len(np.unique(tasks)) > MOST_DRAWN:
            return self._approximated(name, group, figure, (function, columns, tasks), rows, shown)
        if not why and figure.n and len(tasks) > MANY_ROWS and is_weighable(function):
            interval = weighted_interval(function, columns, tasks, samples=samples)
            figure = replace(figure, interval=interval)
        elif not why and figure.n:
            figure = with_interval(function, *columns, clusters=tasks.tolist(), samples=samples)
        fewer = f"{samples:,} resamples" if figure.interval and samples < self.samples else ""
        if figure.interval is None and not why:
            why = "it is not defined in every resample"
        told = shown.pop("convention", ""), shown.pop("unit", "") or _counted(rows)
        return Line(name, group, *told, figure, no_interval=why, how=fewer, **shown)

    def _approximated(
        self,
        name: str,
        group: str,
        figure: Figure,
        computed: tuple[Callable[..., Figure], tuple[NDArray[Any], ...], NDArray[np.int32]],
        rows: Annotations,
        shown: dict[str, Any],
    ) -> Line:
        """Return a measure of very many tasks, with the interval of its standard error over few resamples."""
        function, columns, tasks = computed
        rng = np.random.default_rng(0)
        order = np.argsort(tasks, kind="stable")
        starts = np.flatnonzero(np.diff(tasks[order], prepend=-1))
        sizes = np.diff(np.append(starts, len(order)))
        found = []
        for _ in range(FEW_SAMPLES if figure.value is not None else 0):
            times = np.bincount(rng.integers(len(starts), size=len(starts)), minlength=len(starts))
            drawn = order[np.repeat(np.arange(len(order)), np.repeat(times, sizes))]
            found.append(function(*(column[drawn] for column in columns)).value)
        told = shown.pop("convention", ""), shown.pop("unit", "") or _counted(rows)
        known = [value for value in found if value is not None]
        if figure.value is None or len(known) < len(found):
            return Line(name, group, *told, figure, no_interval="it is not defined", **shown)
        error = 1.96 * float(np.std(known, ddof=1))
        interval = Interval(figure.value - error, figure.value + error)
        how = f"normal approximation, standard error of {FEW_SAMPLES} resamples"
        return Line(name, group, *told, replace(figure, interval=interval), how=how, **shown)


def _counted(rows: Annotations | None) -> str:
    return "tasks" if rows is None else f"{rows.kind}s"


def _by_task(values: Floats, tasks: NDArray[np.int32]) -> Floats:
    """Return the mean of each task's values, (tasks,)."""
    counts = np.bincount(tasks)
    found = np.flatnonzero(counts)
    return np.asarray(np.bincount(tasks, weights=values)[found] / counts[found], dtype=np.float64)
