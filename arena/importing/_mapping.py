"""Mapping files: plain TOML that says where another format has the fields of an imported episode.

A mapping has the fields of an imported episode (see `arena.importing._record`). The value of each field says
where to find it:

- a text is a path: names and places (counted from 0) with dots between them, such as ``"sides.0.model"``;
- ``{ is = ... }`` is the value itself;
- ``{ path = "winner", as = { prop = "for it" } }`` replaces the value found by its translation;
- ``{ path = "bet", of = 100 }`` divides the number found by ``of``;
- ``{ path = "bet", optional = true }`` may be missing in all episodes.

``speeches``, ``beliefs`` and ``verdicts`` are lists of tables. A table with ``each``, the path of a list,
makes one part for each entry of that list. Its paths begin at the entry, or at the episode if they start with
``$.``. A field that is missing in some episodes is left out there. A path that is missing in all episodes is
an error, unless it is optional, because it is probably misspelt.

A game that is replayed has ``game``, ``moves`` (see `Moves`), ``seats`` and perhaps ``returns`` instead of
the task and what is said (see `arena.importing._replaying`).

``episodes`` is the path of the list of episodes in a file that is a single JSON document. It is ``"$"`` if
the document itself is the list, or is one episode. Paths that start with ``$$.`` begin at the document then.
Without it, every line of the file is an episode.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import to_json

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.files import read_text
from arena.core.jsonl import BadLine
from arena.core.text import printable

_LARGEST = 2**20
_LARGEST_NUMBER = 1e300
_MISSING = object()
_BESIDE = "$$."


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Literal(_Spec):
    """A value that stands in the mapping itself."""

    value: str | int | float | bool | list[str] = Field(alias="is")


class Lookup(_Spec):
    """The value at a path, translated or divided. If it is not `optional`, some episode must have it."""

    path: str
    translated: dict[str, str | int | float | bool] | None = Field(None, alias="as")
    of: float | None = Field(None, gt=0)
    optional: bool = False


Place = str | Literal | Lookup
Places = dict[str, Place]


class Moves(_Spec):
    """Where the moves of a game are: a list at `each`, whose first `skip` entries are none.

    `move` is the path of an entry's move, or one path for each player. Without it, the entries are the moves.
    """

    each: str
    skip: int = Field(0, ge=0)
    move: str | list[str] | None = None


class Mapped(_Spec):
    """The places of an episode's fields. `episodes` is None if every line of a file is an episode."""

    task: Places = Field(default_factory=dict)
    seats: Places
    game: Place | None = None
    moves: Moves | None = None
    returns: Places = Field(default_factory=dict)
    episodes: str | None = None
    condition: Place | None = None
    simultaneous: Place | None = None
    defends: Places = Field(default_factory=dict)
    speeches: list[Places] = Field(default_factory=list)
    beliefs: list[Places] = Field(default_factory=list)
    verdicts: list[Places] = Field(default_factory=list)

    @cached_property
    def looks_beside(self) -> bool:
        """Whether a path leads to what a document holds besides its episodes."""
        return f'"{_BESIDE}' in self.model_dump_json()

    def episode(self, foreign: Any, sought: Sought | None = None, document: Any = None) -> dict[str, Any]:
        """Return the fields of an imported episode, from an episode in the other format.

        Args:
            foreign: the episode in the other format.
            sought: counts how often each path is found.
            document: what its document holds besides the episodes.

        Raises:
            BadLine: if a value cannot be mapped.
        """
        finder = _Finder(foreign, sought or Sought(), document)
        groups = ("seats", "returns") if self.moves else ("task", "seats", "defends")
        whole: dict[str, Any] = {name: finder.filled(getattr(self, name), foreign, name) for name in groups}
        for name in ("condition", "simultaneous", "game"):
            place = getattr(self, name)
            if place is not None:
                whole |= finder.filled({name: place}, foreign)
        if self.moves:
            return {**whole, "moves": finder.moves(self.moves)}
        for name in ("speeches", "beliefs", "verdicts"):
            whole[name] = [
                part
                for number, places in enumerate(getattr(self, name))
                for part in finder.parts(places, f"{name}.{number}")
            ]
        return whole

    @model_validator(mode="after")
    def _is_a_talk_or_a_game(self) -> Self:
        if (self.game is None) != (self.moves is None):
            raise ValueError("a game that is replayed needs both fields game and moves")
        if self.game is None and not self.task:
            raise ValueError("the field task is missing")
        if self.game and (self.task or self.speeches or self.beliefs or self.verdicts):
            raise ValueError("a game that is replayed has no task, speeches, beliefs or verdicts")
        return self


class Sought:
    """Counts how often each path of a mapping was looked up, and how often it was found."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str, bool], list[int]] = {}

    def add(self, where: str, lookup: Lookup, found: bool) -> None:
        """Count one look-up for the part of the mapping that `where` names."""
        times = self._times.setdefault((where, lookup.path, lookup.optional), [0, 0])
        times[0] += 1
        times[1] += found

    def check(self) -> None:
        """Check that every path was found at least once.

        Raises:
            UsageError: if a path that is not optional was never found.
        """
        for (where, path, optional), (_, found) in self._times.items():
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
            for (where, path, optional), (looked, found) in self._times.items()
            if 0 < found < looked and not optional
        ]


def read_mapping(file: Path) -> Mapped:
    """Return the mapping of a TOML file.

    Raises:
        UsageError: if it cannot be read or is not a mapping.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise UsageError(f"The mapping {file} is larger than {_LARGEST:,} bytes.")
        return Mapped.model_validate(tomllib.loads(read_text(file)))
    except OSError as error:
        raise UsageError(f"The mapping {file} cannot be read: {error.strerror}.") from error
    except ValidationError as invalid:
        raise UsageError(f"The mapping {file} is not valid: {printable(first_problem(invalid))}.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The mapping {file} is not TOML: {printable(str(error))}.") from None


def at(value: Any, path: str) -> Any:
    """Return the value at a path below `value`, or the marker `_MISSING` if there is none.

    >>> at({"sides": [{"model": "x"}]}, "sides.0.model")
    'x'
    """
    for step in path.split("."):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 9:
            value = value[int(step)] if int(step) < len(value) else _MISSING
        else:
            return _MISSING
    return value


class _Finder:
    """Finds the parts of one episode in the other format."""

    def __init__(self, foreign: Any, sought: Sought, document: Any = None) -> None:
        self._foreign, self._document = foreign, document
        self._sought = sought

    def parts(self, places: Places, where: str) -> Iterator[dict[str, Any]]:
        """Yield the part, or one part for each entry of the list at `each`."""
        each = places.get("each")
        if each is None:
            part = self.filled(places, self._foreign, where)
            # A part at a fixed path may be missing in some episodes.
            if any(name in part for name, place in places.items() if not isinstance(place, Literal)):
                yield part
            return
        if isinstance(each, Literal):
            raise BadLine("each must be the path of a list")
        entries = self._at(_lookup(each), self._foreign, f"{where}.each")
        if entries is _MISSING or entries is None:
            return
        if not isinstance(entries, list):
            raise BadLine(f"the value at {_lookup(each).path} is not a list")
        for entry in entries:
            yield self.filled({name: place for name, place in places.items() if name != "each"}, entry, where)

    def moves(self, moves: Moves) -> list[Any]:
        """Return the moves of a game."""
        entries = self._at(Lookup(path=moves.each), self._foreign, "moves.each")
        if not isinstance(entries, list):
            raise BadLine(f"the value at {moves.each} is not a list")
        entries = entries[moves.skip :]
        if moves.move is None:
            return entries
        if isinstance(moves.move, str):
            return [_move(self._at(Lookup(path=moves.move), entry, "moves.move")) for entry in entries]
        paths = [Lookup(path=path) for path in moves.move]
        return [[_move(self._at(path, entry, "moves.move")) for path in paths] for entry in entries]

    def filled(self, places: Places, entry: Any, where: str = "") -> dict[str, Any]:
        """Return the values found at some places, by their names."""
        found = {}
        for name, place in places.items():
            if isinstance(place, Literal):
                found[name] = place.value
                continue
            lookup = _lookup(place)
            value = self._at(lookup, entry, f"{where}.{name}".strip("."))
            if value is not _MISSING:
                found[name] = _read(name, lookup, value)
        return found

    def _at(self, lookup: Lookup, entry: Any, where: str) -> Any:
        path = lookup.path
        if path.startswith(_BESIDE):
            value = at(self._document, path.removeprefix(_BESIDE))
        else:
            value = at(self._foreign, path[2:]) if path.startswith("$.") else at(entry, path)
        self._sought.add(where, lookup, value is not _MISSING)
        return value


def _move(found: Any) -> Any:
    """Return the value of a move that was looked up. None is no move."""
    return None if found is _MISSING else found


def _lookup(place: str | Lookup) -> Lookup:
    return Lookup(path=place) if isinstance(place, str) else place


def _read(name: str, lookup: Lookup, value: Any) -> Any:
    if value is None:
        return None
    path = lookup.path
    if lookup.translated is not None:
        text = value if isinstance(value, str) else to_json(value).decode()
        if text not in lookup.translated:
            known = ", ".join(map(repr, lookup.translated))
            raise BadLine(f"{name}: {text[:80]!r} at {path} is not one of {known}")
        return lookup.translated[text]
    if lookup.of is not None:
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST_NUMBER:
            raise BadLine(f"{name}: {str(value)[:80]!r} at {path} is not a number")
        return float(value) / lookup.of
    return value
