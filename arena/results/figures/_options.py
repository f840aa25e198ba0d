"""Probabilities of more than two options: how high the right one stands among them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from arena.results.figures._accuracy import final, gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Bins, Figure, expected_calibration_error
from arena.results.study import Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "A judge gave each of more than two options a probability. A verdict without probabilities is left out. "
    "Options of equal probability share the ranks that they have together."
)
FEWEST_OPTIONS = 3
BINS = Bins(20, closed="right")


def probabilities_of_options(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """How high the right option stands among several, as PersonaEval reports it (Zhou et al. 2025)."""
    for name, group, rows in named(gradable(verdicts)):
        last = final(rows)
        found = np.array([_of_row(last, study, row) for row in range(len(last))], dtype=np.float64)
        if not len(last) or np.isnan(found).all():
            continue
        for condition, own in last.grouped("condition"):
            chosen = last.condition.is_(condition)
            yield from _lines(study, f"{condition}: {group}{name}", found[chosen], own)


def _lines(study: Study, what: str, found: Floats, rows: Annotations) -> Iterator[Line]:
    first, second, rank, squares, options, likeliest, right = found.T
    for name, values, convention in (
        ("Right option likeliest", first, "share of verdicts; of options that are equally likely, a part"),
        ("Right option among the two likeliest", second, "share of verdicts; of equally likely ones, a part"),
        ("Rank of the right option", rank, "mean; 1 is best, equally likely options share their mean rank"),
    ):
        yield study.line(name, what, values, rows, convention=convention)
    yield study.measure(
        "Brier score of all options",
        what,
        _pooled,
        (squares, options),
        rows,
        convention="mean of (probability - whether it is right)² over all options of all verdicts; 0 is best",
    )
    yield study.measure(
        "Expected calibration error of the likeliest",
        what,
        lambda sure, true: expected_calibration_error(sure, true, bins=BINS),
        (likeliest, right),
        rows,
        convention=f"{BINS}; the greatest probability against whether the verdict is right",
    )


def _pooled(squares: Floats, options: Floats) -> Figure:
    """Return the mean over all options of all rows."""
    there = ~np.isnan(squares)
    value = float(squares[there].sum() / options[there].sum()) if there.any() else None
    return Figure(value, int(there.sum()), len(squares))


def _of_row(rows: Annotations, study: Study, row: int) -> tuple[float, ...]:
    """Return what is said of one verdict, or NaN if it has no probabilities of so many options.

    These are its chances of being first and among two, its rank, the sum of squares and over how many options
    it is, the greatest probability, and whether the verdict is right.
    """
    more, truth = rows.more[row], study.episodes.truths[int(rows.episode[row])]
    told = (from_json(more).get("probabilities") or {}) if more else {}
    if len(told) < FEWEST_OPTIONS or truth not in told:
        return (np.nan,) * 7
    own = told[truth]
    above = sum(chance > own for chance in told.values())
    equal = sum(chance == own for chance in told.values())
    among = [min(max(places - above, 0) / equal, 1.0) for places in (1, 2)]
    squares = sum((chance - (option == truth)) ** 2 for option, chance in told.items())
    rank = above + (equal + 1) / 2
    return (*among, rank, squares, len(told), max(told.values()), float(rows.correct[row]))


OPTIONS = FigureEntry(
    title="Probabilities of options", function=probabilities_of_options, columns=("more",), about=ABOUT
)
