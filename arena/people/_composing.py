"""Making the reply of what a person filled in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from arena.forms import Form
from arena.people._fields import AnswerField
from arena.seat.agent import Reply


def composed(form: Form[Any], fields: Sequence[AnswerField], values: Sequence[Any]) -> Reply:
    """Return the reply that holds these `values` of the form's fields.

    An answer in one field is the reply's whole text, as a model would write it, so that the record shows the
    person's words as they were written. Several fields are a JSON object that follows the form's schema.

    >>> from arena.forms import Move, Verdict
    >>> from arena.people._fields import answer_fields
    >>> form = Move(("fold", "call"))
    >>> composed(form, answer_fields(form), ["call"]).text
    'call'
    >>> form = Verdict(("pro", "con"))
    >>> composed(form, answer_fields(form), ["She is right.", "pro", 80]).text
    '{"reasons": "She is right.", "choice": "pro", "confidence": 80}'
    """
    if is_one_text(form, fields):
        return Reply(str(values[0]))
    found: dict[str, Any] = {}
    for field, value in zip(fields, values, strict=True):
        if value is None and not field.nullable:
            continue
        if not field.path:
            found = value
            break
        within = found
        for name in field.path[:-1]:
            within = within.setdefault(name, {})
        within[field.path[-1]] = value
    return Reply(json.dumps(found, ensure_ascii=False), structured=True)


def is_one_text(form: Form[Any], fields: Sequence[AnswerField]) -> bool:
    """Return whether the reply is the text of one field and not a JSON object."""
    reads_it = type(form).parse_structured is Form.parse_structured
    return reads_it and len(fields) == 1 and len(fields[0].path) == 1
