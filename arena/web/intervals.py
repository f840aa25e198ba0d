"""Intervals that are drawn, on pages and in reports."""

from __future__ import annotations

from typing import NamedTuple


class DrawnInterval(NamedTuple):
    """An interval that is drawn: its ends and its value, from 0 to 100.

    The ends are None if there is no interval. A dashed line stands at `level`, if that is given. `label` says
    it in words; without it, they stand beside it.
    """

    low: float | None
    value: float
    high: float | None
    level: float | None = None
    label: str = ""


def drawn_interval(
    value: float,
    ends: tuple[float, float] | None,
    scale: tuple[float, float],
    level: float | None = None,
    label: str = "",
) -> DrawnInterval:
    """Return a value and the ends of its interval, drawn on a scale. What lies outside stands at its end.

    >>> drawn_interval(1, (0, 1.5), (-1, 1), 0)
    DrawnInterval(low=50.0, value=100.0, high=100.0, level=50.0, label='')
    """
    least, most = scale
    wide = (most - least) or 1.0

    def at(number: float) -> float:
        return round(min(100.0, max(0.0, 100 * (number - least) / wide)), 1)

    low, high = (at(ends[0]), at(ends[1])) if ends else (None, None)
    shown = None if level is None or not least <= level <= most else at(level)
    return DrawnInterval(low, at(value), high, shown, label)
