"""How columns of numbers are read: what is missing stays missing, and what is out of range is refused.

None and NaN both mean that a value is missing: an agent refused, was cut off or was not asked. Nothing here
turns that into a number.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError

Floats: TypeAlias = NDArray[np.float64]
"""Numbers as they are worked with: missing ones are NaN."""

Values: TypeAlias = Sequence[float | None] | NDArray[Any]
"""Numbers (or booleans) as they are given, one a row; None or NaN where missing."""

Table: TypeAlias = Sequence[Sequence[float | None]] | NDArray[Any]
"""Rows of equally many numbers each; None or NaN where missing."""

Labels: TypeAlias = Sequence[Hashable] | NDArray[Any]
"""The names or numbers of tasks, debates or whatever else is drawn together, one a row."""

ANY = (-math.inf, math.inf)
CHANCE = (0.0, 1.0)


def column(name: str, values: Values, within: tuple[float, float] = ANY) -> Floats:
    """The values as an array (rows,).

    Args:
        name: of the values, for the message.
        values: one number a row.
        within: the lowest and the highest that is allowed; infinite numbers never are.

    Raises:
        UsageError: not one number a row, or one out of range.
    """
    return _read(name, values, 1, within)


def table(name: str, rows: Table, within: tuple[float, float] = ANY) -> Floats:
    """The rows as an array (rows, columns).

    Args:
        name: of the rows, for the message.
        rows: equally many numbers each.
        within: the lowest and the highest that is allowed; infinite numbers never are.

    Raises:
        UsageError: not rows of equal length, not numbers, or one out of range.
    """
    return _read(name, rows, 2, within)


def chances(name: str, values: Values) -> Floats:
    """The values as probabilities from 0 to 1, an array (rows,).

    Raises:
        UsageError: not one number a row, or one below 0 or above 1, as percentages are.
    """
    return column(name, values, CHANCE)


def outcomes(name: str, values: Values) -> Floats:
    """The values as what happened, 1 or 0, an array (rows,).

    Raises:
        UsageError: not one number a row, or one that is neither 0 nor 1.
    """
    return among(name, column(name, values), (0, 1))


def points(name: str, values: Values) -> Floats:
    """The values as points: 1 for a win, 1/2 for a tie, 0 for a loss; an array (rows,).

    Raises:
        UsageError: not one number a row, or one that is no such number.
    """
    return among(name, column(name, values), (0, 0.5, 1))


def among(name: str, values: Floats, allowed: tuple[float, ...]) -> Floats:
    """The same values, all of which are missing or among the allowed.

    Raises:
        UsageError: one is not.
    """
    odd = values[~(np.isin(values, allowed) | missing(values))]
    if odd.size:
        listed = " or ".join(f"{value:g}" for value in allowed)
        raise UsageError(f"The values of {name} must be {listed} (or missing), not {odd[0]:g}.")
    return values


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a convention that has no such name.

    Raises:
        UsageError: the value is not among the allowed.
    """
    if value not in allowed:
        raise UsageError(f"There is no {name} {value!r}; it is one of {', '.join(map(repr, allowed))}.")


def same_length(**columns: Sequence[Any] | NDArray[Any]) -> None:
    """Refuse columns that are not equally long, by name.

    Raises:
        UsageError: two columns have different lengths.
    """
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise UsageError(f"The columns have different lengths: {lengths}.")


def missing(values: Floats) -> NDArray[np.bool_]:
    """Where a value is missing, an array of the same shape."""
    return np.asarray(np.isnan(values), dtype=np.bool_)


def complete(*columns: Floats) -> NDArray[np.bool_]:
    """Which rows have a value in every column, an array (rows,)."""
    return np.asarray(~np.any([missing(values) for values in columns], axis=0), dtype=np.bool_)


def exact_mean(values: Floats) -> float | None:
    """The mean of values of which none is missing, the same to the last bit in any order; None of nothing."""
    return math.fsum(values) / len(values) if len(values) else None


def average_ranks(values: Floats) -> Floats:
    """The rank of each value from 1 up, of which none is missing; equal values share their mean rank."""
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    return np.asarray((last - (sizes - 1) / 2)[group], dtype=np.float64)


def _read(name: str, values: Values | Table, dimensions: int, within: tuple[float, float]) -> Floats:
    shape = "one number a row" if dimensions == 1 else "rows of equally many numbers"
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
