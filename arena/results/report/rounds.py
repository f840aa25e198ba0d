"""The section of what a scenario measured between its rounds: a picture of each measure, and its ends."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from arena.episode.measure import Measurement
from arena.results.figures.lines import grouped
from arena.results.report import pictures
from arena.results.report.html import note, number, section, table, text

_HEADS = ("", "after round", "value", "after round", "value", "least", "most")


def rounds(measured: Sequence[tuple[str, Sequence[Measurement]]]) -> str:
    """Return the section of runs' measures, each with the run's name; empty if there are none."""
    parts = []
    for run, measures in measured:
        for name, own in grouped(measures, attrgetter("name")).items():
            courses = grouped(own, lambda measure: measure.condition)
            title = f"{name}, {run}" if len(measured) > 1 else name
            points = {c or name: [(m.round, m.value) for m in course] for c, course in courses.items()}
            rows = [[text(title)], *(_row(condition, course) for condition, course in courses.items())]
            parts += [f'<div class="pictures">\n{pictures.by_round(title, points)}</div>\n']
            parts += [table(_HEADS, rows, numbers=1)]
    said = note("Measured by the scenario itself between its rounds, of what had been played until then.")
    return section("rounds", "By round", *parts, said) if parts else ""


def _row(condition: str, course: Sequence[Measurement]) -> list[str]:
    first, last = course[0], course[-1]
    values = [measure.value for measure in course]
    ends = [cell for one in (first, last) for cell in (f"{one.round:,}", number(one.value))]
    return [text(condition), *ends, number(min(values)), number(max(values))]
