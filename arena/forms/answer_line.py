"""The strict reader of short answers: one answer, alone or on a labelled line, or none at all.

A reply holds an answer if it *is* the answer, or if it has lines such as ``Move: bet`` that all name the
same answer. Two lines that differ are ambiguous, and nothing is ever searched for inside prose, where
"CORRECT" would be found in "INCORRECT".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from arena.forms.base import Status, Unusable

_WRAPPING = " \t\r\n\"'`*_[]()<>“”‘’"


@lru_cache(maxsize=64)
def _labelled(label: str) -> re.Pattern[str]:
    return re.compile(rf"^[\s>*_#\-]*{re.escape(label)}[ \t*_]*:(.*)$", re.IGNORECASE | re.MULTILINE)


def read_answer(text: str, label: str) -> str:
    """Return the one answer that `text` holds, less the quotes, brackets or emphasis around it.

    Raises:
        Unusable: ambiguous if labelled lines disagree, unparseable if there is no answer.
    """
    lines = [match[1].strip() for match in _labelled(label).finditer(text)]
    answers = {_unwrapped(line): line for line in lines if _unwrapped(line)}
    if len(answers) > 1:
        quoted = " and ".join(repr(_shortened(answer)) for answer in sorted(answers))
        raise Unusable(Status.AMBIGUOUS, f"it gives more than one answer: {quoted}")
    if answers:
        return next(iter(answers.values()))
    alone = text.strip()
    if not alone:
        raise Unusable(Status.UNPARSEABLE, "it is empty")
    if len(alone.splitlines()) > 1:
        raise Unusable(Status.UNPARSEABLE, f"it has no line '{label}: ...'")
    return alone


def match_option(answer: str, options: Sequence[str]) -> str | None:
    """Return the option that `answer` names, by its exact spelling first and then ignoring case.

    Raises:
        Unusable: ambiguous if several options differ only in case and none is spelt exactly.
    """
    for candidate in (answer, _unwrapped(answer), _unwrapped(answer).removesuffix(".")):
        if candidate in options:
            return candidate
    folded = _unwrapped(answer).removesuffix(".").casefold()
    alike = [option for option in options if option.casefold() == folded]
    if len(alike) > 1:
        raise Unusable(Status.AMBIGUOUS, f"{answer!r} could be any of {', '.join(alike)}")
    return alike[0] if alike else None


def _unwrapped(answer: str) -> str:
    return answer.strip(_WRAPPING)


def _shortened(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
