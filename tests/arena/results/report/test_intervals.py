"""Intervals along one axis: whole names, whole dots, and a rule at the level of the axis."""

from __future__ import annotations

from arena.ratings import Interval
from arena.results.figures.plots import IntervalPlot
from arena.results.metrics import Figure, ReliabilityBin
from arena.results.report._intervals import interval_chart
from arena.results.study import Axis, Line


def line(group: str, value: float, *interval: float) -> Line:
    return Line("Gain", group, "", "rows", Figure(value, 3, 4, Interval(*interval) if interval else None))


def test_of_a_share_the_axis_goes_from_0_to_1() -> None:
    plot = IntervalPlot("Accuracy", Axis("share", 0.5), [line("a", 0.25, 0.1, 1.0), line("b", 1.0)])
    chart = interval_chart(plot)
    first, second = chart.rows
    assert (first.drawn.low, first.drawn.value, first.drawn.high, first.drawn.level) == (10, 25, 100, 50)
    assert (second.drawn.low, second.drawn.value, second.drawn.high) == (None, 100, None)
    assert [row.drawn.label for row in chart.rows] == ["0.25 [0.1, 1]", "1, no interval"]
    assert [row.counts for row in chart.rows] == ["3 of 4", "3 of 4"]
    assert (chart.low, chart.high) == ("0", "1")


def test_else_it_goes_as_far_as_the_intervals() -> None:
    axis = Axis("mean return", 0, share=False)
    chart = interval_chart(
        IntervalPlot("Return", axis, [line("a", -1.0, -3.0, 1.0), line("b", 0.5, 0.0, 1.0)])
    )
    assert (chart.low, chart.high) == ("-3", "1")
    assert [row.drawn.value for row in chart.rows] == [50.0, 87.5]
    assert chart.rows[0].drawn.level == 75.0


def test_the_interval_of_a_bin_is_wilsons() -> None:
    """5 of 10 and 8 of 10, as tables of the score interval have them; none of an empty bin."""
    low, high = ReliabilityBin(0.5, 0.6, 0.55, 0.5, 10).interval or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)
    low, high = ReliabilityBin(0.5, 0.6, 0.55, 0.8, 10).interval or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert ReliabilityBin(0.5, 0.6, None, None, 0).interval is None
