"""Charts as SVG, drawn by matplotlib (extra ``report``). The same numbers always give the same bytes.

Colours are variables of the page's style sheet, so that pictures are light or dark like the page.
"""

from __future__ import annotations

import importlib.util
import math
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any, Protocol

from arena.core.errors import MissingExtra
from arena.core.text import printable
from arena.results.figures import Plot, Trajectory
from arena.results.figures.plots import (
    CoursePlot,
    IntervalPlot,
    ReliabilityPlot,
    RiskCoveragePlot,
    TokensPlot,
)
from arena.results.metrics import ReliabilityCurve, RiskCoverageCurve
from arena.results.report._parts import Chart

PALETTE = ("--one", "--two", "--three", "--four", "--five", "--six")
"""The colours of curves: names of variables in the style sheet."""

MOST_POINTS = 400
"""How many points of a curve are drawn, at most about. More look the same and make a page slow."""
_INK, _SOFT = "#010203", "#010204"
_COLOURS = tuple(f"#0102{0x10 + place:02x}" for place in range(len(PALETTE)))
_VARIABLES = {_INK: "currentColor", _SOFT: "var(--soft)"} | {
    colour: f"var({name})" for colour, name in zip(_COLOURS, PALETTE, strict=True)
}
_SETTINGS = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 9.0,
    "axes.edgecolor": _SOFT,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": _INK,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "legend.frameon": False,
}
_THREADS = 150
"""The largest number of single courses that are drawn. The mean is over all courses."""


def check_pictures() -> None:
    """Check that the library that draws pictures is installed.

    Raises:
        MissingExtra: if matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtra(
            "A report's pictures need matplotlib, which is not installed (--json prints the figures alone)",
            "report",
        )


def draw(plot: Plot) -> Chart:
    """Return the picture of a plot."""
    match plot:
        case IntervalPlot():
            return _intervals(plot)
        case ReliabilityPlot(name, curve):
            return _reliability(name, curve)
        case CoursePlot(name, trajectory):
            return _courses(name, trajectory)
        case RiskCoveragePlot(curves):
            return _risk_coverage(curves)
        case TokensPlot(name, points):
            return _tokens(name, points)


def _reliability(name: str, curve: ReliabilityCurve) -> Chart:
    """Return a reliability diagram, with the number of rows of each bin below it."""
    bins = [each for each in curve.bins if each.n]
    with _drawing(f"reliability {name}", 3.6, 3.6) as (figure, finished):
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        upper.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle=(0, (4, 3)))
        upper.plot([each.confidence for each in bins], [each.accuracy for each in bins], color=_COLOURS[0])
        upper.scatter(
            [each.confidence for each in bins], [each.accuracy for each in bins], color=_COLOURS[0], s=22
        )
        upper.set(ylabel="share that came true", xlim=(-0.02, 1.02), ylim=(-0.04, 1.04))
        for each in bins:
            middle, width = (each.low + each.high) / 2, (each.high - each.low) * 0.9
            lower.bar(middle, each.n, width=width, color=_COLOURS[0], alpha=0.45, linewidth=0)
            lower.text(middle, each.n, str(each.n), ha="center", va="bottom", fontsize=7)
        lower.set(xlabel="confidence", ylabel="count", yticks=[])
        lower.margins(y=0.35)
        return finished(f"{name}: confidence against what came true, {curve.n} of {curve.of}")


def _intervals(plot: IntervalPlot) -> Chart:
    """Return a picture with a dot and an interval for each line, and a rule at the level of the axis."""
    with _drawing(f"intervals {plot.name}", 6.4, 0.7 + 0.32 * len(plot.lines)) as (figure, finished):
        axes = figure.subplots()
        for place, line in enumerate(reversed(plot.lines)):
            found = line.figure
            if found.interval:
                axes.plot(found.interval, [place, place], color=_COLOURS[0], linewidth=2, alpha=0.6)
            axes.plot([found.value], [place], "o", color=_COLOURS[0], markersize=5)
        axes.set_yticks(
            range(len(plot.lines)),
            [_label(f"{line.group} ({line.figure.n} of {line.figure.of})") for line in reversed(plot.lines)],
        )
        axes.axvline(plot.axis.level, color=_SOFT, linewidth=1, linestyle=(0, (4, 3)))
        if plot.axis.share:
            axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.6, len(plot.lines) - 0.4)
        axes.set_xlabel(plot.axis.label)
        axes.tick_params(axis="y", length=0)
        return finished(f"{plot.name}, with 95 % intervals", broad=True)


def _courses(name: str, trajectory: Trajectory) -> Chart:
    """Return a picture of beliefs over the episode: thin lines of episodes, thick ones of seats' means."""
    places = [place if math.isfinite(place) else _after(trajectory) for place in trajectory.places]
    seats = list(dict.fromkeys(course.seat for course in trajectory.courses))
    with _drawing(f"courses {name}", 3.8, 3.0) as (figure, finished):
        axes = figure.subplots()
        for course in trajectory.courses[:_THREADS]:
            colour = _COLOURS[seats.index(course.seat) % len(_COLOURS)]
            axes.plot(places, _gaps(course.values), color=colour, alpha=0.18, linewidth=0.8)
        for number, seat in enumerate(seats):
            values = [course.values for course in trajectory.courses if course.seat == seat]
            means = [_mean(column) for column in zip(*values, strict=True)]
            colour = _COLOURS[number % len(_COLOURS)]
            axes.plot(
                places, _gaps(means), "o-", color=colour, linewidth=2.2, markersize=4, label=_label(seat)
            )
        axes.set(ylabel="confidence", ylim=(-0.03, 1.03), xticks=places)
        axes.set_xticklabels([_tick(place) for place in trajectory.places])
        axes.legend(loc="lower right", fontsize=8)
        return finished(f"{name}: beliefs over the episode, each seat's mean thick")


def by_round(name: str, courses: Mapping[str, Sequence[tuple[int, float]]]) -> Chart:
    """Return a picture with a line for each course of values by round. The axis begins at 0 or below."""
    with _drawing(f"by round {name}", 6.4, 3.2 + 0.17 * len(courses)) as (figure, finished):
        axes = figure.subplots()
        for place, (label, points) in enumerate(courses.items()):
            style = ("-", "--", ":")[place // len(_COLOURS) % 3]
            colour = _COLOURS[place % len(_COLOURS)]
            axes.plot(*zip(*points, strict=True), color=colour, linestyle=style, label=_label(label))
        axes.set(xlabel="rounds played", ylabel=_label(name))
        if min(value for points in courses.values() for _, value in points) >= 0:
            axes.set_ylim(bottom=0)
        figure.legend(loc="outside upper left", fontsize=8)
        return finished(f"{name}, by round", broad=True)


def _risk_coverage(curves: Sequence[tuple[str, RiskCoverageCurve]]) -> Chart:
    """Return a picture of the risk-coverage curve of each condition."""
    with _drawing("risk and coverage", 5.6, 3.0 + 0.17 * len(curves)) as (figure, finished):
        axes = figure.subplots()
        for number, (name, curve) in enumerate(curves):
            points = [*curve.points[:: 1 + len(curve.points) // MOST_POINTS], *curve.points[-1:]]
            xs, ys = [point.coverage for point in points], [point.risk for point in points]
            named = _label(f"{name} ({curve.n} of {curve.of})")
            colour, style = _COLOURS[number % len(_COLOURS)], ("-", "--", ":")[number // len(_COLOURS) % 3]
            axes.step(xs, ys, where="post", color=colour, linestyle=style, label=named)
            axes.plot(xs, ys, "o", color=colour, markersize=2.5)
        axes.set(
            xlabel="share of verdicts accepted, the surest first", ylabel="share of those that are wrong"
        )
        axes.set(xlim=(0, 1.02), ylim=(-0.02, 1.02))
        figure.legend(loc="outside upper left", fontsize=8)
        return finished("What is left wrong if only the surest verdicts are accepted", broad=True)


def _tokens(name: str, curves: Sequence[tuple[str, Sequence[tuple[float, float]]]]) -> Chart:
    """Return a picture of accuracy against tokens: a point for each quarter of a group's episodes."""
    with _drawing(f"tokens {name}", 5.6, 3.0 + 0.17 * len(curves)) as (figure, finished):
        axes = figure.subplots()
        for number, (group, points) in enumerate(curves):
            colour, style = _COLOURS[number % len(_COLOURS)], ("-", "--", ":")[number // len(_COLOURS) % 3]
            axes.plot(
                *zip(*points, strict=True), marker="o", color=colour, linestyle=style, label=_label(group)
            )
        axes.set(xlabel="mean tokens of an episode", ylabel="share that is right", ylim=(-0.03, 1.03))
        axes.set_xlim(left=0)
        figure.legend(loc="outside upper left", fontsize=8)
        return finished(f"{name}: accuracy against tokens, by quarters of the episodes", broad=True)


class _Finish(Protocol):
    """Turns a drawn matplotlib figure into a picture of the page."""

    def __call__(self, caption: str, *, broad: bool = False) -> Chart: ...


@contextmanager
def _drawing(name: str, width: float, height: float) -> Iterator[tuple[Any, _Finish]]:
    """Give a matplotlib figure to draw in, and a function that turns it into a picture with a caption."""
    check_pictures()
    import matplotlib
    from matplotlib.figure import Figure

    # The salt is the picture's name, so that the parts of two pictures of a page have different ids.
    settings: Any = {**_SETTINGS, "svg.hashsalt": name}
    with matplotlib.rc_context(), warnings.catch_warnings():
        # The settings of this machine must not change the picture.
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings)
        # This machine's fonts may lack glyphs that the fonts of the reader have.
        warnings.simplefilter("ignore")
        figure = Figure(figsize=(width, height), layout="constrained", facecolor="none")

        def finished(caption: str, *, broad: bool = False) -> Chart:
            for axes in figure.axes:
                axes.set_facecolor("none")
            file = StringIO()
            nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            figure.savefig(file, format="svg", metadata=nothing, transparent=True)
            view_box, drawing = _inside(file.getvalue())
            return Chart(drawing, view_box, caption, broad)

        yield figure, finished


def _inside(svg: str) -> tuple[str, str]:
    """Return an SVG file's view box and its content, without its style and without ids that could clash."""
    found = re.search(r'<svg\b[^>]* viewBox="([\d. -]+)"[^>]*>(.*)</svg>', svg, re.DOTALL)
    assert found, "matplotlib writes an svg element that has a view box"
    view_box, drawing = found.groups()
    drawing = re.sub(r"<style.*?</style>", "", drawing, count=1, flags=re.DOTALL)
    drawing = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", drawing)
    drawing = re.sub(r' id="[A-Za-z][\w.]*?_\d+"', "", drawing)
    return view_box, re.sub("|".join(_VARIABLES), lambda found: _VARIABLES[found.group()], drawing)


def _gaps(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in values]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _after(trajectory: Trajectory) -> float:
    return max((place for place in trajectory.places if math.isfinite(place)), default=0) + 1


def _tick(place: float) -> str:
    if math.isinf(place):
        return "verdict"
    return f"{place:g}" if place else "before"


def _label(written: str) -> str:
    name = printable(written).replace("\n", " ")
    # A leading underscore would hide the name from the legend.
    return (name if len(name) <= 70 else f"{name[:69]}…").lstrip("_") or "-"
