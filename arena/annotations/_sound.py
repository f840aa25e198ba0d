"""Checking an annotation before it is recorded: its types, its texts and the ranges of its numbers.

A value that SQLite cannot store would stop the whole run. A value of another type would be read back as
another value, and its checksum would take that for damage. So the protocol that records such a value is told.
"""

from __future__ import annotations

import math
from operator import index
from typing import Any

from arena.annotations._kinds import (
    KINDS,
    Annotation,
    AnnotationStatus,
    Answer,
    AuthorKind,
    Belief,
    Label,
    Reward,
    Score,
    Verdict,
)
from arena.annotations._place import Place
from arena.annotations._rows import COLUMNS, AnnotationRow
from arena.core.errors import UsageError
from arena.core.text import storable

_REALS = ("value", "low", "high", "correct", "confidence")
_WHOLE = (
    "said", "step", "sample", "unit", "start", "end", "turn", "ordering", "repeat", "revises", "key",
)  # fmt: skip
_OF_THE_ENGINE = ("episode", "judgement", "number")
_AT_REALS = tuple(map(COLUMNS.index, _REALS))
_AT_WHOLE = tuple(map(COLUMNS.index, _WHOLE))
_AT_TEXTS = tuple(at for at, name in enumerate(COLUMNS) if name not in (*_REALS, *_WHOLE, *_OF_THE_ENGINE))
_OPTIONAL = frozenset(map(COLUMNS.index, ("text", "truth")))
_FIELDS = {"ordering": "order", "grp": "group"}
"""What a column's field is called, where that is not the column's name."""
_STATUSES = frozenset(map(str, AnnotationStatus))
_AUTHORS = frozenset(map(str, AuthorKind))
_TOO_LARGE = 2**63


def check_record(found: object) -> None:
    """Refuse what is no annotation, and one with places or probabilities that are none.

    Raises:
        UsageError: saying which field is wrong.
    """
    if not isinstance(found, Annotation):
        raise UsageError(f"{found!r:.100} is no annotation. There are: {', '.join(KINDS)}.")
    if not isinstance(found.about, Place):
        raise _wrong(found, "about", found.about, "a Place")
    for pair in found.among:
        if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], Place)):
            raise _wrong(found, "among", pair, "a pair of an episode's number, or None, and a Place")
    if isinstance(found, Reward) and not isinstance(found.anchor, Place | None):
        raise _wrong(found, "anchor", found.anchor, "a Place")
    if isinstance(found, Verdict):
        for option, chance in (found.probabilities or {}).items():
            if not isinstance(option, str) or not 0 <= chance <= 1:
                raise _wrong(found, "probabilities", {option: chance}, "a number from 0 to 1 by a text")


def sound(row: AnnotationRow) -> AnnotationRow:
    """Return a row with every value in the type that its column stores.

    Halves of surrogate pairs are replaced, as they are in replies.

    Raises:
        UsageError: if a value has another type, or a number is out of its range.
    """
    values: list[Any] = list(row)
    for at in _AT_TEXTS:
        text = values[at]
        if type(text) is not str:
            if text is None and at in _OPTIONAL:
                continue
            if not isinstance(text, str):
                raise _wrong(row, COLUMNS[at], text, "a text")
            values[at] = text = str.__str__(text)
        if not text.isascii():
            values[at] = storable(text)
    for at in _AT_WHOLE:
        number = values[at]
        if number is not None and (type(number) is not int or not -_TOO_LARGE <= number < _TOO_LARGE):
            values[at] = _whole(row, COLUMNS[at], number)
    for at in _AT_REALS:
        if (number := values[at]) is not None:
            values[at] = float(number)
    checked = AnnotationRow._make(values)
    if checked.status not in _STATUSES:
        raise _wrong(row, "status", row.status, f"one of {', '.join(AnnotationStatus)}")
    if checked.by not in _AUTHORS:
        raise _wrong(row, "by", row.by, f"one of {', '.join(AuthorKind)}")
    if problem := _problem(checked):
        raise UsageError(f"The {row.kind} {row.name!r} has {problem}.")
    return checked


def _whole(row: AnnotationRow, column: str, number: Any) -> int:
    try:
        whole = int(index(number))
    except TypeError:
        raise _wrong(row, column, number, "a whole number") from None
    if not -_TOO_LARGE <= whole < _TOO_LARGE:
        raise _wrong(row, column, number, "a number of at most 64 bits")
    return whole


def _wrong(found: Annotation | AnnotationRow, column: str, value: object, wanted: str) -> UsageError:
    field = _FIELDS.get(column, column)
    return UsageError(
        f"The {found.kind} {found.name!r} has {value!r:.100} as its {field}, which is not {wanted}."
    )


def _problem(row: AnnotationRow) -> str:
    """Return a phrase about the first number that is out of its range, or an empty text."""
    is_belief = row.kind == Belief.kind
    shares = (
        ("probability" if is_belief else "confidence", row.value if is_belief else row.confidence),
        ("came_true" if is_belief else "correct", row.correct),
    )
    for name, number in shares:
        if number is not None and not 0 <= number <= 1:
            return f"a {name} of {number:g}, which is not between 0 and 1"
    if is_belief or row.kind == Answer.kind or row.kind == Verdict.kind:
        return ""
    if row.kind == Label.kind and row.value is not None and row.value < 0:
        return f"a count of {row.value:g}, which is below 0"
    gold = float(row.truth) if row.kind == Score.kind and row.truth is not None else None
    numbers = (
        ("count" if row.kind == Label.kind else "value", row.value),
        ("low", row.low), ("high", row.high), ("truth", gold),
    )  # fmt: skip
    for name, number in numbers:
        if number is not None and not math.isfinite(number):
            return f"a {name} of {number:g}, which is not a finite number"
    return ""
