"""A figure: a number with its denominator. Every function of this package returns numbers in this form."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.ratings.bootstrap import Interval
from arena.results.metrics._values import Floats, exact_mean, missing


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its denominator.

    Attributes:
        value: the number, which may be infinite. None if it is not defined, such as the accuracy of no
            answers.
        n: the number of rows that the value is computed from.
        of: the number of rows that belong to the figure, including those with a missing value.
        interval: the interval around the value, if one was asked for and there are enough rows.

    Raises:
        UsageError: if the value is NaN, or if n is not between 0 and `of`.

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
        """The share of the figure's rows that the value is computed from. None if there are no rows."""
        return self.n / self.of if self.of else None


def mean_of(values: Floats | NDArray[np.bool_], of: int | None = None) -> Figure:
    """Return the mean of the values that are not missing, or the share of those that are true.

    The value of the figure is None if there are no values.

    Args:
        values: (rows,), NaN where missing.
        of: the number of rows that belong to the figure. None is the number of values.
    """
    numbers = np.asarray(values, dtype=np.float64)
    there = numbers[~missing(numbers)]
    return Figure(exact_mean(there), len(there), len(numbers) if of is None else of)
