"""Standings in a terminal: a line for each player, with the intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from arena.core.console import out, plain
from arena.ratings import HeadToHead, Standing
from arena.results._boards import Board

MOST_PAIRS = 30
"""How many pairs of players a command prints. All are in the leaderboard and in JSON."""
_HEADS = ("#", "player", "rating [95 %]", "won-tied-lost", "mean score [95 %]", "matches")


def standings_table(table: Sequence[Standing]) -> Table:
    """Return the table of standings. It has a column of matches without a result if there are any."""
    spoilt = any(one.no_result for one in table)
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for head in (*_HEADS, *(["no result"] if spoilt else [])):
        shown.add_column(head, no_wrap=head != "player", overflow="fold")
    for one in table:
        shown.add_row(
            str(one.rank or "-"),
            plain(one.player),
            _between(one.rating, one.low, one.high, ".0f"),
            f"{one.wins}-{one.ties}-{one.losses}",
            _between(one.mean_score, one.mean_low, one.mean_high, ".3f"),
            f"{one.matches:,}",
            *([f"{one.no_result:,}"] if spoilt else []),
        )
    return shown


def _between(value: float | None, low: float | None, high: float | None, form: str) -> str:
    if value is None:
        return "not rated"
    return f"{value:{form}}" + ("" if low is None or high is None else f" [{low:{form}}, {high:{form}}]")


def show_boards(boards: Sequence[Board], *, named: bool = True) -> None:
    """Print boards: the standings, who did how well against whom, and what a reader should know.

    Args:
        boards: the boards.
        named: whether each says what was played.
    """
    for board in boards:
        if named:
            out.print(plain(f"In {board.played}:"))
        out.print(standings_table(board.standings))
        for line in head_to_head_lines(board.head_to_head):
            out.print(line)
        for warning in board.warnings:
            out.print(f"Note: {warning}", markup=False)


def head_to_head_lines(pairs: Sequence[HeadToHead]) -> Iterator[Text]:
    """Yield a line about each pair of players that met, and one about those that are left out."""
    for pair in pairs[:MOST_PAIRS]:
        yield plain(f"{pair.player} - {pair.other}: {pair.wins}-{pair.ties}-{pair.losses}")
    if (more := len(pairs) - MOST_PAIRS) > 0:
        yield plain(f"... and {more:,} more pairs.")
