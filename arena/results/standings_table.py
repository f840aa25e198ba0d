"""Standings in a terminal: a line for each player, with the intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from arena.core.console import out, plain
from arena.ratings import HeadToHead, Standing
from arena.results._boards import Board

MOST_PAIRS = 6
"""How many pairs of players have a line each, at most. More pairs, as of 5 players, are a table."""
_LONGEST_NAME, _FEWEST, _BETWEEN = 28, 3, 2
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
        if len(board.head_to_head) > MOST_PAIRS:
            out.print(head_to_head_table(board, out.width))
        else:
            for line in head_to_head_lines(board.head_to_head):
                out.print(line)
        for warning in board.warnings:
            out.print(f"Note: {warning}", markup=False)


def head_to_head_lines(pairs: Sequence[HeadToHead]) -> Iterator[Text]:
    """Yield a line about each pair of players that met."""
    for pair in pairs:
        yield plain(f"{pair.player} - {pair.other}: {pair.wins}-{pair.ties}-{pair.losses}")


def head_to_head_table(board: Board, width: int) -> Table:
    """Return who did how well against whom: won-tied-lost of each row's player against each column's.

    Args:
        board: the standings and the pairs. Columns have the numbers of the rows.
        width: the number of characters of a line. Of more players than fit, the first are shown.
    """
    cells = {}
    for pair in board.head_to_head:
        cells[pair.player, pair.other] = f"{pair.wins}-{pair.ties}-{pair.losses}"
        cells[pair.other, pair.player] = f"{pair.losses}-{pair.ties}-{pair.wins}"
    met = {player for pair in cells for player in pair}
    players = [one.player for one in board.standings if one.player in met]
    named = min(_LONGEST_NAME, max(map(len, players)))
    each = max(map(len, cells.values())) + _BETWEEN
    shown = players[: max(_FEWEST, (width - named - len(str(len(players))) - 2 * _BETWEEN) // each)]
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("", no_wrap=True, justify="right")
    table.add_column("won-tied-lost against", no_wrap=True)
    for place in range(1, len(shown) + 1):
        table.add_column(str(place), no_wrap=True, justify="center")
    for place, player in enumerate(shown, 1):
        own = (cells.get((player, other), "") for other in shown)
        table.add_row(str(place), plain(_short(player)), *own)
    if (more := len(players) - len(shown)) > 0:
        table.caption = f"{more:,} more players do not fit; the report and --json have them."
        table.caption_justify = "left"
    return table


def _short(name: str) -> str:
    """Return a name without its middle if it is long, because names often differ at their ends."""
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else f"{name[: half - 1]}…{name[-half:]}"
