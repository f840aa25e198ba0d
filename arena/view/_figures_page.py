"""The page of the figures of a run, or of all runs compared. They are computed in the background."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from operator import attrgetter
from threading import Lock
from typing import NamedTuple

from arena.results.figures import Line, Section, all_figures
from arena.results.figures.lines import grouped
from arena.view._keys import KEYS
from arena.view._rendering import html
from arena.view._runs import ShownRuns
from arena.web.intervals import DrawnInterval, drawn_interval
from arena.web.links import Links, Tab

_PATIENCE = 2.0
_MOST_LINES = 60
_SAMPLES = 1000


class FigureLine(NamedTuple):
    """A line of a figure: its group, its value, its interval in words and drawn, and what it rests on."""

    group: str
    value: str
    interval: str
    drawn: DrawnInterval | None
    n: str
    coverage: str
    unit: str


class ShownFigure(NamedTuple):
    """A figure: its name, its convention, the ends of its scale, its lines, and how many more there are."""

    name: str
    convention: str
    scale: str
    lines: list[FigureLine]
    more: int

    @property
    def is_drawn(self) -> bool:
        """Whether any line has an interval that can be drawn."""
        return any(line.drawn for line in self.lines)


class ShownSection(NamedTuple):
    """Figures about one thing."""

    title: str
    about: str
    figures: list[ShownFigure]


class Figuring:
    """Computes figures, one set at a time, and keeps them until the runs have grown."""

    def __init__(self, runs: ShownRuns) -> None:
        self._runs = runs
        self._pool = ThreadPoolExecutor(1, "figures")
        self._made: dict[int | None, tuple[object, Future[list[ShownSection]]]] = {}
        self._lock = Lock()

    def page(self, run: int | None, links: Links, patience: float | None = _PATIENCE) -> str:
        """Return the page of a run's figures, or of those of all runs if `run` is None.

        If they are not there within `patience` seconds, it says so. None waits for them.

        Raises:
            UsageError: if there is no such run.
            JournalError: if a journal cannot be read.
        """
        if run is not None:
            self._runs.check(run)
        try:
            found = self._figures(run).result(patience)
        except NotYet:
            found = None
        name = "Runs compared" if run is None else f"Figures of {self._runs.names[run]}"
        crumbs = [Tab("runs", links.to())]
        if run is not None:
            crumbs.append(Tab(self._runs.names[run], links.run(run)))
        return html(
            "figures.html",
            title=name,
            sections=found,
            samples=_SAMPLES,
            crumbs=[*crumbs, Tab("figures", "", current=True)],
            whose="owner's page: shows everything",
            keys=KEYS,
            links=links,
        )

    def _figures(self, run: int | None) -> Future[list[ShownSection]]:
        numbers = range(len(self._runs.folders)) if run is None else (run,)
        size = tuple(self._runs.size(number) for number in numbers)
        with self._lock:
            known = self._made.get(run)
            if known is None or (known[0] != size and known[1].done()):
                known = size, self._pool.submit(self._compute, list(numbers))
                self._made[run] = known
            return known[1]

    def _compute(self, numbers: list[int]) -> list[ShownSection]:
        with ExitStack() as opened:
            read = []
            for number in numbers:
                stored = opened.enter_context(self._runs.open(number))
                stored.leave_out_damaged()
                read.append((self._runs.names[number], stored))
            return [_section(section) for section in all_figures(read, samples=_SAMPLES)]


def _section(section: Section) -> ShownSection:
    by_name = grouped(section.lines, attrgetter("name", "convention"))
    figures = [_figure(name, convention, lines) for (name, convention), lines in by_name.items()]
    return ShownSection(section.title, section.about, figures)


def _figure(name: str, convention: str, lines: list[Line]) -> ShownFigure:
    shown = (
        sorted(lines, key=lambda line: -line.figure.of)[:_MOST_LINES] if len(lines) > _MOST_LINES else lines
    )
    ends = [
        end
        for line in shown
        for end in (line.figure.value, *(line.figure.interval or ()))
        if end is not None and abs(end) != float("inf")
    ]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    scale = f"{low:.3g} to {high:.3g}"
    return ShownFigure(
        name, convention, scale, [_line(one, low, high) for one in shown], len(lines) - len(shown)
    )


def _line(line: Line, low: float, high: float) -> FigureLine:
    found = line.figure
    value = "not defined" if found.value is None else f"{found.value:.3f}"
    p = "" if line.test is None else f"; p = {line.test.p:.3g}"
    interval, drawn = f"{line.no_interval or 'none'}{p}", None
    if found.interval is not None and found.value is not None:
        ends = found.interval.low, found.interval.high
        interval = f"{ends[0]:.3f} to {ends[1]:.3f}{p}"
        drawn = drawn_interval(found.value, ends, (low, high), 0.0)
    coverage = "" if found.coverage is None else f"{found.coverage:.0%}"
    return FigureLine(line.group, value, interval, drawn, f"{found.n:,} of {found.of:,}", coverage, line.unit)
