"""Looking up the parts of one episode in the data of others, as a mapping says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine
from arena.core.text import printable
from arena.importing._paths import (
    AROUND,
    DOCUMENT,
    EPISODE,
    MISSING,
    Entry,
    entries,
    holding,
    seen_from,
    spread,
)
from arena.importing._places import Literal, Lookup, Moves, PartTable, Place, TextTemplate
from arena.importing._values import as_number, as_text, filled_in, read

_NUMBERS = frozenset(
    ("round", "probability", "confidence", "value", "sample", "offer", "price", "low", "high")
)
_SEATS = frozenset(("audience", "offenders"))
"""The fields that list seats, of which other formats name a single one as a text."""
_AS_THEY_ARE = frozenset(
    (
        "open",
        "simultaneous",
        "announced",
        "public",
        "tie",
        "reply",
        "kept",
        "agreed",
        "stands_for",
        "arguments",
        "schema",
    )
)


class Sought:
    """Counts how often each path of a mapping was looked up, and how often it was found."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str, bool, bool], list[int]] = {}

    def add(self, where: str, lookup: Lookup, found: bool) -> None:
        """Count one look-up for the part of the mapping that `where` names."""
        key = where, lookup.path, lookup.optional, lookup.default is not None
        times = self._times.setdefault(key, [0, 0])
        times[0] += 1
        times[1] += found

    def check(self) -> None:
        """Check that every path was found at least once.

        Raises:
            UsageError: if a path that is not optional was never found.
        """
        for (where, path, optional, _), (_, found) in self._times.items():
            if not found and not optional:
                raise UsageError(
                    f"No episode has anything at the path {printable(path)!r}, for "
                    f"{printable(where)}; correct it, or write "
                    f"{{ path = {printable(path)!r}, optional = true }}."
                )

    def gaps(self) -> list[str]:
        """Return a sentence for each path that was found in some episodes and missing in others."""
        return [
            f"Nothing was at the path {printable(path)!r}, for {printable(where)}, {looked - found:,} of "
            f"{looked:,} times; the field is left out there."
            for (where, path, optional, has_default), (looked, found) in self._times.items()
            if 0 < found < looked and not optional and not has_default
        ]


class PartFinder:
    """Finds the parts of one episode in the other format.

    Args:
        foreign: the episode in the other format.
        document: the document that holds it, without the list of its episodes.
        sought: counts how often each path is found.
    """

    def __init__(self, foreign: Any, document: Any, sought: Sought) -> None:
        self._foreign = foreign
        self._document = document
        self._sought = sought
        self.whole = Entry(foreign)

    def is_wanted(self, table: PartTable, entry: Entry) -> bool:
        """Return whether all conditions in `when` hold for an entry, and none in `unless`."""

        def look(path: str) -> Any:
            return seen_from(entry, self._foreign, self._document, path)

        return all(holding(table.when, look)) and not any(holding(table.unless, look))

    def parts(self, table: PartTable, where: str, entry: Entry | None = None) -> Iterator[dict[str, Any]]:
        """Yield the part, or one part for each entry of the list or table at `each`."""
        entry = entry or self.whole
        if table.each is None:
            if not self.is_wanted(table, entry):
                return
            part = self.filled(table.fields, where, entry)
            # A part at a fixed path may be missing in some episodes.
            sought = [name for name, place in table.fields.items() if not isinstance(place, Literal)]
            if not sought or any(name in part for name in sought):
                yield part
            return
        for one in self._entries(_lookup(table.each), entry, f"{where}.each"):
            if self.is_wanted(table, one):
                yield self.filled(table.fields, where, one)

    def moves(self, moves: Moves) -> list[Any]:
        """Return the moves of a game."""
        found = self._at(Lookup(path=moves.each), self.whole, "moves.each")
        if not isinstance(found, list):
            raise BadLine(f"the value at {moves.each} is not a list")
        own = [Entry(one) for one in found[moves.skip :]]
        if moves.move is None:
            return [one.value for one in own]
        if isinstance(moves.move, str):
            return [self._move(moves.move, one) for one in own]
        return [[self._move(path, one) for path in moves.move] for one in own]

    def _move(self, path: str, entry: Entry) -> Any:
        """Return the value of a move. None is no move."""
        found = self._at(Lookup(path=path), entry, "moves.move")
        return None if found is MISSING else found

    def by_seat(self, tables: PartTable | list[PartTable], where: str, field: str) -> dict[str, Any]:
        """Return what a table says of each seat, or what each part says of its `seat` in this `field`.

        Texts of one seat become one, with an empty line between them.
        """
        if isinstance(tables, PartTable):
            if not self.is_wanted(tables, self.whole):
                return {}
            return self.filled(tables.fields, where, self.whole, are_numbers=where == "returns")
        found: dict[str, Any] = {}
        for number, table in enumerate(tables):
            for part in self.parts(table, f"{where}.{number}"):
                seat, value = part.get("seat"), part.get(field, MISSING)
                if seat is None or value is MISSING:
                    continue
                if not isinstance(seat, str):
                    raise BadLine(f"{where}.{number}.seat: it must be text, not {str(seat)[:80]!r}")
                both = isinstance(value, str) and isinstance(found.get(seat), str)
                found[seat] = f"{found[seat]}\n\n{value}" if both and where == "briefs" else value
        return found

    def filled(
        self,
        fields: Mapping[str, Place | PartTable],
        where: str,
        entry: Entry,
        *,
        are_numbers: bool = False,
    ) -> dict[str, Any]:
        """Return the values found for some fields, by their names.

        Texts that say numbers become numbers where a number is needed, and numbers texts where a text is.
        """
        found = {}
        for name, place in fields.items():
            at_field = f"{where}.{name}".strip(".")
            if isinstance(place, PartTable):
                found[name] = self._inner(place, at_field, entry)
                continue
            value = self._value(name, place, at_field, entry)
            if value is not MISSING:
                is_number = are_numbers or name in _NUMBERS
                found[name] = as_number(value) if is_number else _typed(name, value)
        return found

    def _inner(self, table: PartTable, where: str, entry: Entry) -> Any:
        """Return what a table within a part makes: a list of parts, or a table of numbers."""
        if table.each is not None:
            return list(self.parts(table, where, entry))
        if not self.is_wanted(table, entry):
            return {}
        inner = {name: one for name, one in table.fields.items() if isinstance(one, PartTable)}
        plain = {name: one for name, one in table.fields.items() if name not in inner}
        found = self.filled(plain, where, entry, are_numbers=True)
        return found | {name: self._inner(one, f"{where}.{name}", entry) for name, one in inner.items()}

    def _value(self, name: str, place: Place, where: str, entry: Entry) -> Any:
        if isinstance(place, Literal):
            return place.value
        if isinstance(place, TextTemplate):

            def look(path: str) -> Any:
                return self._at(Lookup(path=path, optional=place.optional), entry, where)

            return filled_in(place, look)
        lookup = _lookup(place)
        return read(name, lookup, self._at(lookup, entry, where))

    def _at(self, lookup: Lookup, entry: Entry, where: str) -> Any:
        value = seen_from(entry, self._foreign, self._document, lookup.path)
        self._sought.add(where, lookup, value is not MISSING)
        return value

    def _entries(self, lookup: Lookup, entry: Entry, where: str) -> Iterator[Entry]:
        """Yield the entries at a path, which may be those of a text that is split."""
        value = self._at(lookup, entry, where)
        if value is MISSING or value is None:
            return
        is_plain = lookup == Lookup(path=lookup.path, optional=lookup.optional)
        if is_plain and "*" in lookup.path.split("."):
            yield from entries(*self._start(lookup.path, entry), entry, only_lists=not lookup.optional)
            return
        value = value if is_plain else read("each", lookup, value)
        if value is MISSING or value is None:
            return
        if isinstance(value, list | Mapping):
            yield from spread(value, entry)
        elif not lookup.optional:
            raise BadLine(f"the value at {printable(lookup.path)} is not a list")

    def _start(self, path: str, entry: Entry) -> tuple[Any, str]:
        """Return where a path begins, and the rest of it."""
        around = entry.around.value if entry.around is not None else None
        for beginning, begun in ((DOCUMENT, self._document), (EPISODE, self._foreign), (AROUND, around)):
            if path.startswith(beginning):
                return begun, path[len(beginning) :]
        return entry.value, path


def _lookup(place: str | Lookup) -> Lookup:
    return Lookup(path=place) if isinstance(place, str) else place


def _typed(name: str, value: Any) -> Any:
    """Return a value for a field that holds a text, or a list of texts: numbers become texts."""
    if name in _AS_THEY_ARE or value is None:
        return value
    if name in _SEATS and isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [as_text(one) if _is_plain(one) else one for one in value]
    return as_text(value) if _is_plain(value) else value


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float)


def known_paths(tables: Collection[Any]) -> Iterator[str]:
    """Yield the paths that some places and tables have."""
    for one in tables:
        if isinstance(one, str):
            yield one
        elif isinstance(one, Lookup):
            yield one.path
        elif isinstance(one, TextTemplate):
            yield from (part.partition("}")[0] for part in one.text.split("{")[1:])
        elif isinstance(one, PartTable):
            yield from (*one.when, *one.unless)
            yield from known_paths([one.each, *one.fields.values()])
        elif isinstance(one, list):
            yield from known_paths(one)
