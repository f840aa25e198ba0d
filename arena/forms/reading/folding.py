"""Folding characters that look or mean the same, so that they compare equal. Scripts are never mixed.

Width, compatibility forms and composition are folded as in Unicode's NFKC (Unicode Standard Annex #15).
Superscripts, subscripts and fractions are not folded, because "10²" is not 102.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_KEPT = re.compile(r"([²³¹⁰-ₜ¼-¾⅐-⅟↉ªº™℠\ufdfa\ufdfb]+)")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_ALIKE = str.maketrans(
    "‘’‚‛′ʼ＇“”„‟″«»「」『』《》‐‑‒–—―−﹘﹣－∶꞉⁄∕٪٫٬\u1680\u00a0İ",
    "'" * 7 + '"' * 13 + "-" * 10 + "::" + "//" + "%.," + "  " + "I",
)
_DIGIT = re.compile(r"(?![0-9])\d")


def lines_of(text: str) -> str:
    """Return the text with every kind of line break replaced by a line feed."""
    return "\n".join(text.splitlines())


def normalised(text: str) -> str:
    """Return the text with equivalent characters replaced by one of them. The case stays.

    >>> normalised("Ａｎｓｗｅｒ： “Ｂ” – ８５％")
    'Answer: "B" - 85%'
    """
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text.translate(_ALIKE))
    parts = _KEPT.split(text)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return _DIGIT.sub(_as_digit, "".join(parts))


@lru_cache(maxsize=4096)
def compared(text: str) -> str:
    """Return the text folded, in one case, and evenly spaced.

    Texts that mean the same give the same result.
    """
    return " ".join(normalised(text).casefold().split())


def _as_digit(found: re.Match[str]) -> str:
    digit = unicodedata.decimal(found[0], None)
    return found[0] if digit is None else str(digit)
