"""Finding the one JSON object that a text holds, also where it is written as models write JSON.

Read are objects in a fenced block, behind prose, with a trailing comma, in single or curly quotes, with a raw
line break in a string, with Python's True, False and None, and the same object twice. An object that is cut
off, or broken, is never mended: it makes the text unusable, so that no object within it is taken for it. No
field may be given twice and no number be beyond JSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from arena.forms.reading.quoting import own_words
from arena.forms.reading.thoughts import said

LONGEST = 60_000
"""How many characters of a reply are read, its thoughts apart. JSON alone may be longer."""
_MOST_TOKENS = 10_000


class NotOneObject(Exception):
    """A text holds no JSON object, or `several`, or one that says something twice."""

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
    if len(written) > LONGEST:
        raise NotOneObject(f"it is longer than {LONGEST:,} characters")
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
        NotOneObject: if one is broken, cut off, in a list, or gives a field twice.
    """
    at = 0
    while begins := _BEGINS.search(text, at):
        if text[: begins.start()].rstrip(" \t\n`").endswith("["):
            raise NotOneObject("it is not a JSON object but a list")
        found, at = _read_at(text, begins.start())
        yield found


def _whole(text: str) -> dict[str, Any] | None:
    """Return the object that a text is, if it is strictly JSON and nothing else."""
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}")):
        return None
    try:
        found, end = _DECODER.raw_decode(stripped)
    except (ValueError, RecursionError):
        return None
    return found if end == len(stripped) else None


def _read_at(text: str, at: int) -> tuple[dict[str, Any], int]:
    """Return the object that begins at a place, and where it ends."""
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
    """Return strict JSON for the object that begins at a place and is complete, and where it ends."""
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
    """Return a string in other quotes as JSON has it."""
    inner = re.sub(r"\\(['‘’“”])", r"\1", written[1:-1])
    return '"' + re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', inner) + '"'


def _is_schema(found: dict[str, Any]) -> bool:
    """Return whether an object is a JSON schema, which models repeat before they follow it."""
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
