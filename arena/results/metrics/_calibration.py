"""Calibration in bins: whether stated confidences are true on average.

A confidence is a probability from 0 to 1 that an answer is correct. A row in which the confidence or the
correctness is missing is left out and lowers the coverage. A confidence of 0 is not missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.ratings.bootstrap import Interval
from arena.results.metrics._values import (
    Floats,
    Values,
    check_convention,
    exact_mean,
    read_pairs,
)
from arena.results.metrics.figure import Figure, mean_of

Spacing = Literal["width", "mass"]
Closed = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Bins:
    """A way to put confidences into bins. Figures with different bins cannot be compared.

    Attributes:
        count: the number of bins.
        spacing: "width" for bins of equal width from 0 to 1 (Naeini et al. 2015), or "mass" for bins with
            equal numbers of rows (Nguyen and O'Connor 2015). With "mass", equal confidences are always in the
            same bin, so there may be fewer bins, and they may be uneven.
        closed: "left" for bins [a, b), of which the last is closed, or "right" for bins (a, b], of which the
            first is closed. The latter are those of Guo et al. 2017, except that their first bin leaves out a
            confidence of 0.

    Raises:
        UsageError: if there is less than one bin, or if the spacing or the closed end is unknown.

    >>> str(Bins(15, "mass"))
    '15 bins of equal mass, [a, b), the last closed'
    """

    count: int = 10
    spacing: Spacing = "width"
    closed: Closed = "left"

    def __post_init__(self) -> None:
        if self.count < 1:
            raise UsageError(f"There must be at least one bin, not {self.count}.")
        check_convention("spacing", self.spacing, get_args(Spacing))
        check_convention("closed end", self.closed, get_args(Closed))

    def __str__(self) -> str:
        ends = "[a, b), the last closed" if self.closed == "left" else "(a, b], the first closed"
        return f"{self.count} bins of equal {self.spacing}, {ends}"

    def edges(self, confidence: Floats) -> Floats:
        """Return the edges of the bins. There is one more edge than bins.

        Args:
            confidence: (rows,), at least one value, and none missing. Only bins of equal mass depend on it.
        """
        steps = np.arange(1, self.count)
        if self.spacing == "width":
            # A quotient is exact where a sum of steps is not: 3 / 10 is the same float as 0.3.
            return np.concatenate([[0.0], steps / self.count, [1.0]])
        ordered = np.sort(confidence)
        first = steps * len(ordered) // self.count
        cuts = ordered[first] if self.closed == "left" else ordered[first[first > 0] - 1]
        low, high = ordered[0], ordered[-1]
        # A cut at an end would make an empty bin there.
        inner = cuts[cuts > low] if self.closed == "left" else cuts[cuts < high]
        return np.concatenate([[low], np.unique(inner), [high]])

    def places(self, confidence: Floats, edges: Floats) -> NDArray[np.intp]:
        """Return the number of each confidence's bin, counted from 0."""
        return np.searchsorted(edges[1:-1], confidence, side="right" if self.closed == "left" else "left")


TEN_EQUAL_WIDTH = Bins()
"""The default bins: ten bins of equal width, [a, b), the last closed."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """One bin of a reliability curve.

    Attributes:
        low: the bin's lower edge.
        high: the bin's upper edge.
        confidence: the mean confidence of its rows, or None if it is empty.
        accuracy: the share of its rows that are right, or None if it is empty.
        n: the number of its rows.
    """

    low: float
    high: float
    confidence: float | None
    accuracy: float | None
    n: int

    @property
    def interval(self) -> Interval | None:
        """The 95 % score interval of the accuracy, as if its rows were independent (Wilson 1927).

        None if the bin is empty.
        """
        if self.accuracy is None:
            return None
        z = 1.959964
        share, of = self.accuracy, 1 + z * z / self.n
        middle = (share + z * z / (2 * self.n)) / of
        half = z / of * math.sqrt(share * (1 - share) / self.n + (z / self.n / 2) ** 2)
        return Interval(max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class ReliabilityCurve:
    """The data of a reliability diagram.

    Attributes:
        bins: the bins in order of their edges, empty ones included. There are none if there are no rows.
        n: the number of rows in the bins.
        of: the number of all rows, including those with a missing value.
    """

    bins: tuple[ReliabilityBin, ...]
    n: int
    of: int


def reliability_curve(
    confidence: Values, correct: Values, *, bins: Bins = TEN_EQUAL_WIDTH
) -> ReliabilityCurve:
    """Return the mean confidence, the accuracy and the count in each bin (Murphy and Winkler 1977).

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        bins: the bins to use.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.
    """
    stated, right, of = read_pairs(confidence, correct)
    if not len(stated):
        return ReliabilityCurve((), 0, of)
    edges = bins.edges(stated)
    places = bins.places(stated, edges)
    found = []
    for place, (low, high) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        inside = places == place
        n = int(inside.sum())
        # What is right is 1 or 0, so any sum of it is exact.
        accuracy = float(right[inside].sum()) / n if n else None
        found.append(ReliabilityBin(low, high, exact_mean(stated[inside]), accuracy, n))
    return ReliabilityCurve(tuple(found), len(stated), of)


def expected_calibration_error(
    confidence: Values, correct: Values, *, bins: Bins = TEN_EQUAL_WIDTH
) -> Figure:
    """Return the ECE, from 0 (best) to 1: the mean over rows of |accuracy - confidence| in their bin.

    The definition is that of Naeini et al. (2015) and Guo et al. (2017). A bin's confidence is the mean of
    its rows and not the middle of the bin. The figure depends on the bins, so report them (``str(bins)``). It
    is biased upwards if bins have few rows.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        bins: the bins to use. The default is ten bins of equal width, [a, b), the last closed.

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> expected_calibration_error([0.8, 0.8, 0.8, 0.8], [1, 1, 1, 0])
    Figure(value=0.050000000000000044, n=4, of=4, interval=None)
    """
    curve = reliability_curve(confidence, correct, bins=bins)
    gaps = [
        each.n * abs(each.accuracy - each.confidence)
        for each in curve.bins
        if each.accuracy is not None and each.confidence is not None
    ]
    return Figure(math.fsum(gaps) / curve.n if curve.n else None, curve.n, curve.of)


def overconfidence_bias(confidence: Values, correct: Values) -> Figure:
    """Return the mean confidence minus the accuracy, from -1 to 1. Above 0 is overconfident.

    The definition is that of Lichtenstein, Fischhoff and Phillips (1982).

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0: the truth, or the verdict of the judges' majority (`judges_majority`).

    Raises:
        UsageError: if the columns differ in length, or if a value is out of its range.

    >>> overconfidence_bias([0.75, 0.75], [1, 0]).value
    0.25
    """
    stated, right, of = read_pairs(confidence, correct)
    return mean_of(stated - right, of)
