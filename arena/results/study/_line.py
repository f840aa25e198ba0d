"""A line of a report: a figure of one group, with what it rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from arena.results.metrics.figure import Figure
from arena.results.study._intervals import SignTest


@dataclass(frozen=True, slots=True)
class Axis:
    """Along what a figure of several groups is drawn.

    At `level` there is a rule to compare with. A `share` is from 0 to 1. A single group is drawn `alone` if
    the rule says enough, as 1/2 does of a share of points.
    """

    label: str
    level: float
    share: bool = True
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of one group of rows, such as a condition.

    `convention` says what exactly was computed and of what, `unit` what `n` and `of` count. A figure that is
    to be drawn has an `axis`, and one that stands in a grid too, the `columns` in which it does. `test` is of
    whether the value is 0, `no_interval` says why there is no interval, and `how` what is approximated in it.
    """

    name: str
    group: str
    convention: str
    unit: str
    figure: Figure
    axis: Axis | None = None
    columns: Sequence[str] = ()
    test: SignTest | None = None
    no_interval: str = ""
    how: str = ""

    def record(self) -> dict[str, Any]:
        """Return the line as JSON-able values; a value that is infinite is given as text."""
        figure = self.figure
        value = figure.value
        return {
            "name": self.name,
            "group": self.group,
            "convention": self.convention,
            "value": str(value) if value is not None and math.isinf(value) else value,
            "low": figure.interval.low if figure.interval else None,
            "high": figure.interval.high if figure.interval else None,
            "n": figure.n,
            "of": figure.of,
            "unit": self.unit,
            "coverage": figure.coverage,
            **({} if self.test is None else {"p": self.test.p, "test": self.test.how}),
            **({"no_interval": self.no_interval} if self.no_interval else {}),
            **({"how": self.how} if self.how else {}),
        }
