"""Paths into the data of others, and the entries of a list or table at a path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic_core import to_json

from arena.core.jsonl import BadLine
from arena.core.text import printable
from arena.importing._places import Conditions, Scalar

MISSING: Any = object()
"""What stands for a value that is not there."""
DOCUMENT, EPISODE, AROUND = "$$.", "$.", "^."
"""The beginnings of paths that do not begin at the entry."""
ENTRY, NAME, NAME_AROUND = ".", "@", "@@"
"""The paths of the entry itself, its name or place, and that of the entry around it."""
_ALL = "*"
_PLACE = re.compile(r"-?\d{1,8}", re.ASCII)


class Entry(NamedTuple):
    """An entry of a list or table: its value, its name or place there, and the entry around it."""

    value: Any
    name: str = ""
    around: Entry | None = None


def at(value: Any, path: str) -> Any:
    """Return the value at a path below `value`, or the marker `MISSING` if there is none.

    ``*`` is every entry of a list or table. What is found below them is a list.

    >>> at({"sides": [{"model": "x"}, {"model": "y"}]}, "sides.-1.model")
    'y'
    >>> at({"sides": [{"model": "x"}, {"model": "y"}]}, "sides.*.model")
    ['x', 'y']
    """
    return _below(value, path.split("."))


def _below(value: Any, steps: list[str]) -> Any:
    for number, step in enumerate(steps):
        if step == _ALL and isinstance(value, list | Mapping) and _ALL not in value:
            found = (_below(inner, steps[number + 1 :]) for _, inner in children(value))
            return [one for one in found if one is not MISSING]
        value = _child(value, step)
        if value is MISSING:
            break
    return value


def _child(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step, MISSING)
    if isinstance(value, list) and _PLACE.fullmatch(step):
        return value[int(step)] if -len(value) <= int(step) < len(value) else MISSING
    return MISSING


def children(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the entries of a list or table, each after its place or name."""
    if isinstance(value, Mapping):
        yield from ((str(name), inner) for name, inner in value.items())
    else:
        yield from ((str(place), inner) for place, inner in enumerate(value))


def seen_from(entry: Entry, episode: Any, document: Any, path: str) -> Any:
    """Return the value at a path that may begin elsewhere than at the entry."""
    if path.startswith(DOCUMENT):
        return at(document, path[len(DOCUMENT) :])
    if path.startswith(EPISODE):
        return at(episode, path[len(EPISODE) :])
    if path == ENTRY:
        return entry.value
    if path in (NAME, NAME_AROUND):
        named = entry if path == NAME else entry.around
        return named.name if named is not None and named.name else MISSING
    if path.startswith(AROUND):
        return at(entry.around.value, path[len(AROUND) :]) if entry.around is not None else MISSING
    return at(entry.value, path)


def entries(value: Any, path: str, around: Entry) -> Iterator[Entry]:
    """Yield the entries of the list or table at a path; ``*`` in it goes through those of another.

    Raises:
        BadLine: if there is something else at the path.
    """
    yield from _spread(value, path.split("."), path, around)


def _spread(value: Any, steps: list[str], path: str, around: Entry) -> Iterator[Entry]:
    for number, step in enumerate(steps):
        if step == _ALL and isinstance(value, list | Mapping) and _ALL not in value:
            for name, inner in children(value):
                yield from _spread(inner, steps[number + 1 :], path, Entry(inner, name, around))
            return
        value = _child(value, step)
        if value is MISSING:
            return
    if value is None:
        return
    if not isinstance(value, list | Mapping):
        raise BadLine(f"the value at {printable(path)} is not a list")
    for name, inner in children(value):
        yield Entry(inner, name, around)


def words(value: Any) -> tuple[str, ...]:
    """Return the texts that a mapping may have for a value: itself, or its JSON; ``null`` for nothing.

    >>> words("pro"), words(1.0), words(None)
    (('pro',), ('1.0', '1'), ('null',))
    """
    if value is MISSING or value is None:
        return ("null",)
    if isinstance(value, str):
        return (value,)
    text = to_json(value).decode()
    return (text, str(int(value))) if isinstance(value, float) and value.is_integer() else (text,)


def holds(conditions: Conditions, look: Any) -> bool | None:
    """Return whether all conditions hold; None if there are none. `look` returns the value at a path."""
    if not conditions:
        return None
    for path, wanted in conditions.items():
        known: list[Scalar] = wanted if isinstance(wanted, list) else [wanted]
        allowed = {word for one in known for word in words(one)}
        if not allowed & set(words(look(path))):
            return False
    return True
