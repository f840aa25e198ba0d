"""What becomes of a value that a mapping has found: it is cut, translated, scaled, and given its type."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import Any

from pydantic_core import to_json

from arena.core.jsonl import BadLine
from arena.core.text import printable
from arena.importing._paths import MISSING, words
from arena.importing._places import Literal, Lookup, TextTemplate

_NUMBER = re.compile(r"[$€£]?([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?) ?(%?)")
_LARGEST_NUMBER = 1e300
_SHOWN = 80
_BETWEEN = "\n"
_HOLE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


def read(name: str, lookup: Lookup, value: Any) -> Any:
    """Return what a field gets of the value that was found for it, or `MISSING` if it gets nothing.

    Raises:
        BadLine: if the value has no translation, or is not a number where one is needed.
    """
    value = _cut(lookup, value)
    if any(word in words(value) for one in lookup.none for word in words(one)):
        value = None
    if value is not MISSING:
        value = _translated(name, lookup, value)
    if value is not MISSING and value is not None and (lookup.of or lookup.scale):
        value = _scaled(name, lookup, value)
    if lookup.default is not None and (value is MISSING or value is None):
        return lookup.default
    return value


def filled_in(template: TextTemplate, look: Callable[[str], Any]) -> Any:
    """Return a template with its values, or `MISSING` if one is missing. `look` returns that at a path."""
    found: list[Any] = []

    def of_hole(hole: re.Match[str]) -> str:
        if hole[1] is None:
            return hole[0][0]
        value = look(hole[1])
        found.append(value)
        return "" if value is MISSING or value is None else as_text(value)

    text = _HOLE.sub(of_hole, template.text)
    return MISSING if any(value is MISSING or value is None for value in found) else text


def as_text(value: Any) -> str:
    """Return a value as a text: a whole number without a fraction, and lists and tables as JSON.

    >>> as_text(12.0), as_text(0.5), as_text(True)
    ('12', '0.5', 'true')
    """
    return words(value)[-1]


def as_number(value: Any, *, is_share: bool = True) -> Any:
    """Return the number that a text says, or the value if it says none.

    >>> as_number("85%"), as_number("$1,200"), as_number("85 %", is_share=False), as_number("many")
    (0.85, 1200, 85, 'many')
    """
    known = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    if known is None or not any(map(str.isdigit, known[1])):
        return value
    number = float(known[1].replace(",", ""))
    if known[2] and is_share:
        return number / 100
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _cut(lookup: Lookup, value: Any) -> Any:
    if value is MISSING or value is None:
        return value
    if lookup.split is not None:
        value = [part.strip() for part in value.split(lookup.split)] if isinstance(value, str) else MISSING
    if lookup.place is not None:
        is_there = isinstance(value, list) and -len(value) <= lookup.place < len(value)
        value = value[lookup.place] if is_there else MISSING
    for separator, side in ((lookup.before, 0), (lookup.after, 2)):
        if separator is not None:
            value = _of_each(value, partial(_side, separator=separator, side=side))
    if lookup.part is not None:
        value = _part(value, lookup.part)
    if lookup.join is not None and isinstance(value, list):
        value = lookup.join.join(as_text(one) for one in value if one is not None)
    return value


def _of_each(value: Any, change: Callable[[str], Any]) -> Any:
    """Return a text changed, or a list with those of its texts that could be changed."""
    if isinstance(value, str):
        return change(value)
    if not isinstance(value, list):
        return MISSING
    changed = (change(one) for one in value if isinstance(one, str))
    return [one for one in changed if one is not MISSING]


def _side(text: str, separator: str, side: int) -> Any:
    parts = text.partition(separator)
    return parts[side].strip() if parts[1] else MISSING


def _part(content: Any, kind: str) -> Any:
    """Return the texts of a message's parts of one type, which are in the field of that name or in `text`."""
    if isinstance(content, str):
        return content if kind == "text" else MISSING
    if not isinstance(content, list):
        return MISSING
    texts = [
        one.get(kind, one.get("text")) for one in content if isinstance(one, dict) and one.get("type") == kind
    ]
    known = [text for text in texts if isinstance(text, str)]
    return _BETWEEN.join(known) if known else MISSING


def _translated(name: str, lookup: Lookup, value: Any) -> Any:
    known = lookup.translated
    if known is None or (value is None and "null" not in known):
        return value
    for word in words(value):
        if word in known:
            return known[word]
    if isinstance(lookup.others, Literal):
        return value if value is None else lookup.others.value
    if lookup.others is not None:
        is_kept = lookup.others == "keep" or (lookup.others == "numbers" and _is_number(as_number(value)))
        return value if is_kept else None
    listed = ", ".join(map(repr, known))
    said = value if isinstance(value, str) else to_json(value).decode()
    raise BadLine(f"{name}: {said[:_SHOWN]!r} at {lookup.path} is not one of {printable(listed)}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scaled(name: str, lookup: Lookup, value: Any) -> float:
    number = as_number(value, is_share=False)
    if not _is_number(number) or abs(number) > _LARGEST_NUMBER:
        raise BadLine(f"{name}: {str(value)[:_SHOWN]!r} at {lookup.path} is not a number")
    if lookup.of is not None:
        return float(number) / lookup.of
    low, high = lookup.scale or (0, 1)
    found = (float(number) - low) / (high - low)
    if not isfinite(found):
        raise BadLine(f"{name}: {str(value)[:_SHOWN]!r} at {lookup.path} is not a number on the scale")
    return found
