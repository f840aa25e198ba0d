"""A figure and what it rests on: no number leaves this package without its denominator."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.ratings.bootstrap import Interval
from arena.results.metrics.values import Floats, exact_mean, missing


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its denominator.

    Attributes:
        value: the number; None where it is not defined, as the accuracy of no answers is. May be infinite.
        n: how many rows it rests on.
        of: how many rows belong to it, those with something missing included.
        interval: around the value, where one was asked for and the rows allow one.

    Raises:
        UsageError: the value is NaN, or not 0 <= n <= of.

    >>> Figure(0.75, n=8, of=10).coverage
    0.8
    """

    value: float | None
    n: int
    of: int
    interval: Interval | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.n <= self.of:
            raise UsageError(f"A figure cannot rest on {self.n} of {self.of} rows.")
        if self.value is not None and math.isnan(self.value):
            raise UsageError("A figure that is not defined has the value None, not NaN.")

    @property
    def coverage(self) -> float | None:
        """The share of the rows that belong to the figure on which it rests; None if there are no rows."""
        return self.n / self.of if self.of else None


def mean_of(values: Floats | NDArray[np.bool_], of: int | None = None) -> Figure:
    """The mean of the values that are there, or the share that is true; not defined if there are none.

    Args:
        values: (rows,), NaN where missing.
        of: how many rows belong to the figure, if not as many as there are values.
    """
    numbers = np.asarray(values, dtype=np.float64)
    there = numbers[~missing(numbers)]
    return Figure(exact_mean(there), len(there), len(numbers) if of is None else of)
