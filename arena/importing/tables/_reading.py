"""Reading a table of results: each row, or the rows of each match, become results that can be rated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine, explained
from arena.importing.tables._columns import MOST_AT_TABLE, checked, guessed, shape_of
from arena.importing.tables._rows import shown_name, table_rows
from arena.importing.tables._values import count_of, ended, is_nothing, name_of, number_of, places_won
from arena.ratings import Result

MOST_RESULTS = 1_000_000
"""The largest number of results in a table, counted ones included."""
SAID = 20
"""How many bad rows a sentence names."""
_PLACES = ("1", "2")
"""How a winner is named by its place."""
_FIRST = 1000
"""The number of rows that are read to find the names of the columns."""


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The results of a table, and how they were read.

    Attributes:
        results: the results, in the order of the table.
        columns: the column of each part that was read.
        rows: how many rows the table has.
        bad: a sentence for each row that cannot be read.
    """

    results: Sequence[Result]
    columns: Mapping[str, str]
    rows: int
    bad: Sequence[str] = ()


def read_results(
    file: Path | str, columns: Mapping[str, str] | None = None, *, skip_bad: bool = False
) -> ResultTable:
    """Return the results of a table in CSV, TSV, JSON Lines, JSON or PGN, packed by gzip or not.

    A row is a match of two players with its result, winner, scores, places, or counts of wins, ties and
    losses; a match of several players with scores or places; or one player's score or place in a match. A
    result is ``1-0``, ``1/2-1/2``, the winner's name, a word such as ``win``, ``tie`` or ``model_b``, or the
    first player's score: 1, 0.5 or 0. A match whose cell is empty or ``*`` has no result. Where the table has
    no scores, a win is 1, a tie 0.5 and a loss 0, and with places it is the share of the others behind.

    Args:
        file: the file; ``-`` is standard input.
        columns: the column of each part, where its name does not give it away, such as ``{"player_1":
            "White"}``.
        skip_bad: leave out rows that cannot be read.

    Raises:
        UsageError: if the file cannot be read, does not say who met whom, has bad rows, or has more than a
            million results.
    """
    rows = _bounded(file)
    called = shown_name(file)
    first = list(islice(rows, _FIRST))
    names = list(dict.fromkeys(name for _, row in first if not isinstance(row, BadLine) for name in row))
    if not names:
        raise UsageError(f"{called} holds no results.")
    typed = checked(called, names, columns or {})
    free = [name for name in names if name not in typed.values()]
    shape, parts = shape_of(called, names, {**guessed(free), **typed})
    made = _Made(called, shape, parts)
    read = 0
    for number, row in chain(first, rows):
        made.take(number, row)
        read += 1
    made.finish()
    bad = made.bad
    if bad and not skip_bad:
        more = len(bad) - SAID
        rest = [f"{more:,} more rows are bad."] if more > 0 else []
        hint = "Mend them, or leave them out with --skip-bad (skip_bad=True)."
        raise UsageError(" ".join([*(f"{called}, {said}" for said in bad[:SAID]), *rest, hint]))
    if not made.results:
        raise UsageError(f"{called} holds no results.")
    return ResultTable(made.results, parts, read, bad)


def _bounded(file: Path | str) -> Iterator[tuple[int, Mapping[str, Any] | BadLine]]:
    for place, row in enumerate(table_rows(file)):
        if place == MOST_RESULTS:
            raise UsageError(f"{shown_name(file)} has more than {MOST_RESULTS:,} rows; split it.")
        yield row


class _Made:
    """The results made so far, and the rows that cannot be read."""

    def __init__(self, called: str, shape: str, parts: Mapping[str, str]) -> None:
        self.results: list[Result] = []
        self._bad: list[tuple[int, str]] = []
        self._called, self._shape, self._parts = called, shape, parts
        self._pending: list[tuple[int, tuple[str, ...], Any]] = []
        self._signed = False
        self._matches: dict[str, list[tuple[str, Any]]] = {}
        self._spoilt: set[str] = set()

    @property
    def bad(self) -> list[str]:
        """A sentence for each bad row, in the order of the rows, and then for each bad match."""
        return [sentence for _, sentence in sorted(self._bad, key=itemgetter(0))]

    def take(self, number: int, row: Mapping[str, Any] | BadLine) -> None:
        """Read a row."""
        try:
            if isinstance(row, BadLine):
                raise row
            self._read(number, row)
        except BadLine as error:
            self._bad.append((number, f"line {number}: {explained(error)}."))

    def finish(self) -> None:
        """Make the results for which all rows had to be read."""
        for number, players, value in self._pending:
            try:
                self._add(Result(players, ended(value, players, signed=self._signed)))
            except BadLine as error:
                self._bad.append((number, f"line {number}: {explained(error)}."))
        for match, own in self._matches.items():
            if match in self._spoilt:
                continue
            if not 2 <= len(own) <= MOST_AT_TABLE:
                few = "only one player" if len(own) == 1 else f"more than {MOST_AT_TABLE} players"
                self._bad.append((MOST_RESULTS, f"match {match}: it has {few}."))
                continue
            self._several(
                [name for name, _ in own], [value for _, value in own], self._shape.endswith("place")
            )

    def _read(self, number: int, row: Mapping[str, Any]) -> None:
        cells = {part: row.get(column) for part, column in self._parts.items()}
        if self._shape.startswith("long"):
            self._of_match(cells)
        elif self._shape.startswith("list"):
            self._lists(cells)
        elif self._shape == "beaten":
            names = name_of(cells["winner"], "winner"), name_of(cells["loser"], "loser")
            self._add(Result(names, (1.0, 0.0)))
        else:
            players = tuple(name_of(cells[part], part) for part in self._parts if part.startswith("player_"))
            self._met(number, players, cells)

    def _met(self, number: int, players: tuple[str, ...], cells: Mapping[str, Any]) -> None:
        """Read a row with a column for each player."""
        if self._shape in ("result", "winner"):
            value = cells[self._shape]
            if self._shape == "winner" and str(value).strip() in _PLACES:
                value = players[int(str(value)) - 1]
            self._signed = self._signed or str(value).strip() in ("-1", "-1.0")
            self._pending.append((number, players, value))
        elif self._shape == "counts":
            wins, ties, losses = (count_of(cells.get(part, 0), part) for part in ("wins", "ties", "losses"))
            for scores, count in (((1.0, 0.0), wins), ((0.5, 0.5), ties), ((0.0, 1.0), losses)):
                self._add(Result(players, scores), count)
        else:
            part = self._shape.removesuffix("s")
            values = [cells[f"{part}_{place}"] for place in range(1, len(players) + 1)]
            self._several(players, values, part == "place")

    def _of_match(self, cells: Mapping[str, Any]) -> None:
        """Read one player's row of a match."""
        match = str(cells["match"])
        if is_nothing(cells["match"]):
            raise BadLine("the match is missing")
        part = self._shape.removeprefix("long-")
        try:
            name = name_of(cells["player"], "player")
            value = cells[part]
            if not is_nothing(value):
                number_of(value, part)
        except BadLine:
            self._spoilt.add(match)
            raise
        self._matches.setdefault(match, []).append((name, value))

    def _lists(self, cells: Mapping[str, Any]) -> None:
        part = self._shape.removeprefix("list-")
        names, values = cells["players"], cells[part]
        if not isinstance(names, list) or not 2 <= len(names) <= MOST_AT_TABLE:
            raise BadLine(f"the players are not a list of 2 to {MOST_AT_TABLE} names")
        if values is not None and (not isinstance(values, list) or len(values) != len(names)):
            raise BadLine(f"the {part} are not a list with one for each player")
        names = [name_of(name, "player") for name in names]
        self._several(names, values or [None] * len(names), part == "places")

    def _several(self, players: Sequence[str], values: Sequence[Any], places: bool) -> None:
        if any(map(is_nothing, values)):
            self._add(Result(tuple(players), None))
            return
        scores = [number_of(value, "place" if places else "score") for value in values]
        self._add(Result(tuple(players), places_won(scores) if places else tuple(scores)))

    def _add(self, result: Result, count: int = 1) -> None:
        if len(self.results) + count > MOST_RESULTS:
            raise UsageError(f"{self._called} has more than {MOST_RESULTS:,} results; split it.")
        self.results += [result] * count
