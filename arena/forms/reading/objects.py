"""Finding the one JSON object in a text, including in the ways that models write JSON.

The reader accepts objects in a fenced block, behind prose, with a trailing comma, in single or curly quotes,
with a raw line break in a string, with Python's True, False and None, and the same object twice. An object
that is cut off or broken is never repaired. It makes the text unusable, so that no object inside it is read
instead. A field must not be given twice, and a number must not be beyond JSON's range.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from arena.forms.reading._quoting import own_words
from arena.forms.reading._thoughts import said

LONGEST_REPLY = 60_000
"""The number of characters of a reply that are read, without its thoughts.

A reply that is only JSON may be longer.
"""
_MOST_TOKENS = 10_000


class NotOneObject(Exception):
    """A text holds no JSON object, or `several`, or one that gives a field twice."""

    def __init__(self, reason: str, *, several: bool = False) -> None:
        super().__init__(reason)
        self.several = several


def one_object(text: str) -> dict[str, Any]:
    """Return the one JSON object in `text`, outside what is quoted with ``>``.

    Raises:
        NotOneObject: if there is none, or more than one, or a field is given twice.
    """
    written = said(text)
    if (alone := _whole(written)) is not None:
        return alone
    if len(written) > LONGEST_REPLY:
        raise NotOneObject(f"it is longer than {LONGEST_REPLY:,} characters")
    own = own_words(written.replace("\r\n", "\n"))
    parts = [own.text, *(block for _, _, block in own.blocks)]
    found = [one for part in parts for one in objects(part) if not _is_schema(one)]
    different = [one for place, one in enumerate(found) if one not in found[:place]]
    if len(different) > 1:
        raise NotOneObject("it holds more than one JSON object", several=True)
    if not different:
        raise NotOneObject("it is not a JSON object")
    return different[0]


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in `text`, from left to right.

    Raises:
        NotOneObject: if an object is broken, cut off, in a list, or gives a field twice.
    """
    at = 0
    while begins := _BEGINS.search(text, at):
        if text[: begins.start()].rstrip(" \t\n`").endswith("["):
            raise NotOneObject("it is not a JSON object but a list")
        found, at = _read_at(text, begins.start())
        yield found


def _whole(text: str) -> dict[str, Any] | None:
    """Return the object if the whole text is strictly valid JSON of an object."""
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}")):
        return None
    try:
        found, end = _DECODER.raw_decode(stripped)
    except (ValueError, RecursionError):
        return None
    return found if end == len(stripped) else None


def _read_at(text: str, at: int) -> tuple[dict[str, Any], int]:
    """Return the object that begins at a place, and the place where it ends."""
    try:
        found, end = _DECODER.raw_decode(text, at)
    except RecursionError:
        raise NotOneObject("it is nested too deeply") from None
    except ValueError:
        source, end = _mended(text, at)
        try:
            found = _DECODER.decode(source)
        except (ValueError, RecursionError):
            raise NotOneObject("it is not a JSON object: it is broken or cut off") from None
    return found, end


_BEGINS = re.compile(r"""\{\s*(?:["'“”„«‘]|[A-Za-z_]\w{0,60}\s*:|\})""")
_TOKEN = re.compile(
    r"""(?P<straight>"(?:[^"\\]|\\.)*")|(?P<curly>[“„”](?:[^“”\\]|\\.)*[”“"])|(?P<single>'(?:[^'\\]|\\.|(?<=\w)'(?=\w))*')"""
    r"""|(?P<other>[‘](?:[^’\\]|\\.|(?<=\w)’(?=\w))*’)|(?P<comma>,(?=\s*[}\]]))|(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<name>[A-Za-z_]\w*)(?P<key>\s*:)?|(?P<brace>[{}\[\]])|(?P<space>\s+)|(?P<rest>[-+.,:\w]+)|(?P<strange>.)""",
    re.DOTALL,
)
_CONSTANTS = {
    "True": "true",
    "False": "false",
    "None": "null",
    "true": "true",
    "false": "false",
    "null": "null",
}


def _mended(text: str, at: int) -> tuple[str, int]:
    """Return strict JSON for the complete object that begins at a place, and the place where it ends."""
    parts: list[str] = []
    depth = 0
    for count, token in enumerate(_TOKEN.finditer(text, at)):
        kind, written = token.lastgroup, token[0]
        if count > _MOST_TOKENS or kind == "strange":
            break
        if kind == "brace":
            depth += 1 if written in "{[" else -1
            parts.append(written)
            if depth == 0:
                return "".join(parts), token.end()
        elif kind in ("curly", "single", "other"):
            parts.append(_requoted(written))
        elif kind == "key":
            parts.append(f"{json.dumps(token['name'])}:")
        elif kind == "name":
            parts.append(_CONSTANTS.get(written, written))
        elif kind not in ("comma", "comment"):
            parts.append(written)
    raise NotOneObject("it is not a JSON object: it is broken or cut off")


def _requoted(written: str) -> str:
    """Return a string in other quotes as a JSON string."""
    inner = re.sub(r"\\(['‘’“”])", r"\1", written[1:-1])
    return '"' + re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', inner) + '"'


def _is_schema(found: dict[str, Any]) -> bool:
    """Return whether an object is a JSON schema. Models often repeat the schema before they follow it."""
    return found.get("type") == "object" and isinstance(found.get("properties"), dict)


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
    strict=False, object_pairs_hook=_without_duplicates, parse_constant=_refuse, parse_float=_finite
)
