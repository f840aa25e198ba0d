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
ENTRY, NAME, NAME_AROUND, FROM_END = ".", "@", "@@", "-@"
"""The paths of the entry, its name or place, that of the entry around it, and its place from the end."""
_ALL = "*"
_PLACE = re.compile(r"-?\d{1,8}", re.ASCII)


class Entry(NamedTuple):
    """An entry of a list or table: its value, its name or place there, and the entry around it.

    `from_end` is its place counted from the last entry, which has the place -1.
    """

    value: Any
    name: str = ""
    around: Entry | None = None
    from_end: str = ""


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


def spread(value: Any, around: Entry) -> Iterator[Entry]:
    """Yield the entries of a list or table."""
    for place, (name, inner) in enumerate(children(value), -len(value)):
        yield Entry(inner, name, around, str(place))


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
    if path == FROM_END:
        return entry.from_end or MISSING
    if path.startswith(AROUND):
        return at(entry.around.value, path[len(AROUND) :]) if entry.around is not None else MISSING
    return at(entry.value, path)


def entries(value: Any, path: str, around: Entry, *, only_lists: bool = True) -> Iterator[Entry]:
    """Yield the entries of the list or table at a path; ``*`` in it goes through those of another.

    Raises:
        BadLine: if there is something else at the path, and there may be `only_lists`.
    """
    for found, beside in _at_the_path(value, path.split("."), around):
        if isinstance(found, list | Mapping):
            yield from spread(found, beside)
        elif only_lists and found is not None:
            raise BadLine(f"the value at {printable(path)} is not a list")


def _at_the_path(value: Any, steps: list[str], around: Entry) -> Iterator[tuple[Any, Entry]]:
    """Yield each value at a path, after the entry around it."""
    for number, step in enumerate(steps):
        if step == _ALL and isinstance(value, list | Mapping) and _ALL not in value:
            for one in spread(value, around):
                yield from _at_the_path(one.value, steps[number + 1 :], one)
            return
        value = _child(value, step)
        if value is MISSING:
            return
    yield value, around


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


def holding(conditions: Conditions, look: Any) -> Iterator[bool]:
    """Yield whether each condition holds. `look` returns the value at a path."""
    for path, wanted in conditions.items():
        known: list[Scalar] = wanted if isinstance(wanted, list) else [wanted]
        allowed = {word for one in known for word in words(one)}
        yield bool(allowed & set(words(look(path))))
