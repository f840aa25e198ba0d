"""Charts as SVG, drawn by matplotlib (extra ``report``). The same numbers always give the same bytes.

Colours are variables of the page's style sheet, so that pictures are light or dark like the page.
"""

from __future__ import annotations

import importlib.util
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any, Protocol

from arena.core.errors import MissingExtra
from arena.results.figures import Trajectory
from arena.results.figures.plots import (
    CoursePlot,
    ReliabilityPlot,
    RiskCoveragePlot,
    TokensPlot,
)
from arena.results.metrics import ReliabilityCurve, RiskCoverageCurve
from arena.results.report._parts import Chart, LegendEntry

PALETTE = ("--one", "--two", "--three", "--four", "--five", "--six")
"""The colours of curves: names of variables in the style sheet."""

_DASHES = ("-", "--", ":")
_BROAD = (4.6, 2.9)
"""The width and height of a picture with a row of its own, in inches, as a phone can show it."""
_SHARES = (-0.03, 1.03)
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
Drawable = ReliabilityPlot | CoursePlot | RiskCoveragePlot | TokensPlot
"""The plots that are drawn here. Intervals are parts of the page."""
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


def draw(plot: Drawable) -> Chart:
    """Return the picture of a plot."""
    match plot:
        case ReliabilityPlot(name, curve):
            return _reliability(name, curve)
        case CoursePlot(name, trajectory):
            return _courses(name, trajectory)
        case RiskCoveragePlot(curves):
            return _risk_coverage(curves)
        case TokensPlot(name, points):
            return _tokens(name, points)


def _reliability(name: str, curve: ReliabilityCurve) -> Chart:
    """Return a reliability diagram with the interval of each bin, and the number of its rows below it."""
    bins = [each for each in curve.bins if each.n]
    with _drawing(f"reliability {name}", 3.6, 3.8) as (figure, finished):
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        upper.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle=(0, (4, 3)))
        xs, ys = [each.confidence for each in bins], [each.accuracy for each in bins]
        for each in bins:
            if each.interval:
                ends = each.interval
                upper.plot([each.confidence] * 2, ends, color=_COLOURS[0], linewidth=2, alpha=0.5)
        upper.plot(xs, ys, color=_COLOURS[0], linewidth=1, alpha=0.6)
        # A dot at the edge of the axes is drawn whole.
        upper.plot(xs, ys, "o", color=_COLOURS[0], markersize=5, clip_on=False)
        upper.set(ylabel="share that came true", xlim=_SHARES, ylim=_SHARES)
        for each in bins:
            middle, width = (each.low + each.high) / 2, (each.high - each.low) * 0.9
            lower.bar(middle, each.n, width=width, color=_COLOURS[0], alpha=0.45, linewidth=0)
            lower.text(middle, each.n, f"{each.n:,}", ha="center", va="bottom", fontsize=7)
        lower.set(xlabel="confidence", yticks=[])
        lower.set_ylabel("n", rotation=0)
        lower.margins(y=0.45)
        return finished(
            f"{name}: confidence against what came true, {curve.n:,} of {curve.of:,}. Bars are 95 % "
            "intervals (Wilson), as if rows were independent; the numbers are those of rows."
        )


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
            axes.plot(places, _gaps(means), "o-", color=colour, linewidth=2.2, markersize=4, clip_on=False)
        axes.set(ylabel="confidence", ylim=_SHARES, xticks=places)
        axes.set_xticklabels([_tick(place) for place in trajectory.places])
        said = f"{name}: beliefs over the episode, each seat's mean thick"
        return finished(said, legend=[_entry(seat, number) for number, seat in enumerate(seats)])


def by_round(name: str, courses: Mapping[str, Sequence[tuple[int, float]]]) -> Chart:
    """Return a picture with a line for each course of values by round. The axis begins at 0 or below."""
    with _drawing(f"by round {name}", *_BROAD) as (figure, finished):
        axes = figure.subplots()
        for place, points in enumerate(courses.values()):
            axes.plot(*zip(*points, strict=True), **_line(place))
        axes.set(xlabel="rounds played", ylabel="value")
        if min(value for points in courses.values() for _, value in points) >= 0:
            axes.set_ylim(bottom=0)
        return finished(f"{name}, by round", broad=True, legend=_entries(courses))


def _risk_coverage(curves: Sequence[tuple[str, RiskCoverageCurve]]) -> Chart:
    """Return a picture of the risk-coverage curve of each condition."""
    with _drawing("risk and coverage", *_BROAD) as (figure, finished):
        axes = figure.subplots()
        for number, (_, curve) in enumerate(curves):
            points = [*curve.points[:: 1 + len(curve.points) // MOST_POINTS], *curve.points[-1:]]
            xs, ys = [point.coverage for point in points], [point.risk for point in points]
            axes.step(xs, ys, where="post", **_line(number))
            axes.plot(xs, ys, "o", color=_COLOURS[number % len(_COLOURS)], markersize=2.5, clip_on=False)
        axes.set(xlabel="share of verdicts accepted, the surest first", ylabel="share of them that is wrong")
        axes.set(xlim=_SHARES, ylim=_SHARES)
        names = [f"{name} ({curve.n:,} of {curve.of:,})" for name, curve in curves]
        said = "What is left wrong if only the surest verdicts are accepted"
        return finished(said, broad=True, legend=_entries(names))


def _tokens(name: str, curves: Sequence[tuple[str, Sequence[tuple[float, float]]]]) -> Chart:
    """Return a picture of accuracy against tokens: a point for each quarter of a group's episodes."""
    with _drawing(f"tokens {name}", *_BROAD) as (figure, finished):
        axes = figure.subplots()
        for number, (_, points) in enumerate(curves):
            axes.plot(*zip(*points, strict=True), marker="o", clip_on=False, **_line(number))
        axes.set(xlabel="mean tokens of an episode", ylabel="share that is right", ylim=_SHARES)
        axes.set_xlim(left=0)
        said = f"{name}: accuracy against tokens, by quarters of the episodes"
        return finished(said, broad=True, legend=_entries([group for group, _ in curves]))


def _line(place: int) -> dict[str, str]:
    """Return the colour and the dashes of the line at a place, from 0."""
    return {"color": _COLOURS[place % len(_COLOURS)], "linestyle": _DASHES[place // len(_COLOURS) % 3]}


def _entries(names: Iterable[str]) -> list[LegendEntry]:
    return [_entry(name, place) for place, name in enumerate(names)]


def _entry(name: str, place: int) -> LegendEntry:
    colour, dashes = place % len(_COLOURS), place // len(_COLOURS) % len(_DASHES)
    return LegendEntry(name, f"colour-{colour + 1} dashes-{dashes + 1}")


class _Finish(Protocol):
    """Turns a drawn matplotlib figure into a picture of the page."""

    def __call__(self, caption: str, *, broad: bool = False, legend: Sequence[LegendEntry] = ()) -> Chart: ...


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

        def finished(caption: str, *, broad: bool = False, legend: Sequence[LegendEntry] = ()) -> Chart:
            for axes in figure.axes:
                axes.set_facecolor("none")
            file = StringIO()
            nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            figure.savefig(file, format="svg", metadata=nothing, transparent=True)
            view_box, drawing = _inside(file.getvalue())
            return Chart(drawing, view_box, caption, broad, legend)

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
