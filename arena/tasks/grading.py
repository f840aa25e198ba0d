"""Comparing free-text answers with each other and with the truth. Each comparison has a name."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from hashlib import blake2b
from typing import Any, TypeGuard

from arena.forms.reading import simpler

_NUMBER = re.compile(
    r"(?P<minus>[-−])?\+?\s?[$€£]?\s?(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,30}|[0-9]{0,100})"
    r"(?P<part>\.[0-9]{0,100})?\s?[$€£]?(?P<percent>%?)"
)


class AnswerMatch(StrEnum):
    """The ways to decide whether two free-text answers are the same."""

    EXACT = "exact"
    """They have the same characters."""
    CASEFOLD = "casefold"
    """They have the same words. Case, spacing, and surrounding quotes, brackets or full stop are ignored."""
    NUMBER = "number"
    """They are the same number, in any notation. Text that is not just a number is not an answer."""

    def key(self, answer: str) -> str | None:
        """Return the key of an answer, which equal answers share, or None if the text is not an answer.

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
    """Decides whether an answer is right. It holds only digests of the truth.

    The truth is text, a number, or True or False, which stand for the texts ``true`` and ``false``. A list of
    texts has several spellings of the truth, and each of them is right. For any other truth, or none, it is
    unknown whether an answer is right. So it is if `answers` are listed and none
    of them is the truth, as in tasks of old journals.

    >>> right = Grader(42)
    >>> number, exact = AnswerMatch.NUMBER, AnswerMatch.EXACT
    >>> right("$42.00", number), right("42.0", exact), right("many", number)
    (True, False, None)
    """

    __slots__ = ("_digests",)

    def __init__(self, truth: Any = None, answers: Any = None) -> None:
        truth = known_truth(truth, answers)
        spellings = truth if is_spellings(truth) else [truth] if isinstance(truth, str | int | float) else []
        texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in spellings]
        self._digests = {
            by: frozenset(_digest(key) for text in texts if (key := by.key(text)) is not None)
            for by in AnswerMatch
        }

    def __call__(self, answer: str, by: AnswerMatch) -> bool | None:
        """Return whether `answer` is the same as the truth, or None if either is not an answer."""
        right, given = self._digests[by], by.key(answer)
        return None if not right or given is None else _digest(given) in right


def is_spellings(truth: Any) -> TypeGuard[list[str] | tuple[str, ...]]:
    """Return whether a truth is a list of texts, each of which is right."""
    return isinstance(truth, list | tuple) and bool(truth) and all(isinstance(one, str) for one in truth)


def known_truth(truth: Any, answers: Any) -> Any:
    """Return the truth, or None if a task lists `answers` and none of them is the truth."""
    if not isinstance(answers, list | tuple) or not isinstance(truth, str | int | float):
        return truth
    right = Grader(truth)
    return truth if any(right(str(answer), AnswerMatch.EXACT) for answer in answers) else None


def _digest(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=16).digest()


def _number(text: str) -> str | None:
    found = _NUMBER.fullmatch(text)
    if found is None or not re.search("[0-9]", text):
        return None
    value = Fraction(f"{found['whole'].replace(',', '')}{found['part'] or ''}")
    return f"{-value if found['minus'] else value}{found['percent']}"
