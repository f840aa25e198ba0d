"""The form in which a person answers on the page: its fields, buttons and keys, and the time left."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from arena.people._desk import OpenQuestion
from arena.people._fields import AnswerField, FieldKind
from arena.people._reading_forms import WORDS, name_of

_MOST_BUTTONS = 64
"""Up to how many options are buttons. More are a list."""


class ShownField(NamedTuple):
    """A field of the answer: its name on the page, how it is filled in, and what was written there before."""

    name: str
    label: str
    kind: str
    field: AnswerField
    written: Sequence[str]
    letters: Sequence[str]
    hint: str


def form_values(question: OpenQuestion) -> dict[str, Any]:
    """Return the values of the template of a question that are about its form."""
    request, attempt = question.turn.request, question.turn.attempt
    to_fill = [
        (at, field)
        for at, field in enumerate(question.fields)
        if len(question.fields) == 1 or not field.is_given
    ]
    fields = [_field(at, field, question) for at, field in to_fill]
    only = to_fill[0][1] if len(to_fill) == 1 else None
    left = None if question.until is None else max(0, round(question.until - time.monotonic()))
    picks = [at for at, one in enumerate(fields) if one.kind == FieldKind.PICK]
    return {
        "first_pick": picks[0] if picks else None,
        "again": f"Try {attempt} of {request.form.retries + 1}." if attempt > 1 else "",
        "fields": fields,
        "pressed": only is not None and only.kind is FieldKind.PICK and len(only.options) <= _MOST_BUTTONS,
        "in_words": WORDS if question.is_one_text and only and only.kind is FieldKind.PICK else "",
        "left": left,
    }


def _field(at: int, field: AnswerField, question: OpenQuestion) -> ShownField:
    kind = field.kind.value
    if field.kind is FieldKind.PICK and len(field.options) > _MOST_BUTTONS:
        kind = "list"
    hint = {
        FieldKind.NUMBER: field.range_in_words(),
        FieldKind.JSON: "JSON that follows the schema below",
        FieldKind.SEVERAL: "as many as you like",
    }.get(field.kind, "")
    if not field.needed:
        hint = f"{hint}, or nothing" if hint else "may be left empty"
    label = field.name.capitalize() or ("Choose" if field.kind is FieldKind.PICK else "Your answer")
    return ShownField(
        name_of(at),
        label,
        kind,
        field,
        question.written.get(name_of(at), ()),
        letters_of(field.options),
        hint,
    )


def letters_of(options: Sequence[str]) -> list[str]:
    """Return the first letter of each option, as a key; empty where two options begin alike.

    >>> letters_of(["check", "bet"]), letters_of(["call", "check"])
    (['c', 'b'], ['', ''])
    """
    letters = [option.strip()[:1].lower() for option in options]
    return [
        letter if letter.isascii() and letter.isalpha() and letters.count(letter) == 1 else ""
        for letter in letters
    ]
