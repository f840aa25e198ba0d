"""The standings of a run as they form: ratings in tournaments, mean returns elsewhere, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from arena.ratings import Standing, places
from arena.results import AgentLine, Summary
from arena.web.intervals import DrawnInterval, drawn_interval

_MOST = 30


class StandingLine(NamedTuple):
    """One agent's line: its place as a range, its value with the interval, and of how many how many count."""

    agent: str
    place: str
    value: str
    interval: DrawnInterval | None
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
        drawn = drawn_interval(one.rating, (one.low, one.high), (low, high), 0.0)
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
        drawn = drawn_interval(mean, (line.low, line.high), (low, high), 0.0)
        value = f"{mean:+.3f} [{line.low:+.3f}, {line.high:+.3f}]"
        shown.append(StandingLine(name, "", value, drawn, n))
    more = len(lines) - len(shown)
    notes = [f"{more:,} more agents; arena show lists them."] if more > 0 else []
    return ShownStandings(
        "Mean returns so far", "mean return [95%]", f"{low:+.2f} to {high:+.2f}", shown, notes
    )
