"""The strict reader of short answers: one answer, alone or on a labelled line, or none at all.

A reply holds an answer if it *is* the answer, or has lines such as ``Move: bet`` that all mean the same. Two
lines that differ are ambiguous, and nothing is ever searched for inside prose, where "CORRECT" would be found
in "INCORRECT". Quotes, brackets, emphasis and a full stop around an answer do not matter, unless the answer
itself is written with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from arena.forms.base import Status, Unusable

T = TypeVar("T")

_PAIRS = {"'": "'", '"': '"', "`": "`", "“": "”", "‘": "’", "(": ")", "[": "]", "<": ">"}
_EMPHASIS = "*_` \t"
_NAMED = 3


class Read(NamedTuple):
    """The one answer of a reply: as it was written, and whether it stood on a labelled line."""

    text: str
    labelled: bool


def read_answer(text: str, label: str, means: Callable[[str], T | None]) -> tuple[Read, T | None]:
    """Return the one answer that `text` holds, and what it `means`: None if it means nothing.

    Raises:
        Unusable: ambiguous if labelled lines mean different things, unparseable if there is no answer.
    """
    if (labelled := read_labelled(text, label, means)) is not None:
        return labelled
    alone = text.strip()
    if not alone:
        raise Unusable(Status.UNPARSEABLE, "it is empty")
    if len(alone.splitlines()) > 1:
        raise Unusable(Status.UNPARSEABLE, f"it has no line '{label}: ...'")
    return Read(alone, False), means(alone)


def read_labelled(text: str, label: str, means: Callable[[str], T | None]) -> tuple[Read, T | None] | None:
    """Return what the labelled lines say, and what it `means`; None if there are no such lines.

    Raises:
        Unusable: ambiguous if they mean different things.
    """
    answers: dict[object, tuple[str, T | None]] = {}
    for line in _labelled_lines(text, label):
        meaning = means(line)
        answers.setdefault(_plainest(line) if meaning is None else (meaning,), (line, meaning))
    if len(answers) > 1:
        named = [repr(shortened(line)) for line, _ in list(answers.values())[:_NAMED]]
        others = f" and {len(answers) - _NAMED} more" if len(answers) > _NAMED else ""
        raise Unusable(Status.AMBIGUOUS, f"it gives more than one answer: {', '.join(named)}{others}")
    for line, meaning in answers.values():
        return Read(line, True), meaning
    return None


def has_label(line: str, label: str) -> bool:
    """Return whether a line begins with ``label:``."""
    return _beginning(label).match(line) is not None


def one_of(options: Sequence[str]) -> Callable[[str], str | None]:
    """Return the reader of answers that name one of `options`: by exact spelling first, then ignoring case.

    The reader raises `Unusable` (ambiguous) for several options that differ only in case.
    """

    def option(answer: str) -> str | None:
        spellings = list(simpler(answer))
        for spelling in spellings:
            if spelling in options:
                return spelling
        for spelling in spellings:
            alike = [option for option in options if option.casefold() == spelling.casefold()]
            if len(alike) > 1:
                reason = f"{shortened(answer)!r} could be any of {', '.join(alike)}"
                raise Unusable(Status.AMBIGUOUS, reason)
            if alike:
                return alike[0]
        return None

    return option


def simpler(answer: str) -> Iterator[str]:
    """Yield `answer` as it is, then with ever less around it: emphasis, a pair of quotes, a full stop."""
    answer = answer.strip()
    while answer:
        yield answer
        if (bare := answer.strip(_EMPHASIS)) != answer:
            answer = bare
        elif len(answer) > 1 and _PAIRS.get(answer[0]) == answer[-1]:
            answer = answer[1:-1].strip()
        elif answer.endswith("."):
            answer = answer[:-1].rstrip()
        else:
            return


def shortened(text: str, limit: int = 60) -> str:
    """Return the beginning of a text that may be long."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


@lru_cache(maxsize=64)
def _beginning(label: str) -> re.Pattern[str]:
    return re.compile(rf"[ \t>*_#-]*{re.escape(label)}[ \t*_]*:(?P<answer>.*)", re.IGNORECASE)


def _labelled_lines(text: str, label: str) -> Iterator[str]:
    beginning = _beginning(label)
    for line in text.splitlines():
        if (match := beginning.fullmatch(line)) and _plainest(match["answer"]):
            yield match["answer"].strip()


def _plainest(answer: str) -> str:
    plainest = ""
    for plainest in simpler(answer):  # noqa: B007 - the last one counts
        pass
    return plainest
