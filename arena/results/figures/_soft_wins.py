"""How often each side wins by the judges' probabilities, with the standard error of that mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from arena.judging import TIE
from arena.results.figures._accuracy import named
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure
from arena.results.study import Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "A soft win is the probability that a judge gives to a side, if the judge reported probabilities. "
    "Otherwise it is 1 for the side that was chosen, 0 for the others and half for each side of a tie."
)
NO_INTERVAL = "it is itself a measure of uncertainty"


def soft_win_rate(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Mean probability that a side wins, in single verdicts; the choice where none was reported."""
    for name, group, rows in named(verdicts):
        for condition, own in rows.grouped("condition"):
            for seat, (places, won) in _won(own, study).items():
                what, stand = f"{condition}: {group}{name}: {seat}", own.where(places)
                yield study.line("Soft win rate", what, won, stand)
                yield Line(
                    "Soft win rate, standard error",
                    what,
                    "standard error of the mean, from how the sums of whole tasks differ (linearised)",
                    "verdicts",
                    standard_error(won, stand.task.codes),
                    no_interval=NO_INTERVAL,
                )


def standard_error(values: Floats, tasks: NDArray[np.int32]) -> Figure:
    """Return the standard error of the mean of some values, of which those of one task are dependent.

    It is the linearised variance of a ratio of sums of clusters (Cochran 1977, "Sampling techniques"). It has
    no value if fewer than two tasks have values.

    Args:
        values: (rows,), NaN where missing.
        tasks: (rows,), the task of each value.
    """
    there = ~np.isnan(values)
    sizes = np.bincount(tasks[there])
    found = np.flatnonzero(sizes)
    count, of = int(there.sum()), len(values)
    if len(found) < 2:
        return Figure(None, count, of)
    sums, counts = np.bincount(tasks[there], weights=values[there])[found], sizes[found]
    # In a fixed order, so that the order of the episodes does not change the last bit.
    squares = np.sort((sums - sums.sum() / count * counts) ** 2)
    return Figure(sqrt(float(squares.sum()) * len(found) / (len(found) - 1)) / count, count, of)


def _won(rows: Annotations, study: Study) -> dict[str, tuple[NDArray[np.intp], Floats]]:
    """Return the places of the rows that belong to each side, by its seat, and what it won in each.

    A row without sides, such as one that was not reached, belongs to every side and lowers the coverage.
    """
    choices, told = rows.text, {}
    found: dict[str, list[tuple[int, float]]] = {}
    without = []
    for row, (code, episode) in enumerate(zip(rows.more.codes.tolist(), rows.episode.tolist(), strict=True)):
        if code not in told:
            told[code] = among(rows.more[row])
        sides, probabilities = told[code]
        if len(sides) < 2:
            without.append((row, np.nan))
            continue
        choice = choices[row] if choices.codes[row] >= 0 else None
        for seat, share in _shares(sides, study.sides[episode], choice, probabilities).items():
            found.setdefault(seat, []).append((row, share))
    won = {}
    for seat in sorted(found):
        places, shares = zip(*sorted((*found[seat], *without)), strict=True)
        won[seat] = np.array(places, dtype=np.intp), np.array(shares, dtype=np.float64)
    return won


def among(more: str) -> tuple[list[str], Mapping[str, float]]:
    """Return the seats that a verdict was among, in the order shown, and the probabilities of its options.

    There are no seats if an option was not one of different seats of the same episode.

    Args:
        more: the column `more` of the verdict.
    """
    told = from_json(more) if more else {}
    options = told.get("among", ())
    seats = [place[0] for episode, place in options if episode is None and place[0]]
    alike = len(seats) < len(options) or len(set(seats)) < len(seats)
    return ([] if alike else seats), told.get("probabilities") or {}


def _shares(
    sides: list[str],
    defended: Mapping[str, str],
    choice: str | None,
    probabilities: Mapping[str, float],
) -> dict[str, float]:
    """Return the share of the win that each side has, by its seat; NaN if nothing was decided.

    An option is called by the seat, by its place among the sides, or by the answer that the seat defends.
    """
    found: dict[str, float] = {}
    for place, seat in enumerate(sides):
        names = {seat, str(place), defended.get(seat, seat)}
        if probabilities:
            known = [chance for option, chance in probabilities.items() if option in names]
            found[seat] = sum(known) + probabilities.get(TIE, 0.0) / len(sides)
        elif choice is None:
            found[seat] = np.nan
        else:
            found[seat] = 1 / len(sides) if choice == TIE else float(choice in names)
    return found


SOFT_WINS = FigureEntry(title="Soft wins", function=soft_win_rate, columns=("text", "more"), about=ABOUT)
