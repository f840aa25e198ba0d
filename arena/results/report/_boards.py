"""The parts of a page that show a board: its standings, its pictures, and who did how well against whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arena.ratings import Interval, Standing
from arena.results._boards import Board
from arena.results.figures import Axis, Line
from arena.results.figures.plots import IntervalPlot, interval_plots
from arena.results.metrics import Figure
from arena.results.report import _pictures as pictures
from arena.results.report._parts import (
    UNKNOWN,
    Cell,
    Charts,
    DrawnInterval,
    Heading,
    Look,
    Note,
    PagePart,
    PageTable,
    Shown,
)

_MATRIX = 24
"""How many agents a table of head to head has, at most. Of more, it has those with the highest ratings."""
_AVERAGE = 1500


def league_parts(name: str, boards: Sequence[Board]) -> Iterator[PagePart]:
    """Yield the pictures of a league's ratings, by game, and then its boards.

    Args:
        name: the name of the run.
        boards: the boards.
    """
    if drawn := [pictures.draw(plot) for board in boards for plot in _plots(name, board)]:
        yield Charts(drawn)
    for board in boards:
        yield Heading(f"Standings in {board.played}")
        yield from board_parts(board)
        yield from head_to_head_parts(board)


def _plots(name: str, board: Board) -> Iterator[IntervalPlot]:
    axis = Axis("rating", _AVERAGE, share=False)
    lines = [
        Line(
            f"Ratings in {board.played}, {name}",
            one.player,
            "",
            "matches",
            Figure(one.rating, one.matches, one.matches + one.no_result, Interval(one.low, one.high)),
            axis,
        )
        for one in board.standings
        if one.low is not None and one.high is not None
    ]
    yield from interval_plots(lines)


def board_parts(board: Board) -> Iterator[PagePart]:
    """Yield the table of standings, in which the intervals are drawn, and notes on them."""
    ends = [end for one in board.standings for end in (one.low, one.high) if end is not None]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    heads = (
        *("agent", "#", "rating", f"{low:.0f} to {high:.0f}", "95 % interval", "won-tied-lost"),
        *("mean score", "matches", "coverage"),
    )
    yield PageTable(heads, [_row(one, low, high) for one in board.standings], numbers=1, fixed=True)
    for warning in board.warnings:
        yield Note(f"Note: {warning}")
    yield Note("Coverage is the share of an agent's matches that have a result. Only those are rated.")


def _row(one: Standing, low: float, high: float) -> list[Shown]:
    counts = [f"{one.wins:,}-{one.ties:,}-{one.losses:,}"]
    mean = UNKNOWN if one.mean_score is None else f"{one.mean_score:+.3f}"
    last: list[Shown] = [*counts, mean, f"{one.matches:,}", f"{one.coverage:.0%}"]
    if one.rating is None or one.low is None or one.high is None:
        return [one.player, "-", UNKNOWN, "", UNKNOWN, *last]
    between = f"{one.low:.0f} to {one.high:.0f}"
    wide = (high - low) or 1.0
    at = [100 * (value - low) / wide for value in (one.low, one.rating, one.high)]
    start, middle, end = (min(100.0, max(0.0, place)) for place in at)
    drawn = DrawnInterval(start, middle, end, f"{one.rating:.0f}, {between}")
    return [Cell([one.player], Look.TOTAL), str(one.rank), f"{one.rating:.0f}", drawn, between, *last]


def head_to_head_parts(board: Board) -> Iterator[PagePart]:
    """Yield the table of how often the agent of each row beat, tied with and lost to that of each column."""
    players = [one.player for one in board.standings if one.rank is not None]
    shown = players[:_MATRIX]
    cells: dict[tuple[str, str], str] = {}
    for pair in board.head_to_head:
        cells[pair.player, pair.other] = f"{pair.wins}-{pair.ties}-{pair.losses}"
        cells[pair.other, pair.player] = f"{pair.losses}-{pair.ties}-{pair.wins}"
    rows: list[list[Shown]] = [
        [Cell([row], Look.TOTAL), *(cells.get((row, column), "") for column in shown)] for row in shown
    ]
    yield PageTable(("", *shown), rows, numbers=1, fixed=True)
    more = f" The {len(shown)} of {len(players)} agents with the highest ratings are here."
    yield Note(
        "Won-tied-lost of the agent on the left against the one above. A match of several agents counts for "
        f"each pair.{more if len(players) > len(shown) else ''}"
    )
