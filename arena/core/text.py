"""Making text that others wrote safe to store and to show."""

from __future__ import annotations

import unicodedata

_KEPT = {"\n", "\t"}
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}

LONGEST_SHOWN = 2_000
"""The largest number of characters of other people's text on one line."""


def storable(text: str) -> str:
    r"""Return `text` with surrogate halves joined, or replaced where the other half is missing.

    A cut-off token or ``json.loads`` may leave such halves. Files and databases do not accept them.

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

    Line breaks stay. For text that must stay on one line, as in an error, use `one_line`.

    >>> printable("\x1b[2Jgone\u202e")
    '\\x1b[2Jgone\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(character if character in _KEPT else _escaped(character) for character in text)


def one_line(text: str, most: int = LONGEST_SHOWN) -> str:
    r"""Return `text` as `printable` does, on one line. If it is longer than `most`, its middle is left out.

    >>> one_line("good\narena: all is well\x1b[0m")
    'good\\narena: all is well\\x1b[0m'
    """
    if len(text) > most:
        half = most // 2
        text = f"{text[:half]} ... ({len(text) - 2 * half:,} characters left out) ... {text[-half:]}"
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")
