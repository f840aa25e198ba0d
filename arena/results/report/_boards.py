"""The parts of a page that show a board: its standings, its pictures, and who did how well against whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arena.ratings import Standing, places
from arena.results._boards import Board
from arena.results.report._parts import (
    UNKNOWN,
    Heading,
    Name,
    Note,
    PagePart,
    PageTable,
    Shown,
    TableKind,
)
from arena.web.intervals import drawn_interval

_MATRIX = 24
"""How many agents a table of head to head has, at most. Of more, it has those with the highest ratings."""
_UPRIGHT = 6
"""Of how many agents at most the names above a table are not written upwards."""


def league_parts(boards: Sequence[Board]) -> Iterator[PagePart]:
    """Yield the boards of a league: that over all games, and that of each game."""
    for board in boards:
        yield Heading(f"Standings in {board.played}")
        yield from board_parts(board)
        yield from head_to_head_parts(board)


def board_parts(board: Board) -> Iterator[PagePart]:
    """Yield the table of standings, in which the intervals are drawn, and notes on them."""
    yield from standings_parts(board.standings)
    for warning in board.warnings:
        yield Note(f"Note: {warning}")


def standings_parts(standings: Sequence[Standing]) -> Iterator[PagePart]:
    """Yield the table of standings, in which the intervals are drawn, and what its columns mean."""
    ends = [end for one in standings for end in (one.low, one.high) if end is not None]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    heads = (
        *("agent", "place", "rating", f"{low:,.0f} to {high:,.0f}", "95 % interval", "won-tied-lost"),
        *("mean score", "matches", "coverage"),
    )
    rows = [_row(one, place, low, high) for one, place in zip(standings, places(standings), strict=True)]
    yield PageTable(heads, rows, 1, TableKind.SCROLLING)
    yield Note(
        "A place is a range where intervals overlap. Coverage is the share of an agent's matches that have a "
        "result. Only those are rated."
    )


def _row(one: Standing, place: str, low: float, high: float) -> list[Shown]:
    counts = [f"{one.wins:,}-{one.ties:,}-{one.losses:,}"]
    mean = UNKNOWN if one.mean_score is None else f"{one.mean_score:+.3f}"
    last: list[Shown] = [*counts, mean, f"{one.matches:,}", f"{one.coverage:.0%}"]
    if one.rating is None or one.low is None or one.high is None:
        return [Name(one.player), place, UNKNOWN, "", UNKNOWN, *last]
    between = f"{one.low:,.0f} to {one.high:,.0f}"
    said = f"{one.rating:,.0f}, {between}"
    drawn = drawn_interval(one.rating, (one.low, one.high), (low, high), label=said)
    return [Name(one.player), place, f"{one.rating:,.0f}", drawn, between, *last]


def head_to_head_parts(board: Board) -> Iterator[PagePart]:
    """Yield the table of how often the agent of each row beat, tied with and lost to that of each column."""
    players = [one.player for one in board.standings if one.rank is not None]
    shown = players[:_MATRIX]
    cells: dict[tuple[str, str], str] = {}
    for pair in board.head_to_head:
        cells[pair.player, pair.other] = f"{pair.wins}-{pair.ties}-{pair.losses}"
        cells[pair.other, pair.player] = f"{pair.losses}-{pair.ties}-{pair.wins}"
    rows: list[list[Shown]] = [
        [Name(row), *(cells.get((row, column), "") for column in shown)] for row in shown
    ]
    kind = TableKind.MATRIX if len(shown) > _UPRIGHT else TableKind.SCROLLING
    yield PageTable(("", *map(Name, shown)), rows, 1, kind)
    more = f" The {len(shown)} of {len(players)} agents with the highest ratings are here."
    yield Note(
        "Won-tied-lost of the agent on the left against the one above. A match of several agents counts for "
        f"each pair.{more if len(players) > len(shown) else ''}"
    )
