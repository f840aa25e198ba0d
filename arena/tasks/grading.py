"""When two answers are the same, and whether one is right: the graders, each by its name."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from arena.forms.reading import simpler

_NUMBER = re.compile(
    r"(?P<minus>[-−])?\+?\s?[$€£]?\s?(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,30}|[0-9]{0,100})"
    r"(?P<part>\.[0-9]{0,100})?\s?[$€£]?(?P<percent>%?)"
)


class AnswerMatch(StrEnum):
    """When two answers in free text are the same."""

    EXACT = "exact"
    """Their characters are."""
    CASEFOLD = "casefold"
    """Their words are, whatever their case, spacing, and the quotes, brackets or full stop around them."""
    NUMBER = "number"
    """Their numbers are, however they are written; what is not a number alone is no answer."""

    def key(self, answer: str) -> str | None:
        """Return what answers that are the same have in common; None if it is no answer.

        >>> AnswerMatch.NUMBER.key("$1,234.50") == AnswerMatch.NUMBER.key("**1234.5**")
        True
        """
        if self is AnswerMatch.EXACT:
            return answer
        spellings = list(simpler(answer))
        if self is AnswerMatch.CASEFOLD:
            return " ".join(spellings[-1].casefold().split()) if spellings else None
        return next(filter(None, map(_number, spellings)), None)


class Grader:
    """Says whether an answer is right, and holds no more of the truth than digests of it.

    The truth is text, a number, or True or False, which stand for the texts ``true`` and ``false``. Of any
    other truth, or none, it is not known what is right.

    >>> right = Grader(42)
    >>> number, exact = AnswerMatch.NUMBER, AnswerMatch.EXACT
    >>> right("$42.00", number), right("42.0", exact), right("many", number)
    (True, False, None)
    """

    __slots__ = ("_digests",)

    def __init__(self, truth: Any = None) -> None:
        text = str(truth).lower() if isinstance(truth, bool) else str(truth)
        known = AnswerMatch if isinstance(truth, str | int | float) else ()
        self._digests = {by: _digest(key) for by in known if (key := by.key(text)) is not None}

    def __call__(self, answer: str, by: AnswerMatch) -> bool | None:
        """Return whether `answer` is the same as the truth; None if either is no answer."""
        right, given = self._digests.get(by), by.key(answer)
        return None if right is None or given is None else _digest(given) == right


def _digest(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=16).digest()


def _number(text: str) -> str | None:
    found = _NUMBER.fullmatch(text)
    if found is None or not re.search("[0-9]", text):
        return None
    value = Fraction(f"{found['whole'].replace(',', '')}{found['part'] or ''}")
    return f"{-value if found['minus'] else value}{found['percent']}"
