"""Reading what a person sent with a form of the page: one value for each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from arena.people._fields import AnswerField, FieldKind, NotFitting

WORDS = "words"
"""The name of the field in which a person answers in words of their own."""


def name_of(at: int) -> str:
    """Return the name that the page gives to the field at a place.

    >>> name_of(0)
    'field-0'
    """
    return f"field-{at}"


def value_of(at: int, field: AnswerField, written: Mapping[str, Sequence[str]]) -> Any:
    """Return the value of the field at a place. Options are sent by their numbers.

    Raises:
        NotFitting: if what was sent does not fit the field. The sentence names it.
    """
    given = written.get(name_of(at), ())
    try:
        match field.kind:
            case FieldKind.PICK:
                return _picked(field, given)
            case FieldKind.SEVERAL:
                chosen = {_option(field, one) for one in given}
                values = [value for place, value in enumerate(field.values) if place in chosen]
                return values if values or field.needed else None
        return field.read(given[0] if given else "")
    except NotFitting as misfit:
        raise NotFitting(f"{field.name}: {misfit}" if field.name else str(misfit)) from None


def _picked(field: AnswerField, given: Sequence[str]) -> Any:
    if field.is_given:
        return field.values[0]
    chosen = [one for one in given if one]
    if not chosen:
        if field.needed:
            raise NotFitting("choose one of the options")
        return None
    return field.values[_option(field, chosen[0])]


def _option(field: AnswerField, given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 6 and int(given) < len(field.values)):
        raise NotFitting("choose one of the options")
    return int(given)
