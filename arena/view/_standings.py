"""The standings of a run as they form: ratings in tournaments, mean returns elsewhere, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from arena.ratings import Standing, places
from arena.results import AgentLine, Summary

_MOST = 30


class ShownInterval(NamedTuple):
    """An interval drawn on a scale: its ends and its value, from 0 to 100, and where zero lies, or None."""

    low: float
    value: float
    high: float
    zero: float | None = None


class StandingLine(NamedTuple):
    """One agent's line: its place as a range, its value with the interval, and of how many how many count."""

    agent: str
    place: str
    value: str
    interval: ShownInterval | None
    n: str


class ShownStandings(NamedTuple):
    """A table of standings: what is measured, the ends of the scale, the lines, and notes."""

    title: str
    measured: str
    scale: str
    lines: Sequence[StandingLine]
    notes: Sequence[str]

    @property
    def is_drawn(self) -> bool:
        """Whether any line has an interval."""
        return any(line.interval for line in self.lines)


def standings_of(summary: Summary) -> list[ShownStandings]:
    """Return the tables of a run's standings: of each board, of a tournament, or the agents' mean returns."""
    if summary.boards:
        return [
            _rated(f"Standings in {board.played}", board.standings, board.warnings)
            for board in summary.boards
        ]
    if summary.standings:
        return [_rated("Standings so far", summary.standings, summary.warnings)]
    lines = [line for line in summary.agents if line.mean is not None]
    return [_means(lines)] if lines else []


def _rated(title: str, standings: Sequence[Standing], notes: Sequence[str]) -> ShownStandings:
    rows = standings[:_MOST]
    ends = [end for one in rows for end in (one.low, one.high) if end is not None]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    lines = []
    for one, place in zip(rows, places(standings), strict=False):
        n = f"{one.matches:,} of {one.matches + one.no_result:,}"
        if one.rating is None or one.low is None or one.high is None:
            lines.append(StandingLine(one.player, "-", "not rated", None, n))
            continue
        drawn = drawn_interval(one.low, one.rating, one.high, low, high)
        value = f"{one.rating:.0f} [{one.low:.0f}, {one.high:.0f}]"
        lines.append(StandingLine(one.player, place, value, drawn, n))
    more = len(standings) - len(rows)
    said = [*notes, *([f"{more:,} more agents; arena show lists them."] if more > 0 else [])]
    return ShownStandings(title, "rating [95%]", f"{low:.0f} to {high:.0f}", lines, said)


def _means(lines: Sequence[AgentLine]) -> ShownStandings:
    ends = [end for line in lines for end in (line.low, line.mean, line.high) if end is not None]
    low, high = min(*ends, 0.0), max(*ends, 0.0)
    shown = []
    for line in lines[:_MOST]:
        name = f"{line.condition}: {line.agent}" if line.condition else line.agent
        mean = line.mean or 0.0
        n = f"{line.episodes:,} of {line.episodes + line.no_result:,}"
        if line.low is None or line.high is None or low == high:
            shown.append(StandingLine(name, "", f"{mean:+.3f}", None, n))
            continue
        drawn = drawn_interval(line.low, mean, line.high, low, high)
        value = f"{mean:+.3f} [{line.low:+.3f}, {line.high:+.3f}]"
        shown.append(StandingLine(name, "", value, drawn, n))
    more = len(lines) - len(shown)
    notes = [f"{more:,} more agents; arena show lists them."] if more > 0 else []
    return ShownStandings(
        "Mean returns so far", "mean return [95%]", f"{low:+.2f} to {high:+.2f}", shown, notes
    )


def drawn_interval(low: float, value: float, high: float, least: float, most: float) -> ShownInterval:
    """Return an interval on the scale from `least` to `most`, drawn from 4 to 96 so that its dots are whole.

    >>> drawn_interval(-1, 0, 1, -1, 1)
    ShownInterval(low=4.0, value=50.0, high=96.0, zero=50.0)
    """
    wide = (most - least) or 1.0

    def at(number: float) -> float:
        return round(4 + 92 * min(1.0, max(0.0, (number - least) / wide)), 1)

    return ShownInterval(at(low), at(value), at(high), at(0.0) if least <= 0 <= most else None)
