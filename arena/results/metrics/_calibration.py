"""Whether confidence means what it says: proper scores and calibration in bins.

Confidence is a probability from 0 to 1 that something is so, and `correct` whether it was. A row in which
either is missing is left out and lowers the coverage; a confidence of 0 is a confidence like any other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.results.metrics.figure import Figure, mean_of
from arena.results.metrics.values import (
    Floats,
    Values,
    chances,
    complete,
    exact_mean,
    one_of,
    outcomes,
    same_length,
)

Spacing = Literal["width", "mass"]
Closed = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Bins:
    """A named way to put confidences into bins; figures of different bins are different figures.

    Attributes:
        count: the number of bins.
        spacing: "width" for bins of equal width from 0 to 1 (Naeini et al. 2015); "mass" for bins of equally
            many rows (Nguyen and O'Connor 2015), where equal confidences always share a bin, so that bins
            may be fewer and uneven.
        closed: "left" for bins [a, b) of which the last is closed; "right" for bins (a, b] of which the first
            is closed (as in Guo et al. 2017, whose first bin would leave a confidence of 0 out).

    Raises:
        UsageError: fewer than one bin, or an unknown spacing or end.

    >>> str(Bins(15, "mass"))
    '15 bins of equal mass, [a, b), the last closed'
    """

    count: int = 10
    spacing: Spacing = "width"
    closed: Closed = "left"

    def __post_init__(self) -> None:
        if self.count < 1:
            raise UsageError(f"There must be at least one bin, not {self.count}.")
        one_of("spacing", self.spacing, get_args(Spacing))
        one_of("closed end", self.closed, get_args(Closed))

    def __str__(self) -> str:
        ends = "[a, b), the last closed" if self.closed == "left" else "(a, b], the first closed"
        return f"{self.count} bins of equal {self.spacing}, {ends}"

    def edges(self, confidence: Floats) -> Floats:
        """The edges of the bins, one more than there are bins.

        Args:
            confidence: (rows,), at least one and none missing; only bins of equal mass depend on it.
        """
        steps = np.arange(1, self.count)
        if self.spacing == "width":
            # A quotient, and not a sum of steps: 3 / 10 is the float that "0.3" is read as.
            return np.concatenate([[0.0], steps / self.count, [1.0]])
        ordered = np.sort(confidence)
        first = steps * len(ordered) // self.count
        cuts = ordered[first] if self.closed == "left" else ordered[first[first > 0] - 1]
        low, high = ordered[0], ordered[-1]
        # A cut at the end that its own bin does not reach would make an empty bin there.
        inner = cuts[cuts > low] if self.closed == "left" else cuts[cuts < high]
        return np.concatenate([[low], np.unique(inner), [high]])

    def places(self, confidence: Floats, edges: Floats) -> NDArray[np.intp]:
        """The number of the bin, from 0, that each confidence falls into."""
        return np.searchsorted(edges[1:-1], confidence, side="right" if self.closed == "left" else "left")


TEN_EQUAL_WIDTH = Bins()
"""The default: ten bins of equal width, [a, b), the last closed."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """One bin of a reliability curve.

    Attributes:
        low: the bin's lower edge.
        high: the bin's upper edge.
        confidence: the mean confidence of its rows; None if it is empty.
        accuracy: the share of its rows that were right; None if it is empty.
        n: how many rows it holds.
    """

    low: float
    high: float
    confidence: float | None
    accuracy: float | None
    n: int


@dataclass(frozen=True, slots=True)
class ReliabilityCurve:
    """What a reliability diagram shows.

    Attributes:
        bins: in order of their edges, the empty ones included; none if nothing can be put into bins.
        n: how many rows they hold.
        of: how many rows there are, those with something missing included.
    """

    bins: tuple[ReliabilityBin, ...]
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class BrierDecomposition:
    """Murphy's (1973) parts of the Brier score: reliability - resolution + uncertainty.

    Attributes:
        reliability: mean squared distance of each confidence from the accuracy at it; 0 is calibrated.
        resolution: mean squared distance of the accuracy at each confidence from the accuracy overall.
        uncertainty: variance of the outcomes, accuracy times (1 - accuracy).
    """

    reliability: Figure
    resolution: Figure
    uncertainty: Figure


def brier_score(confidence: Values, correct: Values) -> Figure:
    """The mean of (confidence - correct) squared, from 0 (best) to 1 (Brier 1950).

    This is the form for one event, half of Brier's own sum over both outcomes.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: columns of different lengths, or a value out of range.

    >>> brier_score([0.0, 1.0, None], [1, 1, 1])
    Figure(value=0.5, n=2, of=3, interval=None)
    """
    stated, right, of = read_pairs(confidence, correct)
    return mean_of((stated - right) ** 2, of)


def brier_decomposition(confidence: Values, correct: Values) -> BrierDecomposition:
    """The Brier score as reliability - resolution + uncertainty (Murphy 1973).

    Rows are grouped by equal confidence and not by bins: only so is the sum exactly the Brier score.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.

    Raises:
        UsageError: columns of different lengths, or a value out of range.
    """
    stated, right, of = read_pairs(confidence, correct)
    _, group, sizes = np.unique(stated, return_inverse=True, return_counts=True)
    within = (np.bincount(group, weights=right) / sizes)[group] if len(right) else right
    overall = right.mean() if len(right) else 0.0
    return BrierDecomposition(
        reliability=mean_of((stated - within) ** 2, of),
        resolution=mean_of((within - overall) ** 2, of),
        uncertainty=mean_of((right - overall) ** 2, of),
    )


def log_score(confidence: Values, correct: Values, *, clip: float | None = None) -> Figure:
    """The mean of -ln(the probability given to what happened), from 0 (best) up (Good 1952).

    Negatively oriented, like the Brier score: lower is better. It is infinite if what was called impossible
    happened, unless probabilities are clipped.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        clip: probabilities are brought into [clip, 1 - clip] first; None for no clipping.

    Raises:
        UsageError: columns of different lengths, a value out of range, or a clip that is not between 0 and
            1/2.

    >>> log_score([0.0], [1]).value, round(log_score([0.0], [1], clip=0.01).value, 3)
    (inf, 4.605)
    """
    if clip is not None and not 0 < clip < 0.5:
        raise UsageError(f"The log score's clip must lie between 0 and 1/2, not {clip}.")
    stated, right, of = read_pairs(confidence, correct)
    if clip is not None:
        stated = stated.clip(clip, 1 - clip)
    with np.errstate(divide="ignore"):
        # ln(1 - p) by log1p, which is exact where p is so small that 1 - p rounds; 0.0 - x makes no -0.0.
        return mean_of(0.0 - np.where(right == 1, np.log(stated), np.log1p(-stated)), of)


def reliability_curve(
    confidence: Values, correct: Values, *, bins: Bins = TEN_EQUAL_WIDTH
) -> ReliabilityCurve:
    """The mean confidence, the accuracy and the count in each bin (Murphy and Winkler 1977).

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        bins: the convention.

    Raises:
        UsageError: columns of different lengths, or a value out of range.
    """
    stated, right, of = read_pairs(confidence, correct)
    if not len(stated):
        return ReliabilityCurve((), 0, of)
    edges = bins.edges(stated)
    places = bins.places(stated, edges)
    found = []
    for place, (low, high) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        inside = places == place
        found.append(
            ReliabilityBin(
                low, high, exact_mean(stated[inside]), exact_mean(right[inside]), int(inside.sum())
            )
        )
    return ReliabilityCurve(tuple(found), len(stated), of)


def expected_calibration_error(
    confidence: Values, correct: Values, *, bins: Bins = TEN_EQUAL_WIDTH
) -> Figure:
    """The ECE, from 0 (best) to 1: the mean over rows of |accuracy - confidence| in their bin.

    After Naeini et al. (2015) and Guo et al. (2017). A bin's confidence is the mean of its rows and not its
    middle. The figure depends on the bins, so say which (``str(bins)``), and it is biased upwards where bins
    hold few rows.

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0.
        bins: the convention; by default ten of equal width, [a, b), the last closed.

    Raises:
        UsageError: columns of different lengths, or a value out of range.

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
    """The mean confidence less the accuracy, from -1 to 1; above 0 is overconfident.

    After Lichtenstein, Fischhoff and Phillips (1982).

    Args:
        confidence: (rows,), probabilities from 0 to 1.
        correct: (rows,), 1 or 0: the truth, or what the judges' majority said (`judges_majority`).

    Raises:
        UsageError: columns of different lengths, or a value out of range.

    >>> overconfidence_bias([0.75, 0.75], [1, 0]).value
    0.25
    """
    stated, right, of = read_pairs(confidence, correct)
    return mean_of(stated - right, of)


def read_pairs(confidence: Values, correct: Values) -> tuple[Floats, Floats, int]:
    """The confidence and the correctness of the rows that have both, and how many rows there are.

    Raises:
        UsageError: columns of different lengths, a confidence that is not within [0, 1], or a correctness
            that is neither 0 nor 1.
    """
    stated, right = chances("confidence", confidence), outcomes("correct", correct)
    same_length(confidence=stated, correct=right)
    both = complete(stated, right)
    return stated[both], right[both], len(both)
