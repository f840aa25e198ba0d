"""Figures by category of the tasks: each figure of some runs, of the episodes of one category at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.results.figures._entries import FigureEntry, sections_of
from arena.results.figures._section import Section
from arena.results.study import Line, Study

CATEGORY = "category"
"""What figures can be had by."""


def sections_by(
    by: str, runs: Sequence[tuple[str, StoredRun]], samples: int, own: Sequence[FigureEntry]
) -> tuple[Section, ...]:
    """Return the figures of each category of tasks; the groups of figures end with the category.

    All figures of a category rest on its episodes alone, paired differences and agreement too. Its intervals
    are those of its own tasks. Episodes of tasks without a category are a group of their own.

    Args:
        by: ``category``, the only way.
        runs: the runs, each with its name.
        samples: resamples of each interval's bootstrap.
        own: the user's own figures.

    Raises:
        UsageError: if figures cannot be had so, or no task has a category.
    """
    if by != CATEGORY:
        raise UsageError(f"There are no figures by {by!r}; there are some by {CATEGORY}.")
    found: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for place, (_, stored) in enumerate(runs):
        for played in stored.finished():
            category = str(played.plan.task.data.get(CATEGORY, ""))
            found[category][place].add(played.plan.number)
    if found.keys() <= {""}:
        raise UsageError(
            "The tasks have no categories; name the column that holds them with --columns category=COLUMN."
        )
    together: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for category in sorted(found):
        with ExitStack() as opened:
            parts = [
                (runs[place][0], opened.enter_context(runs[place][1].part(numbers)))
                for place, numbers in found[category].items()
            ]
            for section in sections_of(Study(parts, samples=samples), own):
                together[section.title, section.about] += [
                    replace(line, group=_group(line.group, category)) for line in section.lines
                ]
    return tuple(Section(title, about, tuple(lines)) for (title, about), lines in together.items())


def _group(group: str, category: str) -> str:
    named = category or "no category"
    return f"{group}, {named}" if group else named
