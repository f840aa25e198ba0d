"""What can be drawn of figures, by what it shows: each a record that holds all there is to draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from arena.results.figures._trajectories import Trajectory
from arena.results.figures.lines import grouped
from arena.results.metrics import ReliabilityCurve, RiskCoverageCurve
from arena.results.study import Axis, Line


@dataclass(frozen=True, slots=True)
class IntervalPlot:
    """One figure of several groups, each with its interval, along an axis."""

    name: str
    axis: Axis
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class ReliabilityPlot:
    """Confidence against what came true."""

    name: str
    curve: ReliabilityCurve


@dataclass(frozen=True, slots=True)
class RiskCoveragePlot:
    """What is left wrong if only the surest are accepted: a curve for each name."""

    curves: Sequence[tuple[str, RiskCoverageCurve]]


@dataclass(frozen=True, slots=True)
class CoursePlot:
    """Beliefs over the episode."""

    name: str
    trajectory: Trajectory


@dataclass(frozen=True, slots=True)
class TokensPlot:
    """Accuracy against tokens: mean tokens and the share that is right in each quarter, for each group."""

    name: str
    curves: Sequence[tuple[str, Sequence[tuple[float, float]]]]


Plot = IntervalPlot | ReliabilityPlot | RiskCoveragePlot | CoursePlot | TokensPlot


def interval_plots(lines: Iterable[Line]) -> Iterator[IntervalPlot]:
    """Yield a plot of each figure that has an axis, of its groups in which it is defined."""
    drawn = [line for line in lines if line.axis and line.figure.value is not None]
    for (name, axis), own in grouped(drawn, attrgetter("name", "axis")).items():
        if len(own) > 1 or axis.alone:
            yield IntervalPlot(name, axis, own)
