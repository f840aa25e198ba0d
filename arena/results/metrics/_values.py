"""Reading columns of numbers. Missing values stay missing, and values out of range raise an error.

None and NaN both mean that a value is missing, because an agent refused, was cut off or was not asked. No
function here turns a missing value into a number.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError

Floats: TypeAlias = NDArray[np.float64]
"""Numbers as the functions compute with them. Missing values are NaN."""

Values: TypeAlias = Sequence[float | None] | NDArray[Any]
"""Numbers or booleans as the caller gives them, one for each row. None or NaN is a missing value."""

Matrix: TypeAlias = Sequence[Sequence[float | None]] | NDArray[Any]
"""Rows with the same number of values each. None or NaN is a missing value."""

Labels: TypeAlias = Sequence[Hashable] | NDArray[Any]
"""The names or numbers of the clusters that are drawn together, such as tasks, one for each row."""

ANY = (-math.inf, math.inf)
UNIT_INTERVAL = (0.0, 1.0)


def column(name: str, values: Values, within: tuple[float, float] = ANY) -> Floats:
    """Return the values as an array (rows,).

    Args:
        name: the name of the values, for error messages.
        values: one number for each row.
        within: the lowest and the highest allowed value. Infinite values are never allowed.

    Raises:
        UsageError: if there is not one number for each row, or if a number is out of range.
    """
    return _read(name, values, 1, within)


def matrix(name: str, rows: Matrix, within: tuple[float, float] = ANY) -> Floats:
    """Return the rows as an array (rows, columns).

    Args:
        name: the name of the rows, for error messages.
        rows: rows with the same number of values each.
        within: the lowest and the highest allowed value. Infinite values are never allowed.

    Raises:
        UsageError: if the rows differ in length, or if a value is not a number or is out of range.
    """
    return _read(name, rows, 2, within)


def chances(name: str, values: Values) -> Floats:
    """Return the values as probabilities from 0 to 1, an array (rows,).

    Raises:
        UsageError: if there is not one number for each row, or if a number is below 0 or above 1, such as a
            percentage.
    """
    return column(name, values, UNIT_INTERVAL)


def outcomes(name: str, values: Values) -> Floats:
    """Return the values as outcomes, an array (rows,) of 1 or 0.

    Raises:
        UsageError: if there is not one number for each row, or if a number is neither 0 nor 1.
    """
    return among(name, column(name, values), (0, 1))


def points(name: str, values: Values) -> Floats:
    """Return the values as points: 1 for a win, 1/2 for a tie and 0 for a loss, an array (rows,).

    Raises:
        UsageError: if there is not one number for each row, or if a number is not one of these.
    """
    return among(name, column(name, values), (0, 0.5, 1))


def among(name: str, values: Floats, allowed: tuple[float, ...]) -> Floats:
    """Return the same values. Each must be missing or one of the allowed values.

    Raises:
        UsageError: if a value is not.
    """
    odd = values[~(np.isin(values, allowed) | missing(values))]
    if odd.size:
        listed = " or ".join(f"{value:g}" for value in allowed)
        raise UsageError(f"The values of {name} must be {listed} (or missing), not {odd[0]:g}.")
    return values


def check_convention(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Check that the name of a convention is known.

    Raises:
        UsageError: if the value is not one of the allowed names.
    """
    if value not in allowed:
        raise UsageError(f"There is no {name} {value!r}; it is one of {', '.join(map(repr, allowed))}.")


def same_length(**columns: Sequence[Any] | NDArray[Any]) -> None:
    """Check that all columns have the same length.

    Raises:
        UsageError: if two columns differ in length.
    """
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise UsageError(
            f"The columns have different lengths: {lengths}; give one value for each row in every column."
        )


def missing(values: Floats) -> NDArray[np.bool_]:
    """Return where a value is missing, as an array of the same shape."""
    return np.asarray(np.isnan(values), dtype=np.bool_)


def complete(*columns: Floats) -> NDArray[np.bool_]:
    """Return which rows have a value in every column, as an array (rows,)."""
    return np.asarray(~np.any([missing(values) for values in columns], axis=0), dtype=np.bool_)


def exact_mean(values: Floats) -> float | None:
    """Return the mean of values, of which none may be missing. None if there are no values.

    The mean is the same, to the last bit, for any order of the values.
    """
    return math.fsum(values.tolist()) / len(values) if len(values) else None


def average_ranks(values: Floats) -> Floats:
    """Return the rank of each value, from 1 up.

    Equal values share their mean rank, and none may be missing.
    """
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    return np.asarray((last - (sizes - 1) / 2)[group], dtype=np.float64)


def _read(name: str, values: Values | Matrix, dimensions: int, within: tuple[float, float]) -> Floats:
    shape = "one number for each row" if dimensions == 1 else "rows with the same number of values"
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"The values of {name} must be {shape}: {error}.") from error
    if dimensions == 2 and array.shape == (0,):
        array = array.reshape(0, 0)
    if array.ndim != dimensions:
        raise UsageError(f"The values of {name} must be {shape}, not an array of shape {array.shape}.")
    low, high = within
    odd = array[(array < low) | (array > high) | np.isinf(array)]
    if odd.size:
        limits = "be finite" if within == ANY else f"lie between {low:g} and {high:g}"
        raise UsageError(f"The values of {name} must {limits} (or be missing), not {odd[0]:g}.")
    return array


def read_pairs(confidence: Values, correct: Values) -> tuple[Floats, Floats, int]:
    """Return the confidence and the correctness of the rows that have both, and the number of all rows.

    Raises:
        UsageError: if the columns differ in length, if a confidence is not within [0, 1], or if a correctness
            is neither 0 nor 1.
    """
    stated, right = chances("confidence", confidence), outcomes("correct", correct)
    same_length(confidence=stated, correct=right)
    both = complete(stated, right)
    return stated[both], right[both], len(both)
