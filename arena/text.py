"""Making text that others wrote fit to be stored and shown."""

from __future__ import annotations

import unicodedata

_KEPT = {"\n", "\t"}
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def storable(text: str) -> str:
    r"""Return `text` with the halves of characters joined, or replaced where the other half is missing.

    A cut-off token or ``json.loads`` may leave such halves, and no file or database takes them.

    >>> storable("\ud83d\ude00 \ud83d")
    '😀 \ufffd'
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def printable(text: str) -> str:
    r"""Return `text` with control, format and other invisible characters written as escapes.

    >>> printable("\x1b[2Jgone\u202e")
    '\\x1b[2Jgone\\u202e'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")
