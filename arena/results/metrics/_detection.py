"""How well critics find errors, in single steps and in whole solutions, where they name the first error.

The share of errors that are found and the share of right steps that are accepted are separate figures,
because a critic that calls everything wrong finds every error. A missing answer counts in neither share. It
lowers the coverage.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from arena.core.errors import UsageError
from arena.results.metrics._values import (
    Floats,
    Values,
    check_convention,
    column,
    missing,
    outcomes,
    same_length,
)
from arena.results.metrics.figure import Figure, mean_of

Unanswered = Literal["missing", "wrong"]
"""Whether a missing index lowers the coverage or counts as a wrong index."""


def detection_recall(said_wrong: Values, is_wrong: Values) -> Figure:
    """Return the share of wrong steps that were called wrong, from 0 to 1.

    Args:
        said_wrong: (rows,), 1 where the step was called wrong and 0 where it was called right.
        is_wrong: (rows,), 1 where it is wrong and 0 where it is right. Rows without a value are not counted.

    Raises:
        UsageError: if the columns differ in length, or if a value is neither 0 nor 1.

    >>> detection_recall([1, 0, None, 1], [1, 1, 1, 0])
    Figure(value=0.5, n=2, of=3, interval=None)
    """
    said, wrong = _steps(said_wrong, is_wrong)
    return mean_of(said[wrong == 1])


def correct_step_accuracy(said_wrong: Values, is_wrong: Values) -> Figure:
    """Return the share of right steps that were called right, from 0 to 1.

    Arguments and errors are those of `detection_recall`.

    >>> correct_step_accuracy([1, 0, None, 0], [0, 0, 0, 1])
    Figure(value=0.5, n=2, of=3, interval=None)
    """
    said, wrong = _steps(said_wrong, is_wrong)
    return mean_of(1 - said[wrong == 0])


def detection_harmonic_mean(said_wrong: Values, is_wrong: Values) -> Figure:
    """Return the harmonic mean of `detection_recall` and `correct_step_accuracy` (SPC, Chen et al. 2025).

    It is not defined if one of the two is not defined, and it is 0 if one of the two is 0. Arguments and
    errors are those of the two.
    """
    return _harmonic(detection_recall(said_wrong, is_wrong), correct_step_accuracy(said_wrong, is_wrong))


def detection_mean(said_wrong: Values, is_wrong: Values) -> Figure:
    """Return the mean of `detection_recall` and `correct_step_accuracy`, SPC's average (Chen et al. 2025).

    It is not defined if one of the two is not defined. Arguments and errors are those of the two.

    >>> detection_mean([1, 0, 0, 0], [1, 1, 0, 0]).value
    0.75
    """
    one, other = detection_recall(said_wrong, is_wrong), correct_step_accuracy(said_wrong, is_wrong)
    both = None if one.value is None or other.value is None else (one.value + other.value) / 2
    return Figure(both, one.n + other.n, one.of + other.of)


def first_error_accuracy(predicted: Values, labels: Values, *, unanswered: Unanswered = "missing") -> Figure:
    """Return the share of wrong solutions whose first wrong step was named exactly.

    Zheng et al. 2024, "ProcessBench: Identifying process errors in mathematical reasoning", section 4.

    Args:
        predicted: (rows,), the index, from 0, of the step that was called the first wrong step, or -1 if no
            step was.
        labels: (rows,), the index of the first wrong step, or -1 if there is none. Rows without a label are
            not counted.
        unanswered: whether a missing index lowers the coverage, or counts as wrong as in the benchmark.

    Raises:
        UsageError: if the columns differ in length, if a value is not a whole number from -1 up, or if
            `unanswered` is unknown.

    >>> first_error_accuracy([2, 0, -1], [2, 1, -1])
    Figure(value=0.5, n=2, of=2, interval=None)
    """
    found, label = _indices(predicted, labels, unanswered)
    return mean_of(found[label >= 0])


def no_error_accuracy(predicted: Values, labels: Values, *, unanswered: Unanswered = "missing") -> Figure:
    """Return the share of right solutions in which no step was called wrong.

    Arguments and errors are those of `first_error_accuracy`.
    """
    found, label = _indices(predicted, labels, unanswered)
    return mean_of(found[label == -1])


def first_error_f1(predicted: Values, labels: Values, *, unanswered: Unanswered = "missing") -> Figure:
    """Return ProcessBench's F1, the harmonic mean of `first_error_accuracy` and `no_error_accuracy`.

    It is not defined if one of the two is not defined, and it is 0 if one of the two is 0. Arguments and
    errors are those of the two.

    >>> first_error_f1([2, 0, -1], [2, 1, -1]).value
    0.6666666666666666
    """
    return _harmonic(
        first_error_accuracy(predicted, labels, unanswered=unanswered),
        no_error_accuracy(predicted, labels, unanswered=unanswered),
    )


def _steps(said_wrong: Values, is_wrong: Values) -> tuple[Floats, Floats]:
    same_length(said_wrong=said_wrong, is_wrong=is_wrong)
    return outcomes("said_wrong", said_wrong), outcomes("is_wrong", is_wrong)


def _indices(predicted: Values, labels: Values, unanswered: str) -> tuple[Floats, Floats]:
    """Return 1 for each right index, 0 for a wrong one and NaN for a missing one; and the labels."""
    check_convention("way to count what was not answered", unanswered, ("missing", "wrong"))
    same_length(predicted=predicted, labels=labels)
    guess, label = _whole("predicted", predicted), _whole("labels", labels)
    found = np.where(missing(guess) & (unanswered == "missing"), np.nan, guess == label)
    return np.asarray(found, dtype=np.float64), label


def _whole(name: str, values: Values) -> Floats:
    numbers = column(name, values)
    odd: NDArray[np.bool_] = ~missing(numbers) & ((numbers < -1) | (numbers != np.floor(numbers)))
    if odd.any():
        raise UsageError(f"The values of {name} must be whole numbers from -1 up, not {numbers[odd][0]:g}.")
    return numbers


def _harmonic(one: Figure, other: Figure) -> Figure:
    n, of = one.n + other.n, one.of + other.of
    if one.value is None or other.value is None:
        return Figure(None, n, of)
    total = one.value + other.value
    return Figure(2 * one.value * other.value / total if total else 0.0, n, of)
