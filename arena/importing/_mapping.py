"""Mapping files: where a foreign format has what an imported episode needs; plain TOML, of which none is run.

A mapping has the fields of an imported episode (see `arena.importing._record`). The value of each says where
to find it:

- a text is a path: names and places (from 0) with dots between them, such as ``"sides.0.model"``;
- ``{ is = ... }`` is the value itself;
- ``{ path = "winner", as = { prop = "for it" } }`` translates what is there;
- ``{ path = "bet", of = 100 }`` divides what is there, which is a number out of so many;
- ``{ path = "bet", optional = true }`` may be found nowhere at all.

``speeches``, ``beliefs`` and ``verdicts`` are lists of tables. One with ``each``, the path of a list, stands
for as many as that list has entries, whose paths begin at the entry, or with ``$.`` at the episode. What is
not found in some episodes is left out there; a path that is found nowhere is taken for a mistake, unless it
is optional. ``episodes`` is the path of the list of episodes in a file that is one JSON document
(``"$"`` if the document itself is the list, or one episode); without it, every line is one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.files import read_text
from arena.core.jsonl import BadLine
from arena.core.text import printable

_LARGEST = 2**20
_LARGEST_NUMBER = 1e300
_MISSING = object()


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Literal(_Spec):
    """A value that is given in the mapping itself."""

    value: str | int | float | bool | list[str] = Field(alias="is")


class Lookup(_Spec):
    """What is at a path, translated or divided; one that is not `optional` is found somewhere."""

    path: str
    translated: dict[str, str | int | float | bool] | None = Field(None, alias="as")
    of: float | None = Field(None, gt=0)
    optional: bool = False


Place = str | Literal | Lookup
Places = dict[str, Place]


class Mapped(_Spec):
    """Where an episode's parts are; None where every line is an imported episode as it stands."""

    task: Places
    seats: Places
    episodes: str | None = None
    condition: Place | None = None
    simultaneous: Place | None = None
    defends: Places = Field(default_factory=dict)
    speeches: list[Places] = Field(default_factory=list)
    beliefs: list[Places] = Field(default_factory=list)
    verdicts: list[Places] = Field(default_factory=list)

    def episodes_in(self, document: Any) -> Sequence[Any]:
        """Return the episodes of a file that is one JSON document.

        Raises:
            BadLine: if they are not there.
        """
        found = document if self.episodes == "$" else at(document, self.episodes or "")
        if isinstance(found, list):
            return found
        if isinstance(found, dict):
            return [found]
        raise BadLine(f"there are no episodes at {self.episodes}")

    def episode(self, foreign: Any, sought: Sought | None = None) -> dict[str, Any]:
        """Return what an imported episode is made of, from an episode of the foreign format.

        Args:
            foreign: the episode.
            sought: counts at which paths something was found.

        Raises:
            BadLine: if something is there that cannot be mapped.
        """
        finder = _Finder(foreign, sought or Sought())
        whole: dict[str, Any] = {
            name: finder.filled(getattr(self, name), foreign, name) for name in ("task", "seats", "defends")
        }
        for name in ("condition", "simultaneous"):
            place = getattr(self, name)
            if place is not None:
                whole |= finder.filled({name: place}, foreign)
        for name in ("speeches", "beliefs", "verdicts"):
            whole[name] = [
                part
                for number, places in enumerate(getattr(self, name))
                for part in finder.parts(places, f"{name}.{number}")
            ]
        return whole


class Sought:
    """How often something was looked for at each path of a mapping, and found."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str, bool], list[int]] = {}

    def add(self, where: str, lookup: Lookup, found: bool) -> None:
        """Count one look for the part of the mapping that is at `where`."""
        times = self._times.setdefault((where, lookup.path, lookup.optional), [0, 0])
        times[0] += 1
        times[1] += found

    def check(self) -> None:
        """Refuse a path at which nothing was ever found.

        Raises:
            UsageError: if there is one that is not optional.
        """
        for (where, path, optional), (_, found) in self._times.items():
            if not found and not optional:
                raise UsageError(
                    f"In no episode is anything at the path {printable(path)!r}, for "
                    f"{printable(where)}; mend it, or write "
                    f"{{ path = {printable(path)!r}, optional = true }}."
                )

    def gaps(self) -> list[str]:
        """Return a sentence for each path at which something was found at times, and not at others."""
        return [
            f"Nothing was at the path {printable(path)!r}, for {printable(where)}, {looked - found:,} of "
            f"{looked:,} times; what it stands for is left out there."
            for (where, path, optional), (looked, found) in self._times.items()
            if 0 < found < looked and not optional
        ]


def read_mapping(file: Path) -> Mapped:
    """Return the mapping of a TOML file.

    Raises:
        UsageError: if it cannot be read or is no mapping.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise UsageError(f"The mapping {file} is larger than {_LARGEST:,} bytes.")
        return Mapped.model_validate(tomllib.loads(read_text(file)))
    except OSError as error:
        raise UsageError(f"The mapping {file} cannot be read: {error.strerror}.") from error
    except ValidationError as invalid:
        raise UsageError(f"The mapping {file} is not right: {printable(first_problem(invalid))}.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The mapping {file} is no TOML: {printable(str(error))}.") from None


def at(value: Any, path: str) -> Any:
    """Return what is at a path below `value`, or a value of its own kind where nothing is.

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
    """Finds the parts of one foreign episode."""

    def __init__(self, foreign: Any, sought: Sought) -> None:
        self._foreign = foreign
        self._sought = sought

    def parts(self, places: Places, where: str) -> Iterator[dict[str, Any]]:
        """Yield the part, or those for each entry of a list, that are there."""
        each = places.get("each")
        if each is None:
            part = self.filled(places, self._foreign, where)
            # A part that is somewhere fixed is not there in every episode.
            if any(name in part for name, place in places.items() if not isinstance(place, Literal)):
                yield part
            return
        if isinstance(each, Literal):
            raise BadLine("each is the path of a list")
        entries = self._at(_lookup(each), self._foreign, f"{where}.each")
        if entries is _MISSING or entries is None:
            return
        if not isinstance(entries, list):
            raise BadLine(f"what is at {_lookup(each).path} is no list")
        for entry in entries:
            yield self.filled({name: place for name, place in places.items() if name != "each"}, entry, where)

    def filled(self, places: Places, entry: Any, where: str = "") -> dict[str, Any]:
        """Return what is found of some places, by their names."""
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
        value = at(self._foreign, path[2:]) if path.startswith("$.") else at(entry, path)
        self._sought.add(where, lookup, value is not _MISSING)
        return value


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
            raise BadLine(f"{name}: {text[:80]!r} at {path} is none of {known}")
        return lookup.translated[text]
    if lookup.of is not None:
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST_NUMBER:
            raise BadLine(f"{name}: {str(value)[:80]!r} at {path} is no number")
        return float(value) / lookup.of
    return value
