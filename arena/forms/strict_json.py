"""Finding the one JSON object that a text holds, with no field twice and no number unknown to JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

_FAILED_STARTS = 20


class NotOneObject(Exception):
    """A text holds no JSON object, or `several`, or one that says something twice."""

    def __init__(self, reason: str, *, several: bool = False) -> None:
        super().__init__(reason)
        self.several = several


def only_object(text: str) -> str:
    """Return the source of the one JSON object in `text`.

    The object may stand alone, in a fenced block, or on lines of its own between others.

    Raises:
        NotOneObject: if there is none, or more than one, or a field is given twice.
    """
    objects = list(_objects(text))
    if len(objects) > 1:
        raise NotOneObject("it holds more than one JSON object", several=True)
    if not objects:
        raise NotOneObject("it is not a JSON object")
    return objects[0]


def one_object(text: str) -> dict[str, Any]:
    """Return the one JSON object in `text`. Raises as `only_object` does."""
    found: dict[str, Any] = json.loads(only_object(text))
    return found


def _objects(text: str) -> Iterator[str]:
    """Yield the JSON objects that begin a line of `text`, or follow right after another."""
    failed = 0
    position = _next_start(text, 0)
    while position is not None and failed < _FAILED_STARTS:
        try:
            _, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            failed += 1
            position = _next_start(text, position + 1)
        else:
            yield text[position:end]
            follows = len(text) - len(text[end:].lstrip())
            position = follows if text[follows : follows + 1] == "{" else _next_start(text, end)


def _next_start(text: str, position: int) -> int | None:
    """Return where the next line begins, white space aside, with an opening brace."""
    while (position := text.find("{", position)) >= 0:
        line = text.rfind("\n", 0, position) + 1
        if not text[line:position].strip():
            return position
        position = text.find("\n", position)
        if position < 0:
            return None
    return None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise NotOneObject(f"it gives the field {name[:60]!r} more than once", several=True)
        fields[name] = value
    return fields


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no {constant}")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number[:60]} is beyond all bounds")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates, parse_constant=_refuse, parse_float=_finite
)
