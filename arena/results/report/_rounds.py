"""The report's section of measurements between rounds: a picture and a table of each measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from arena.episode.measurement import Measurement
from arena.results.figures.lines import grouped
from arena.results.report import _pictures as pictures
from arena.results.report._parts import Charts, Note, PagePart, PageSection, PageTable, Shown, number

_HEADS = ("", "after round", "value", "after round", "value", "least", "most")


def rounds(runs: Sequence[tuple[str, Sequence[Measurement]]]) -> Iterator[PageSection]:
    """Yield the section of the measurements of runs, which are given by name.

    Yield nothing if there are none.
    """
    parts: list[PagePart] = []
    for run, measurements in runs:
        for name, own in grouped(measurements, attrgetter("name")).items():
            courses = grouped(own, lambda measurement: measurement.condition)
            title = f"{name}, {run}" if len(runs) > 1 else name
            points = {c or name: [(m.round, m.value) for m in course] for c, course in courses.items()}
            rows = [[title], *(_row(condition, course) for condition, course in courses.items())]
            parts += [Charts([pictures.by_round(title, points)]), PageTable(_HEADS, rows, numbers=1)]
    if parts:
        measured_so = (
            "Measured by the scenario itself between its rounds, of what had been played until then."
        )
        yield PageSection("rounds", "By round", [*parts, Note(measured_so)])


def _row(condition: str, course: Sequence[Measurement]) -> list[Shown]:
    first, last = course[0], course[-1]
    values = [measurement.value for measurement in course]
    ends = [shown for one in (first, last) for shown in (f"{one.round:,}", number(one.value))]
    return [condition, *ends, number(min(values)), number(max(values))]
