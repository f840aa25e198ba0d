"""Tables as text, such as CSV: rows of cells, with commas, semicolons or tabs between them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from arena.core.errors import UsageError
from arena.core.jsonl import LONGEST_LINE, BadLine
from arena.core.text import one_line

_SEPARATORS = (",", ";", "\t")


def table_rows(
    name: str, lines: Iterator[str], *, tabs: bool = False
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield each row of a table after the line (from 1) on which it begins. The first line names the columns.

    An empty cell is None.

    Args:
        name: what errors call the table, such as its file.
        lines: its lines, line ends included.
        tabs: whether tabs separate cells. Otherwise commas do, or semicolons or tabs if the first line has no
            comma.

    Raises:
        UsageError: if a row does not fit the header, or the text is no table.
    """
    for at, row in rows_or_why(name, lines, tabs=tabs):
        if isinstance(row, BadLine):
            raise UsageError(f"{name}, line {at}: {row}.")
        yield at, row


def rows_or_why(
    name: str, lines: Iterator[str], *, tabs: bool = False
) -> Iterator[tuple[int, dict[str, str | None] | BadLine]]:
    """Yield what `table_rows` yields, and in the place of a row that does not fit the header why it does not.

    Raises:
        UsageError: if the text is no table.
    """
    first = next(lines, "")
    separator = "\t" if tabs else next((one for one in _SEPARATORS if one in first), ",")
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        yield from _rows(name, csv.reader(_again(first, lines), delimiter=separator, strict=True))
    finally:
        csv.field_size_limit(before)


def _rows(name: str, cells: Any) -> Iterator[tuple[int, dict[str, str | None] | BadLine]]:
    header: list[str] = []
    at = 1
    try:
        for row in cells:
            if row and not header:
                header = _header(name, row)
            elif row:
                yield at, _fitted(header, row)
            at = cells.line_num + 1
    except csv.Error as error:
        raise UsageError(
            f"{name}, line {at}: it is no CSV ({error}). Put text that contains a separator or a line break "
            "in quotes, and write a quote in it twice."
        ) from None


def _fitted(header: Sequence[str], row: Sequence[str]) -> dict[str, str | None] | BadLine:
    if len(row) != len(header):
        return BadLine(
            f"it has {len(row)} cells, and the header has {len(header)}. "
            'Put text that contains a separator or a quote in quotes, such as "1,000"'
        )
    return {column: cell or None for column, cell in zip(header, row, strict=True)}


def _header(name: str, columns: list[str]) -> list[str]:
    named = [column.strip() for column in columns]
    if double := next((column for column in named if named.count(column) > 1), None):
        raise UsageError(f"{name}: two columns are called {one_line(double)!r}; rename one of them.")
    return named


def _again(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest
