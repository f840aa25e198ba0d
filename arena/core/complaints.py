"""Pydantic's validation errors in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from arena.core.text import printable

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_SHOWN = 60
_INNER = re.compile(
    r"^(is-instance|is-subclass|function-[a-z]+|tagged-union|literal|list|dict|tuple|set|frozenset)\[.*\]$"
    r"|^(str|int|float|bool|dict|list|tuple|bytes|constrained-[a-z]+|nullable)$"
)
"""Parts of a path that name a type that was tried, and that the user did not write."""

_HOLDERS = {"Dictionary": "table"}


def _number(bound: float) -> str:
    """Return a bound in everyday notation, such as 1,000 for 1000.0."""
    return f"{int(bound):,}" if bound == int(bound) else f"{bound:,}"


_WANTED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "int_type": lambda _: "a whole number",
    "int_parsing": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "int_parsing_size": lambda _: "a whole number of fewer digits",
    "float_type": lambda _: "a number",
    "float_parsing": lambda _: "a number",
    "finite_number": lambda _: "a finite number",
    "bool_type": lambda _: "true or false",
    "bool_parsing": lambda _: "true or false",
    "string_type": lambda _: "text",
    "list_type": lambda _: "a list",
    "tuple_type": lambda _: "a list",
    "set_type": lambda _: "a list",
    "frozen_set_type": lambda _: "a list",
    "iterable_type": lambda _: "a list",
    "dict_type": lambda _: "a table of names and values",
    "mapping_type": lambda _: "a table of names and values",
    "model_type": lambda _: "a table of names and values",
    "model_attributes_type": lambda _: "a table of names and values",
    "dataclass_type": lambda _: "a table of names and values",
    "path_type": lambda _: "a path",
    "none_required": lambda _: "left out",
    "callable_type": lambda _: "a function",
    "is_instance_of": lambda said: f"an object of the class {said['class']}",
    "literal_error": lambda said: f"one of {said['expected']}",
    "enum": lambda said: f"one of {said['expected']}",
    "greater_than": lambda said: f"greater than {_number(said['gt'])}",
    "greater_than_equal": lambda said: f"at least {_number(said['ge'])}",
    "less_than": lambda said: f"less than {_number(said['lt'])}",
    "less_than_equal": lambda said: f"at most {_number(said['le'])}",
    "multiple_of": lambda said: f"a multiple of {said['multiple_of']}",
    "string_too_short": lambda said: f"text of at least {said['min_length']:,} characters",
    "string_too_long": lambda said: f"text of at most {said['max_length']:,} characters",
    "string_pattern_mismatch": lambda said: f"text such as {said['pattern']} describes",
    "too_short": lambda said: (
        f"a {_HOLDERS.get(said['field_type'], 'list')} of at least {said['min_length']:,}"
    ),
    "too_long": lambda said: (
        f"a {_HOLDERS.get(said['field_type'], 'list')} of at most {said['max_length']:,}"
    ),
}


def first_problem(invalid: ValidationError) -> str:
    """Return pydantic's first error as ``field: what is wrong``, without a full stop."""
    return problems(invalid)[0]


def problems(invalid: ValidationError, *, part: str = "setting") -> list[str]:
    """Return pydantic's errors as ``field: what is wrong``, one for each path, without full stops.

    If a value may have several types and has none of them, the sentence names all of them. `part` says what a
    path points to, such as a setting or a field.
    """
    by_place: dict[str, list[ErrorDetails]] = {}
    for error in invalid.errors(include_url=False):
        by_place.setdefault(_place(error), []).append(error)
    return [_at(where, _complaint(errors, part)) for where, errors in by_place.items()]


def _complaint(errors: Sequence[ErrorDetails], part: str) -> str:
    if errors[0]["type"] not in _WANTED:
        return _other(errors[0], part)
    wanted = [_WANTED[error["type"]](error.get("ctx", {})) for error in errors if error["type"] in _WANTED]
    named = " or ".join(dict.fromkeys(wanted))
    return f"it must be {named}, not {_shown(errors[0]['input'])}"


def _other(error: ErrorDetails, part: str) -> str:
    match error["type"]:
        case "missing" | "missing_argument" | "missing_keyword_only_argument":
            return "it is missing"
        case "extra_forbidden" | "unexpected_keyword_argument":
            return f"there is no such {part}"
    said = error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
    return said.replace("Input should be", "it must be")


def _place(error: ErrorDetails) -> str:
    return ".".join(printable(str(part)) for part in error["loc"] if not _INNER.search(str(part)))


def _at(where: str, what: str) -> str:
    return f"{where}: {what}" if where else what


def _shown(value: object) -> str:
    try:
        said = "nothing" if value is None else repr(value)
    except Exception:  # a value of a user's own class
        said = f"a {type(value).__name__}"
    said = printable(said)
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}..."
