"""Intervals below each other along one axis, as a part of a page: names are whole, and no label is cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from arena.results.figures import Plot
from arena.results.figures.plots import IntervalPlot
from arena.results.report import _pictures as pictures
from arena.results.report._parts import Charts, IntervalChart, IntervalRow, PagePart
from arena.results.study import Line
from arena.web.intervals import DrawnInterval, drawn_interval

_LEAST_DIGITS = 3


def drawn(plots: Iterable[Plot]) -> Iterator[PagePart]:
    """Yield the plots as parts of a page: the intervals by themselves, and the others side by side."""
    others = []
    for plot in plots:
        if isinstance(plot, IntervalPlot):
            yield interval_chart(plot)
        else:
            others.append(pictures.draw(plot))
    if others:
        yield Charts(others)


def interval_chart(plot: IntervalPlot) -> IntervalChart:
    """Return the chart of a plot: a line for each group, and a rule at the level of the axis."""
    low, high = _ends(plot)
    rows = [
        IntervalRow(line.group, _interval(line, (low, high), plot.axis.level), _counts(line))
        for line in plot.lines
    ]
    about = f"{plot.name}, with 95 % intervals. The dashed line is at {_shown(plot.axis.level)}."
    return IntervalChart(about, plot.axis.label, _shown(low), _shown(high), rows)


def _ends(plot: IntervalPlot) -> tuple[float, float]:
    """Return the ends of the axis: 0 and 1 of a share, and else those of the intervals and of the level."""
    if plot.axis.share:
        return 0.0, 1.0
    values = [plot.axis.level]
    for line in plot.lines:
        values += [line.figure.value or 0.0, *(line.figure.interval or ())]
    low, high = min(values), max(values)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _interval(line: Line, scale: tuple[float, float], level: float) -> DrawnInterval:
    found = line.figure
    value = found.value or 0.0
    ends = None if found.interval is None else (found.interval.low, found.interval.high)
    said = _shown(value) + (f" [{', '.join(map(_shown, ends))}]" if ends else ", no interval")
    return drawn_interval(value, ends, scale, level, said)


def _counts(line: Line) -> str:
    return f"{line.figure.n:,} of {line.figure.of:,}"


def _shown(value: float) -> str:
    """Return a number as it is written at an axis.

    >>> _shown(0.5), _shown(1523.4), _shown(-0.25)
    ('0.5', '1,523', '-0.25')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{_LEAST_DIGITS}g}"
